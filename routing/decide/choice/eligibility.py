"""Who of a pool may receive a lead now, and why the others may not."""

from __future__ import annotations

from typing import NamedTuple

from routing.decide.choice.rosters import Roster, Seat, hours_of
from routing.decide.decision import MemberState, PoolState
from routing.policy.model import Policy
from routing.sla.hours import is_open
from routing.values import Instant

OUTSIDE_HOURS = "is outside working hours"
"""Said only where nothing else is against them."""


class Asked(NamedTuple):
    """What a lead asks of its owner: these skills, to be at work `at` this instant, and not to be
    one of those it was `taken_from`.
    """

    skills: tuple[str, ...] = ()
    at: Instant | None = None
    taken_from: tuple[str, ...] = ()


NOTHING = Asked()


class Standing(NamedTuple):
    """One member of a pool at the moment of the decision; `against` is why they may not receive
    the lead now, None when they may.
    """

    seat: Seat
    state: MemberState
    against: str | None = None


def standings(
    policy: Policy, roster: Roster, state: PoolState | None, asked: Asked = NOTHING
) -> list[Standing]:
    """The members in the order of policy; a member without a state counts as new: all zero."""
    known = {member.person: member for member in state.members} if state else {}
    found = []
    for seat in roster.seats:
        now = known.get(seat.id) or MemberState(person=seat.id)
        found.append(Standing(seat, now, _against(seat, now, asked)))
    if roster.keeps_hours and asked.at is not None:
        return [_in_hours(policy, roster, who, asked.at) for who in found]
    return found


def _in_hours(policy: Policy, roster: Roster, who: Standing, at: Instant) -> Standing:
    """With the hour against them when nothing else is and it is not theirs."""
    person = who.seat.person
    if who.against or person is None or is_open(at, *hours_of(policy, roster.pool, person)):
        return who
    return who._replace(against=OUTSIDE_HOURS)


def _against(seat: Seat, state: MemberState, asked: Asked) -> str | None:
    """Why they may not receive a lead now, whatever the hour: barred, away, without a skill that
    the lead asks for, or at a cap; or it was theirs.
    """
    if seat.barred is not None:
        return seat.barred
    skills, _, taken_from = asked
    if taken_from and seat.id in taken_from:
        return "had this lead, and it was taken from them"
    if state.absent_reason is not None:
        return f"is away: {state.absent_reason}" if state.absent_reason else "is away"
    if skills:
        lacks = [skill for skill in skills if skill not in seat.skills]
        if lacks:
            return f"does not have the skill {' and '.join(lacks)}"
    cap = seat.open_cap
    if cap is not None and state.open_leads >= cap:
        return f"has {state.open_leads} open leads, the cap is {cap}"
    cap = seat.daily_cap
    if cap is not None and state.today >= cap:
        return f"has {state.today} leads today, the cap is {cap}"
    cap = seat.weekly_cap
    if cap is not None and state.this_week >= cap:
        return f"has {state.this_week} leads this week, the cap is {cap}"
    return None
