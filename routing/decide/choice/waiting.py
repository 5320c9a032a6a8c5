"""Who is on duty, and what a lead waits for when nobody is (R4)."""

from __future__ import annotations

from dataclasses import dataclass

from routing.decide.choice.eligibility import OUTSIDE_HOURS, Asked, Standing, hours_of, standings
from routing.decide.decision import PoolState, Route, RoutingFacts, Step
from routing.policy.model import Policy
from routing.policy.tables.pools import Pool
from routing.sla.hours import NeverOpen, next_opening
from routing.values import Instant
from routing.wall_clock import local_time


@dataclass(frozen=True)
class Duty:
    """The pool that decides, after those whose people are off and that sent the lead on.

    `wait_until` is set when its people are off too and the lead waits for the first of them.
    """

    pool: Pool
    members: tuple[Standing, ...]
    steps: tuple[Step, ...] = ()
    wait_until: Instant | None = None


def chain(policy: Policy, pool_id: str) -> tuple[str, ...]:
    """The pool and those it sends leads on to outside its hours, in order, each once."""
    found: list[str] = []
    following: str | None = pool_id
    while following is not None and following not in found:
        found.append(following)
        following = policy.pool_by_id[following].outside_hours.pool
    return tuple(found)


def waiting_key(pool_id: str, skills: tuple[str, ...]) -> str:
    """Whom a lead waits for: people of a pool, `emea`, with these skills, `emea:german;fintech`.

    Leads with one key can all go, or none: nothing else about a lead says who is eligible.
    """
    return f"{pool_id}:{';'.join(sorted(skills))}" if skills else pool_id


def on_duty(policy: Policy, way: Route, facts: RoutingFacts) -> Duty:
    """Who may be asked for a lead whose route ends at a pool."""
    states = {state.pool: state for state in facts.pools}
    asked, steps = Asked(way.skills, facts.now), list[Step]()
    pools = chain(policy, str(way.target.id if way.target else None))
    for pool_id, following in zip(pools, (*pools[1:], None), strict=True):
        pool = policy.pool_by_id[pool_id]
        duty = _duty(policy, pool, states.get(pool_id), asked)
        if duty.wait_until is None or following is None:
            break
        steps.append(_sent_on(policy, duty, policy.pool_by_id[following]))
    until = duty.wait_until if pool.outside_hours.kind == "wait" else None
    return Duty(duty.pool, duty.members, tuple(steps), until)


def _duty(policy: Policy, pool: Pool, state: PoolState | None, asked: Asked) -> Duty:
    """This pool, and when the first opens of those who could take the lead were it their hour;
    no such time when somebody can take it now or nobody could then.
    """
    members = standings(policy, pool, state, asked)
    if asked.at is None or any(who.against is None for who in members):
        return Duty(pool, members)
    off = [who for who in members if who.against == OUTSIDE_HOURS]
    openings = [_opening(policy, pool, who, asked.at) for who in off]
    return Duty(
        pool, members, wait_until=min((at for at in openings if at is not None), default=None)
    )


def _opening(policy: Policy, pool: Pool, who: Standing, now: Instant) -> Instant | None:
    """When they work next; None for a calendar that does not open any more."""
    if who.person is None:
        return None
    try:
        return next_opening(now, *hours_of(policy, pool, who.person))
    except NeverOpen:
        return None


def _sent_on(policy: Policy, duty: Duty, to: Pool) -> Step:
    reason = f"{_nobody_at_work(policy, duty)}; until then {to.name} is asked."
    return Step(step="hours", outcome=to.id, reason=reason, matched=(duty.pool.id,))


def waits(policy: Policy, duty: Duty) -> Step:
    """The step of a lead that waits for the pool's opening."""
    reason = f"{_nobody_at_work(policy, duty)}; the lead waits for it."
    return Step(step="hours", outcome=duty.pool.waits_in, reason=reason, matched=(duty.pool.id,))


def _nobody_at_work(policy: Policy, duty: Duty) -> str:
    zone = duty.pool.time_zone or policy.company.default_time_zone
    opens = f", the first opens {local_time(duty.wait_until, zone)}" if duty.wait_until else ""
    return f"Nobody in {duty.pool.name} who could take the lead is at work{opens}"
