"""Who of a pool may receive a lead now, and why the others may not."""

from __future__ import annotations

from dataclasses import dataclass

from routing.decide.decision import MemberState, PoolState
from routing.people import Person
from routing.policy.model import Member, Policy, Pool


@dataclass(frozen=True)
class Standing:
    """One member of a pool at the moment of the decision; `person` is None when not in policy."""

    member: Member
    state: MemberState
    person: Person | None

    @property
    def name(self) -> str:
        return self.person.name if self.person else self.member.person


def standings(policy: Policy, pool: Pool, state: PoolState | None) -> tuple[Standing, ...]:
    """The members in the order of policy; a member without a state counts as new: all zero."""
    known = {member.person: member for member in state.members} if state else {}
    return tuple(
        Standing(
            member=member,
            state=known.get(member.person) or MemberState(person=member.person),
            person=policy.person_by_id.get(member.person),
        )
        for member in pool.members
    )


def ineligible_reason(who: Standing) -> str | None:
    """Why this member may not receive a lead now, or None when they may."""
    person, state = who.person, who.state
    if person is None:
        return "is not in the people table"
    if not person.active:
        return "is deactivated"
    if state.absent_reason is not None:
        return f"is away: {state.absent_reason}" if state.absent_reason else "is away"
    caps = (
        (state.open_leads, person.open_cap, "open leads"),
        (state.today, person.daily_cap, "leads today"),
        (state.this_week, person.weekly_cap, "leads this week"),
    )
    for count, cap, what in caps:
        if cap is not None and count >= cap:
            return f"has {count} {what}, the cap is {cap}"
    return None
