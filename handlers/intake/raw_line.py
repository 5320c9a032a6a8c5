"""One raw lead as a line of JSON, read as a form's body is."""

from __future__ import annotations

from collections.abc import Mapping

from handlers.intake import fields
from handlers.intake.reading import as_text, read_object
from routing.normalise.lead import RawLead
from routing.policy.tables.sources import SourcePolicy


def raw_lead(source: SourcePolicy, line: bytes) -> RawLead:
    """The raw lead of a line, its fields by the source's names and by the plain ones.

    Raises RefusedError for what is no JSON object of texts and numbers. What no database can keep
    (NUL) is no reason here: nothing is stored, and the normaliser says what it makes of it.
    """
    return raw_lead_of(source, read_object(line))


def raw_lead_of(source: SourcePolicy, given: Mapping[str, object]) -> RawLead:
    """The raw lead of an object that is read already. RefusedError as above."""
    texts = {name: as_text(name, value) for name, value in given.items()}
    return fields.raw_lead(source, texts.get)
