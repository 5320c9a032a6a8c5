"""Records as a CSV row or a form would give them."""

from __future__ import annotations

from routing.matching.compare import Comparison, compare
from routing.matching.record import Record
from routing.matching.rows import record_of_row

_PERSON = {
    "full_name": "Kathleen Rostanmont",
    "email": "kathleen.rostanmont@gmail.com",
    "phone": "+1 512 291 0230",
    "city": "Austin",
    "country": "US",
}


def a_record(lead_id: str = "a", **cells: str) -> Record:
    """A record of these cells alone."""
    return record_of_row({"country": "US", **cells}, lead_id)


def a_person(lead_id: str = "a", **changed: str) -> Record:
    """A person with name, personal mail, phone and city; "" leaves a cell out."""
    return record_of_row({**_PERSON, **changed}, lead_id)


def compared(left: dict[str, str], right: dict[str, str]) -> Comparison:
    return compare(a_record("a", **left), a_record("b", **right))
