"""Who of a pool may receive a lead now, and why the others may not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from routing.decide.decision import MemberState, PoolState
from routing.people import Person
from routing.policy.model import Calendar, Member, Policy, Pool
from routing.sla.hours import is_open
from routing.values import Instant

OUTSIDE_HOURS = "is outside working hours"


@dataclass(frozen=True)
class Asked:
    """What a lead asks of its owner: these skills, and to be at work `at` this instant."""

    skills: tuple[str, ...] = ()
    at: Instant | None = None


NOTHING = Asked()


class Standing(NamedTuple):
    """One member of a pool at the moment of the decision; `person` is None when not in policy.

    `lacks` are the skills the lead needs and they do not have.
    """

    member: Member
    state: MemberState
    person: Person | None
    lacks: tuple[str, ...] = ()
    at_work: bool = True

    @property
    def name(self) -> str:
        return self.person.name if self.person else self.member.person


def standings(
    policy: Policy, pool: Pool, state: PoolState | None, asked: Asked = NOTHING
) -> tuple[Standing, ...]:
    """The members in the order of policy; a member without a state counts as new: all zero."""
    known = {member.person: member for member in state.members} if state else {}
    return tuple(
        _standing(policy, pool, member, known.get(member.person), asked) for member in pool.members
    )


def _standing(
    policy: Policy, pool: Pool, member: Member, state: MemberState | None, asked: Asked
) -> Standing:
    person = policy.person_by_id.get(member.person)
    has = person.skills if person else ()
    return Standing(
        member=member,
        state=state or MemberState(person=member.person),
        person=person,
        lacks=tuple(skill for skill in asked.skills if skill not in has),
        at_work=_is_at_work(policy, pool, person, asked.at),
    )


def _is_at_work(policy: Policy, pool: Pool, person: Person | None, at: Instant | None) -> bool:
    """Whether it is their hour; always in a pool that assigns whatever the hour."""
    if at is None or person is None or pool.outside_hours.kind == "assign":
        return True
    return is_open(at, *hours_of(policy, pool, person))


def hours_of(policy: Policy, pool: Pool, person: Person) -> tuple[Calendar, str]:
    """The calendar and time zone in which this person works for this pool."""
    if pool.calendar is None:
        return policy.calendar_by_id[person.calendar], person.time_zone
    zone = pool.time_zone or policy.company.default_time_zone
    return policy.calendar_by_id[pool.calendar], zone


def ineligible_reason(who: Standing) -> str | None:
    """Why this member may not receive a lead now, or None when they may.

    `OUTSIDE_HOURS` only where nothing else is against them.
    """
    person, state = who.person, who.state
    if person is None:
        return "is not in the people table"
    if not person.active:
        return "is deactivated"
    if state.absent_reason is not None:
        return f"is away: {state.absent_reason}" if state.absent_reason else "is away"
    if who.lacks:
        return f"does not have the skill {' and '.join(who.lacks)}"
    caps = (
        (state.open_leads, person.open_cap, "open leads"),
        (state.today, person.daily_cap, "leads today"),
        (state.this_week, person.weekly_cap, "leads this week"),
    )
    for count, cap, what in caps:
        if cap is not None and count >= cap:
            return f"has {count} {what}, the cap is {cap}"
    return None if who.at_work else OUTSIDE_HOURS
