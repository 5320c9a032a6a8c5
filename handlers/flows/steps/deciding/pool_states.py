"""What fairness is decided by and what a decision changes of it, holding the pools so that nobody
decides beside us (R4)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
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

LEVEL = Balance(0, Fraction(0), 0)


def pool_states(
    work: UnitOfWork, policy: Policy, pool_ids: Sequence[str], now: datetime
) -> tuple[PoolState, ...]:
    """The state of these pools, held until the transaction ends.

    Pools that share people with them are held too: a person's caps count over all pools.
    """
    pools = [policy.pool_by_id[pool_id] for pool_id in pool_ids]
    people = {person for pool in pools for person in _members_of(pool)}
    turns = hold_pools_of(work, policy, people)
    states = people_now(work, policy, people, now)
    return tuple(
        PoolState(
            pool=pool.id,
            turn=turns[pool.id],
            members=with_balances(pool, states, _known(work, pool.id, _members_of(pool))),
        )
        for pool in pools
    )


def _members_of(pool: Pool) -> list[str]:
    return [member.person for member in pool.members]


def with_balances(
    pool: Pool, states: Mapping[str, MemberState], balances: Mapping[str, Balance]
) -> tuple[MemberState, ...]:
    """The pool's members in the order of policy; who has no balance counts as level."""
    return tuple(
        states[member.person].model_copy(update=balances.get(member.person, LEVEL)._asdict())
        for member in pool.members
    )


def people_now(
    work: UnitOfWork, policy: Policy, people: Collection[str], now: datetime
) -> dict[str, MemberState]:
    """What says of each of these people whether they can take a lead, whatever pool asks: their
    load, what counts against their caps, and why they are away.
    """
    open_leads = work.leads.open_counts(people, policy.done_stages)
    known = [policy.person(person) for person in people]
    today = _given(work, [who for who in known if who.daily_cap], day_start, now)
    this_week = _given(work, [who for who in known if who.weekly_cap], week_start, now)
    away = absent_reasons(work, policy, people, now)
    return {
        person: MemberState(
            person=person,
            open_leads=open_leads.get(person, 0),
            today=today.get(person, 0),
            this_week=this_week.get(person, 0),
            absent_reason=away.get(person),
        )
        for person in people
    }


def _given(
    work: UnitOfWork,
    people: Iterable[Person],
    start: Callable[[Person, datetime], datetime],
    now: datetime,
) -> dict[str, int]:
    """How many leads each was given since their day or week began; those of one time zone are
    counted together.
    """
    since: dict[datetime, list[str]] = {}
    for person in people:
        since.setdefault(start(person, now), []).append(person.id)
    given: dict[str, int] = {}
    for moment, together in since.items():
        given |= work.assignments.counts_since(together, moment)
    return given


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


def count_regained(work: UnitOfWork, lead_id: str, person: str) -> str | None:
    """Somebody who lost a lead has it again as its known owner: it is a lead of the pool that gave
    it, as before, and that owes them no other for it. Gives that pool, if one did.
    """
    lost = work.assignments.lost_by(lead_id, person)
    if lost is None or lost.pool is None:
        return None
    work.pools.lock([lost.pool])
    owed = _known(work, lost.pool, [person])[person].owed
    work.pools.give_back(lost.pool, person, owed - 1)
    return lost.pool


def _known(work: UnitOfWork, pool_id: str, people: Sequence[str]) -> dict[str, Balance]:
    """The balances of the pool, which the caller holds; who joins it now starts level."""
    known = work.pools.balances(pool_id)
    joining = [person for person in people if person not in known]
    if not joining:
        return known
    start = Balance(0, Fraction(0), work.pools.join(pool_id, joining))
    return known | dict.fromkeys(joining, start)
