"""Enter that somebody is away, on record, in the caller's transaction (R4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from handlers.flows.steps.settlement import Settlement
from routing.people import Person
from storage.database.base import new_id
from storage.deciding.availability import EnteredAbsence


@dataclass(frozen=True)
class Absent:
    """`until`: the instant from which they receive leads again; None: until somebody says so."""

    until: datetime | None = None
    reason: str = ""


def enter_absence(s: Settlement, person: Person, absent: Absent) -> bool:
    """The person is away from now on; an absence entered before is replaced. False when exactly
    this stood already.
    """
    before = s.work.availability.standing(person.id)
    if before and before.covers(s.now) and _same(before, absent):
        return False
    if before:
        s.work.availability.end(before.id, s.actor.id, s.now)
    fresh = EnteredAbsence(
        id=new_id("abs"),
        person=person.id,
        starts=s.now,
        until=absent.until,
        reason=absent.reason,
        set_by=s.actor.id,
        set_at=s.now,
    )
    s.work.availability.add(fresh)
    put_on_record(s, "person.away", before, fresh)
    return True


def _same(before: EnteredAbsence, absent: Absent) -> bool:
    return (before.until, before.reason) == (absent.until, absent.reason)


def put_on_record(
    s: Settlement, action: str, before: EnteredAbsence | None, after: EnteredAbsence | None
) -> None:
    """Audit a change of who is away; one of the two is there."""
    one = after or before
    s.work.audit.append(
        f"person:{one.person if one else ''}",
        action,
        actor=s.actor,
        now=s.now,
        correlation_id=one.id if one else action,
        policy_version=s.active.version,
        reason=one.reason if one else None,
        before=_on_record(before),
        after=_on_record(after),
    )


def _on_record(absence: EnteredAbsence | None) -> dict[str, object] | None:
    if absence is None:
        return None
    return absence.model_dump(mode="json", include={"id", "starts", "until"})
