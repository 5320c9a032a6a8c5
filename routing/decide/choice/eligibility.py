"""Who of a pool may receive a lead now, and why the others may not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from routing.decide.decision import MemberState, PoolState
from routing.people import Person
from routing.policy.model import Policy
from routing.policy.tables.calendars import Calendar
from routing.policy.tables.pools import Member, Pool
from routing.sla.hours import is_open
from routing.values import Instant

OUTSIDE_HOURS = "is outside working hours"
"""Said only where nothing else is against them."""


@dataclass(frozen=True)
class Asked:
    """What a lead asks of its owner: these skills, and to be at work `at` this instant."""

    skills: tuple[str, ...] = ()
    at: Instant | None = None


NOTHING = Asked()


class Standing(NamedTuple):
    """One member of a pool at the moment of the decision; `person` is None when not in policy.

    `against` is why they may not receive the lead now, None when they may.
    """

    member: Member
    state: MemberState
    person: Person | None
    against: str | None = None

    @property
    def name(self) -> str:
        return self.person.name if self.person else self.member.person


def standings(
    policy: Policy, pool: Pool, state: PoolState | None, asked: Asked = NOTHING
) -> tuple[Standing, ...]:
    """The members in the order of policy; a member without a state counts as new: all zero."""
    known = {member.person: member for member in state.members} if state else {}
    people = policy.person_by_id
    found = []
    for member in pool.members:
        now = known.get(member.person) or MemberState(person=member.person)
        person = people.get(member.person)
        against = _reason(person, now, asked)
        if against is None and not _is_at_work(policy, pool, person, asked.at):
            against = OUTSIDE_HOURS
        found.append(Standing(member, now, person, against))
    return tuple(found)


def hours_of(policy: Policy, pool: Pool, person: Person) -> tuple[Calendar, str]:
    """The calendar and time zone in which this person works for this pool."""
    if pool.calendar is None:
        return policy.calendar_by_id[person.calendar], person.time_zone
    zone = pool.time_zone or policy.company.default_time_zone
    return policy.calendar_by_id[pool.calendar], zone


def _is_at_work(policy: Policy, pool: Pool, person: Person | None, at: Instant | None) -> bool:
    """Whether it is their hour; always in a pool that assigns whatever the hour."""
    if at is None or person is None or pool.outside_hours.kind == "assign":
        return True
    return is_open(at, *hours_of(policy, pool, person))


def _reason(person: Person | None, state: MemberState, asked: Asked) -> str | None:
    """Why this person may not receive a lead now, whatever the hour."""
    if person is None:
        return "is not in the people table"
    if not person.active:
        return "is deactivated"
    if state.absent_reason is not None:
        return f"is away: {state.absent_reason}" if state.absent_reason else "is away"
    if asked.skills:
        lacks = [skill for skill in asked.skills if skill not in person.skills]
        if lacks:
            return f"does not have the skill {' and '.join(lacks)}"
    return _full(person, state)


def _full(person: Person, state: MemberState) -> str | None:
    """Which of their caps is reached."""
    cap = person.open_cap
    if cap is not None and state.open_leads >= cap:
        return f"has {state.open_leads} open leads, the cap is {cap}"
    cap = person.daily_cap
    if cap is not None and state.today >= cap:
        return f"has {state.today} leads today, the cap is {cap}"
    cap = person.weekly_cap
    if cap is not None and state.this_week >= cap:
        return f"has {state.this_week} leads this week, the cap is {cap}"
    return None
