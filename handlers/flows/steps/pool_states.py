"""Collect what fairness is decided by, holding the pools so that nobody decides beside us."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from handlers.flows.steps.absences import absent_reasons
from routing.decide.decision import MemberState, PoolState
from routing.decide.periods import day_start, week_start
from routing.policy.model import Policy, Pool
from storage.unit_of_work import UnitOfWork


def pool_states(
    work: UnitOfWork, policy: Policy, pool_ids: Sequence[str], now: datetime
) -> tuple[PoolState, ...]:
    """The state of these pools, held until the transaction ends.

    Pools that share people with them are held too: a person's caps count over all pools.
    """
    pools = [policy.pool_by_id[pool_id] for pool_id in pool_ids]
    people = {member.person for pool in pools for member in pool.members}
    turns = hold_pools_of(work, policy, people)
    open_leads = work.leads.open_counts(people, policy.active_stages)
    away = absent_reasons(work, policy, people, now)
    return tuple(
        PoolState(
            pool=pool.id,
            turn=turns[pool.id],
            members=tuple(
                state.model_copy(update={"absent_reason": away.get(state.person)})
                for state in _members(work, policy, pool, open_leads, now)
            ),
        )
        for pool in pools
    )


def hold_pools_of(work: UnitOfWork, policy: Policy, people: Iterable[str]) -> dict[str, int]:
    """Hold every pool any of these people belongs to; gives each pool's turn."""
    wanted = set(people)
    return work.pools.lock(
        [pool.id for pool in policy.pools if any(m.person in wanted for m in pool.members)]
    )


def _members(
    work: UnitOfWork,
    policy: Policy,
    pool: Pool,
    open_leads: dict[str, int],
    now: datetime,
) -> tuple[MemberState, ...]:
    counts = work.pools.counts(pool.id)
    states = []
    for member in pool.members:
        assigned, calibration, last_turn = counts.get(member.person, (0, 0, 0))
        person = policy.person_by_id[member.person]
        given = work.assignments.count_since
        states.append(
            MemberState(
                person=member.person,
                assigned=assigned,
                calibration=calibration,
                last_turn=last_turn,
                open_leads=open_leads.get(member.person, 0),
                today=given(person.id, day_start(person, now)) if person.daily_cap else 0,
                this_week=given(person.id, week_start(person, now)) if person.weekly_cap else 0,
            )
        )
    return tuple(states)
