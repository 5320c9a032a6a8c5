"""Web forms: JSON or form-encoded POSTs of one lead each (I1)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from handlers.flows.draft import LeadDraft
from handlers.intake.arrival import Arrival
from handlers.intake.fields import MAX_KEY, bounded, raw_lead, source_id
from handlers.intake.reading import Fields, read_fields
from routing.policy.tables.sources import SourcePolicy

KEY_HEADER = "idempotency-key"


def verify(source: SourcePolicy, arrival: Arrival) -> None:
    """A form is open to everybody; what looks wrong about its sender becomes a suspicion."""


def parse(source: SourcePolicy, arrival: Arrival) -> LeadDraft:
    """One delivery of a form as a draft.

    Raises RefusedError: 415, 400 or 422 for a body that cannot be read. Fields that are missing
    or wrong are no error: the lead carries flags.
    """
    given = read_fields(arrival.headers.get("content-type", ""), arrival.body)
    return LeadDraft(
        source=source,
        delivery_key=_delivery_key(arrival.header(KEY_HEADER)),
        source_id=source_id(source, given.get),
        raw=raw_lead(source, given.get),
        payload=arrival.body,
        content_type=arrival.headers.get("content-type", "")[:200],
        suspicions=tuple(_suspicions(source, given, arrival)),
    )


def _suspicions(source: SourcePolicy, given: Fields, arrival: Arrival) -> Iterator[str]:
    """A filled honeypot and a page that policy does not know: kept, and shown to people."""
    if source.honeypot is not None and given.get(source.honeypot, "").strip():
        yield "honeypot"
    if source.origins and not may_post(source, arrival.header("origin")):
        yield "origin"


def may_post(source: SourcePolicy, origin: str) -> bool:
    """Whether a page of this origin may post the form; who sends none is no page."""
    return not origin or "*" in source.origins or origin in source.origins


def cors_headers(source: SourcePolicy, origin: str) -> Mapping[str, str]:
    """What lets a page of this origin read the answer; nothing for a page policy does not name."""
    if not source.origins:
        return {}
    if not origin or not may_post(source, origin):
        return {"Vary": "Origin"}
    allowed = "*" if "*" in source.origins else origin
    return {"Vary": "Origin", "Access-Control-Allow-Origin": allowed}


def _delivery_key(key: str) -> str | None:
    """The Idempotency-Key, with or without the quotes of a structured header."""
    if len(key) >= 2 and key[0] == key[-1] == '"':
        key = key[1:-1]
    return bounded("Idempotency-Key", key, MAX_KEY) or None
