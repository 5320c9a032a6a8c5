"""Everybody of the policy, and whether they receive leads now (R4)."""

from __future__ import annotations

from datetime import datetime

from routing.availability import away_now
from routing.people import Person
from routing.policy.model import Policy
from routing.sla.hours import is_open
from routing.values import Instant, Value
from storage.unit_of_work import UnitOfWork


class PersonState(Value):
    """One person at one instant. `until` is when somebody away is back, if that is known."""

    id: str
    name: str
    email: str
    role: str
    state: str
    """`available`, `away` or `inactive`."""
    until: Instant | None
    reason: str
    at_work: bool
    time_zone: str
    skills: tuple[str, ...]
    open_leads: int


def people_of(work: UnitOfWork, policy: Policy, now: datetime) -> list[PersonState]:
    """In the order of policy."""
    loads = work.leads.open_counts([p.id for p in policy.people], policy.done_stages)
    entered = work.availability.away_at(now)
    states = []
    for person in policy.people:
        away = away_now(policy, person, entered, now) if person.active else None
        states.append(
            PersonState(
                id=person.id,
                name=person.name,
                email=person.email,
                role=person.role,
                state=_state(person, away is not None),
                until=away.until if away else None,
                reason=away.reason if away else "",
                at_work=is_open(now, policy.calendar_by_id[person.calendar], person.time_zone),
                time_zone=person.time_zone,
                skills=person.skills,
                open_leads=loads.get(person.id, 0),
            )
        )
    return states


def _state(person: Person, is_away: bool) -> str:
    if not person.active:
        return "inactive"
    return "away" if is_away else "available"
