"""Who is on duty, and what a lead waits for when nobody is (R4)."""

from __future__ import annotations

from typing import NamedTuple

from routing.decide.choice.eligibility import OUTSIDE_HOURS, Asked, Standing, standings
from routing.decide.choice.rosters import Roster, Rosters, hours_of
from routing.decide.decision import PoolState, Route, RoutingFacts, Step
from routing.people import Person
from routing.policy.model import Policy
from routing.policy.tables.pools import Pool
from routing.sla.hours import NeverOpen, next_opening
from routing.values import Instant
from routing.wall_clock import local_time


class Duty(NamedTuple):
    """Who decides: the pool's people, after pools whose people are off and that sent the lead on.

    `wait_until` is set when they are off too and the lead waits for the first of them.
    """

    roster: Roster
    members: list[Standing]
    steps: tuple[Step, ...] = ()
    wait_until: Instant | None = None

    @property
    def pool(self) -> Pool:
        return self.roster.pool


def waiting_key(pool_id: str, skills: tuple[str, ...]) -> str:
    """Whom a lead waits for: people of a pool, `emea`, with these skills, `emea:german;fintech`.

    Leads with one key can all go, or none, but for those that have an owner to go back to or were
    taken from one: nothing else about a lead says who is eligible.
    """
    return f"{pool_id}:{';'.join(sorted(skills))}" if skills else pool_id


def on_duty(policy: Policy, rosters: Rosters, way: Route, facts: RoutingFacts) -> Duty:
    """Who may be asked for a lead whose route ends at a pool: those of the first pool that has
    somebody at work, or else of the last.
    """
    asked = Asked(way.skills, facts.now, facts.lead.taken_from)
    first, *following = way.candidate_pools
    duty = _duty(policy, rosters[first], state_of(facts, first), asked)
    for pool_id in following:
        if duty.wait_until is None:
            break
        steps = (*duty.steps, _sent_on(policy, duty, rosters[pool_id].pool))
        duty = _duty(policy, rosters[pool_id], state_of(facts, pool_id), asked)
        duty = duty._replace(steps=steps)
    if duty.wait_until is not None and duty.pool.outside_hours.kind != "wait":
        return duty._replace(wait_until=None)
    return duty


def state_of(facts: RoutingFacts, pool_id: str) -> PoolState | None:
    """The state of this pool that the facts hold, the last one of several."""
    for state in reversed(facts.pools):
        if state.pool == pool_id:
            return state
    return None


def _duty(policy: Policy, roster: Roster, state: PoolState | None, asked: Asked) -> Duty:
    """This pool, and when the first opens of those who could take the lead were it their hour;
    no such time when somebody can take it now or nobody could then.
    """
    members = standings(policy, roster, state, asked)
    if not roster.keeps_hours or asked.at is None or any(w.against is None for w in members):
        return Duty(roster, members)
    off = [who for who in members if who.against == OUTSIDE_HOURS]
    openings = [_opening(policy, roster.pool, who.seat.person, asked.at) for who in off]
    first = min((at for at in openings if at is not None), default=None)
    return Duty(roster, members, wait_until=first)


def _opening(policy: Policy, pool: Pool, person: Person | None, now: Instant) -> Instant | None:
    """When they work next; None for a calendar that does not open any more."""
    if person is None:
        return None
    try:
        return next_opening(now, *hours_of(policy, pool, person))
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
