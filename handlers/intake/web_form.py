"""Web forms: JSON or form-encoded POSTs of one lead each (I1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from http import HTTPStatus

from handlers.flows.draft import LeadDraft
from handlers.intake.problem import FieldProblem, RefusedError
from handlers.intake.reading import Fields, read_fields
from routing.normalise.lead import RawLead
from routing.policy.model import Policy, SourcePolicy

MAX_KEY = 255
MAX_SOURCE_ID = 200
KEY_HEADER = "idempotency-key"
SOURCE_ID = "source_id"
LEAD_FIELDS = tuple(field.name for field in fields(RawLead))


def parse(policy: Policy, form: str, headers: Mapping[str, str], body: bytes) -> LeadDraft:
    """One delivery of a form as a draft; header names in lower case.

    Raises RefusedError: 404 for a form the policy does not name, 415, 400 or 422 for a body
    that cannot be read. Fields that are missing or wrong are no error: the lead carries flags.
    """
    source = policy.source("web", form)
    if source is None:
        raise RefusedError(
            HTTPStatus.NOT_FOUND, "There is no such form. Forms are named in policy/sources.yml."
        )
    content_type = headers.get("content-type", "")
    given = read_fields(content_type, body)
    return LeadDraft(
        source=source,
        delivery_key=_delivery_key(headers.get(KEY_HEADER)),
        source_id=_source_id(source, given),
        raw=RawLead(**{name: _value(source, given, name) for name in LEAD_FIELDS}),
        payload=body,
        content_type=content_type[:200],
    )


def _value(source: SourcePolicy, given: Fields, name: str) -> str | None:
    """The field by the name the source uses for it; where that is blank, by Baton's plain name."""
    names = (source.fields.get(name, name), name)
    values = (given.get(one, "") for one in names)
    return next((value for value in values if value.strip()), None)


def _source_id(source: SourcePolicy, given: Fields) -> str | None:
    value = (_value(source, given, SOURCE_ID) or "").strip()
    if len(value) > MAX_SOURCE_ID:
        raise _too_long(SOURCE_ID, MAX_SOURCE_ID)
    return value or None


def _delivery_key(header: str | None) -> str | None:
    """The Idempotency-Key, with or without the quotes of a structured header."""
    key = (header or "").strip()
    if len(key) >= 2 and key[0] == key[-1] == '"':
        key = key[1:-1]
    if len(key) > MAX_KEY:
        raise _too_long("Idempotency-Key", MAX_KEY)
    return key or None


def _too_long(field: str, limit: int) -> RefusedError:
    return RefusedError(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        f"{field} is longer than {limit} characters.",
        (FieldProblem(field, f"at most {limit} characters"),),
    )
