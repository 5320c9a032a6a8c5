"""A hand-over as the audit keeps it: what was ordered, by whom, and whether it is done (R4).

The record is the only place where it stands: the work carries ids alone.
"""

from __future__ import annotations

from routing.values import Instant, Value
from storage.audit import Actor, AuditEntry
from storage.unit_of_work import UnitOfWork

STARTED = "person.hand_over_started"
DONE = "person.handed_over"


class HandOver(Value):
    """All open leads of `person` leave them. `leads` is how many those were at its start."""

    id: str
    person: str
    to: str | None
    reason: str
    by: Actor
    started_at: Instant
    leads: int
    done: bool = False
    unnamed: str | None = None
    """Why policy chose in the end although a person was named."""


def stream_of(person: str) -> str:
    return f"person:{person}"


def read_hand_over(work: UnitOfWork, person: str, hand_over_id: str) -> HandOver | None:
    """The hand-over of this id; None where the record has been erased."""
    entries = [e for e in _entries(work, person) if e.correlation_id == hand_over_id]
    return _read(person, entries)


def last_hand_over(work: UnitOfWork, person: str) -> HandOver | None:
    """The newest of this person's."""
    entries = _entries(work, person)
    if not entries:
        return None
    return read_hand_over(work, person, entries[-1].correlation_id)


def _entries(work: UnitOfWork, person: str) -> list[AuditEntry]:
    return [e for e in work.audit.of(stream_of(person)) if e.action in (STARTED, DONE)]


def _read(person: str, entries: list[AuditEntry]) -> HandOver | None:
    if not entries or entries[0].details is None:
        return None
    start, last = entries[0], entries[-1]
    ordered = entries[0].details["after"]
    ended = (last.details or {}).get("after") or {}
    return HandOver(
        id=start.correlation_id,
        person=person,
        to=ordered.get("to"),
        reason=entries[0].details["reason"],
        by=start.actor,
        started_at=start.at,
        leads=int(ordered["leads"]),
        done=last.action == DONE,
        unnamed=ended.get("unnamed"),
    )
