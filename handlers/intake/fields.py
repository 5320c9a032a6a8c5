"""The fields of a lead by the names a source gives them, and bounds on what tells leads apart."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from http import HTTPStatus

from handlers.intake.problem import FieldProblem, RefusedError
from routing.normalise.lead import RawLead
from routing.policy.tables.sources import SourcePolicy

MAX_KEY = 255
MAX_SOURCE_ID = 200
SOURCE_ID = "source_id"
LEAD_FIELDS = tuple(field.name for field in fields(RawLead))

LookUp = Callable[[str], str | None]
"""The text a delivery has under a name, None where it has none."""


def raw_lead(source: SourcePolicy, look_up: LookUp) -> RawLead:
    """The lead's fields as the delivery gives them."""
    return RawLead(**{name: value_of(source, look_up, name) for name in LEAD_FIELDS})


def value_of(source: SourcePolicy, look_up: LookUp, name: str) -> str | None:
    """The field by the name the source uses for it; where that is blank, by Baton's plain name."""
    values = (look_up(one) or "" for one in (source.fields.get(name, name), name))
    return next((value for value in values if value.strip()), None)


def source_id(source: SourcePolicy, look_up: LookUp) -> str | None:
    """The record's id in the source. RefusedError when it is too long to be kept whole."""
    value = (value_of(source, look_up, SOURCE_ID) or "").strip()
    return bounded(SOURCE_ID, value, MAX_SOURCE_ID) or None


def bounded(field: str, value: str, limit: int) -> str:
    """The value itself: a cut one could be another's. RefusedError when it is longer."""
    if len(value) > limit:
        raise RefusedError(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            f"{field} is longer than {limit} characters.",
            (FieldProblem(field, f"at most {limit} characters"),),
        )
    return value
