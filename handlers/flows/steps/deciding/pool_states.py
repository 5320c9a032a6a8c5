"""What fairness is decided by and what a decision changes of it, holding the pools so that nobody
decides beside us (R4)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from fractions import Fraction

from handlers.flows.steps.deciding.absences import absent_reasons
from routing.decide.choice.periods import day_start, week_start
from routing.decide.decision import Decision, MemberState, PoolState
from routing.people import Person
from routing.policy.model import Policy
from routing.policy.tables.pools import Pool
from storage.deciding.assignments import Assignment
from storage.deciding.pools import Balance
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
                member_state(work, policy.person_by_id[who], balance, now).model_copy(
                    update={"open_leads": open_leads.get(who, 0), "absent_reason": away.get(who)}
                )
                for who, balance in _of_members(work, pool).items()
            ),
        )
        for pool in pools
    )


def _of_members(work: UnitOfWork, pool: Pool) -> dict[str, Balance]:
    """The balances of the pool's members of now, in the order of policy."""
    people = [member.person for member in pool.members]
    known = _known(work, pool.id, people)
    return {person: known[person] for person in people}


def hold_pools_of(work: UnitOfWork, policy: Policy, people: Iterable[str]) -> dict[str, int]:
    """Hold every pool any of these people belongs to; gives each pool's turn."""
    wanted = set(people)
    return work.pools.lock(
        [pool.id for pool in policy.pools if any(m.person in wanted for m in pool.members)]
    )


def count_given(work: UnitOfWork, outcome: Decision) -> None:
    """The pool gave its lead: everybody is owed what the decision says. Where a person chose the
    owner, the lead counts as theirs and is shared out with the pool's next one.
    """
    if outcome.pool is None or outcome.owner is None:
        return
    balances = outcome.balances
    if outcome.owner not in balances:
        owed = _known(work, outcome.pool, [outcome.owner])[outcome.owner].owed
        balances = {outcome.owner: owed - 1}
    work.pools.give(outcome.pool, outcome.owner, balances)


def count_lost(work: UnitOfWork, policy: Policy, assignment: Assignment) -> None:
    """The owner lost a lead that a pool had given: it owes them one again, and the next it gives
    has been shared out already.

    Holds every pool: whoever decides later in the same transaction holds others, and two who hold
    some and want more would wait for each other.
    """
    if assignment.pool is None:
        return
    work.pools.lock({assignment.pool, *policy.pool_by_id})
    owed = _known(work, assignment.pool, [assignment.person])[assignment.person].owed
    work.pools.take(assignment.pool, assignment.person, owed + 1)


def _known(work: UnitOfWork, pool_id: str, people: Sequence[str]) -> dict[str, Balance]:
    """The balances of the pool, which the caller holds; who joins it now starts level."""
    known = work.pools.balances(pool_id)
    joining = [person for person in people if person not in known]
    if not joining:
        return known
    start = Balance(0, Fraction(0), work.pools.join(pool_id, joining))
    return known | dict.fromkeys(joining, start)


def member_state(
    work: UnitOfWork, person: Person, balance: Balance | None, now: datetime
) -> MemberState:
    """What a pool's choice asks of a member, but load and absence; None for who joins now."""
    known = balance or Balance(0, Fraction(0), 0)
    given = work.assignments.count_since
    return MemberState(
        person=person.id,
        assigned=known.assigned,
        owed=known.owed,
        last_turn=known.last_turn,
        today=given(person.id, day_start(person, now)) if person.daily_cap else 0,
        this_week=given(person.id, week_start(person, now)) if person.weekly_cap else 0,
    )
