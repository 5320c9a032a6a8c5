"""Whom a case suggests: never somebody who is away until further notice (R4, R5)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from routing.availability import away_now
from routing.decide.choice.eligibility import Standing
from routing.decide.choice.looked_at import nearest
from routing.decide.choice.rosters import seat_of
from routing.decide.choice.waiting import state_of
from routing.decide.decision import MemberState, Suggestion
from routing.policy.model import Policy
from storage.deciding.assignments import StoredDecision
from storage.unit_of_work import UnitOfWork


def suggested(
    work: UnitOfWork, policy: Policy, stored: StoredDecision, now: datetime
) -> Suggestion | None:
    """The decision's suggestion while that person is here; else who of the pool is here and at a
    cap; else who comes back, the decision's suggestion first; else nobody.
    """
    meant = stored.decision.suggestion
    if meant is None:
        return None
    members = _members(policy, stored)
    ends = _absences(work, policy, {meant.person, *(who.seat.id for who in members)}, now)
    if meant.person not in ends:
        return meant
    here = [who for who in members if who.seat.id not in ends]
    coming = [who for who in members if ends.get(who.seat.id, now) is not None]
    had_it = stored.facts.lead.taken_from
    comes_back = meant if ends[meant.person] is not None else nearest(coming, had_it)
    return nearest(here, had_it) or comes_back


def _members(policy: Policy, stored: StoredDecision) -> list[Standing]:
    """Those of the pool that was asked who could not take the lead, as they were then."""
    pool = policy.pool_by_id.get(stored.decision.pool or "")
    if pool is None:
        return []
    state, against = state_of(stored.facts, pool.id), dict(stored.decision.trace.refusals)
    known = {member.person: member for member in state.members} if state else {}
    return [
        Standing(
            seat_of(member, policy.person_by_id.get(member.person)),
            known.get(member.person) or MemberState(person=member.person),
            against[member.person],
        )
        for member in pool.members
        if member.person in against
    ]


def _absences(
    work: UnitOfWork, policy: Policy, people: Collection[str], now: datetime
) -> dict[str, datetime | None]:
    """When the absence of each of these people ends who are away now; None for those of whom
    nobody has said it, or who are not active.
    """
    entered, ends = work.availability.away_at(now, people), dict[str, datetime | None]()
    for who in people:
        person = policy.person_by_id.get(who)
        away = away_now(policy, person, entered, now) if person else None
        if person is None or not person.active:
            ends[who] = None
        elif away is not None:
            ends[who] = away.until
    return ends
