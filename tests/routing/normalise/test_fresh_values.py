"""Values written without a look at the alias tables, in three sets one after the other (I3, I4).

They guard against two faults at once: a rule that became too narrow, and a wrong value. A want
that turned out doubtful, since two sectors or two orders are both right, is not in the tables.
"""

from collections.abc import Callable

import pytest

from routing.normalise.lead import NormalisedLead, RawLead, normalise
from tests.routing.normalise.tables import HERE, Row, loose, rows, tally, value

FEW_EMPTY = 0.03
"""The share of known values that may stay empty; a wrong one is never fine."""


def lead(row: Row) -> NormalisedLead:
    field = {
        "size": "company_size",
        "mail": "email",
        "role": "email",
        "title": "job_title",
        "domain": "website",
    }.get(row["category"], row["category"])
    raw = {field: value(row)} | ({"country": row["country"]} if row.get("country") else {})
    return normalise(RawLead(**raw), default_region=row.get("default_region") or None)


def text(given: object) -> str | None:
    return None if given is None else str(given)


FIELDS: dict[str, tuple[str, Callable[[NormalisedLead], str | None]]] = {
    "title": ("expected_tier", lambda found: found.title_tier),
    "industry": ("expected_sector", lambda found: found.industry),
    "country": ("expected_alpha2", lambda found: found.country),
    "region": ("expected_3166_2", lambda found: found.region),
    "city": ("expected_city", lambda found: found.city),
    "company_size": ("expected_size", lambda found: text(found.company_size)),
    "company": ("expected_name", lambda found: found.company),
    "domain": ("expected_registrable_ascii", lambda found: found.domain),
    "phone": ("expected_e164", lambda found: found.phone),
    "mail_class": ("expected_class", lambda found: found.mailbox_class),
    "role": ("expected_role", lambda found: text(int(found.role_mailbox))),
    "name": ("expected_given", lambda found: found.given_name),
}
SETS = [
    (folder, table)
    for folder in ("fresh", "second", "third")
    for table in FIELDS
    if (HERE / folder / f"{table}.tsv").exists()
]


@pytest.mark.parametrize(("folder", "table"), SETS)
def test_fresh_values_are_read_or_left(folder: str, table: str) -> None:
    """No value of a set nobody had seen gives a wrong one, and nearly all known ones are read."""
    expected, read = FIELDS[table]
    fresh = [row | {expected: wanted(row, expected)} for row in rows(folder, table)]
    compare = loose if table in ("company", "name") else str

    found = tally(lambda row: read(lead(row)), fresh, expected, compare)

    assert found.wrong == ()
    assert len(found.empty) <= FEW_EMPTY * len(fresh)


def wanted(row: Row, expected: str) -> str:
    return "" if row[expected] == "unknown" else row[expected]


@pytest.mark.parametrize("folder", ["fresh", "second", "third"])
def test_fresh_family_names_are_right(folder: str) -> None:
    """Whoever has a given name in a fresh set has the right family name too."""

    assert [
        row["id"]
        for row in rows(folder, "name")
        if row["expected_family"]
        and (found := lead(row)).given_name
        and loose(found.family_name or "") != loose(row["expected_family"])
        and not row["also_ok"]
    ] == []
