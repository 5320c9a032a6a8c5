"""The decision: one place for one lead, with its reasons, from policy and facts alone."""

from __future__ import annotations

from routing.decide.choice.eligibility import Asked, Standing, standings
from routing.decide.choice.looked_at import LookedAt, look_at, nearest, why_first
from routing.decide.choice.reasons import Comparison
from routing.decide.choice.waiting import Duty, on_duty, state_of, waiting_key, waits
from routing.decide.compiled import CompiledPolicy, compiled
from routing.decide.conclusion import chosen, conclude
from routing.decide.decision import Decision, Route, RoutingFacts, Step, Suggestion
from routing.decide.high_value import held_for_approval
from routing.decide.route import route
from routing.policy.model import Policy


def decide(policy: Policy, facts: RoutingFacts) -> Decision:
    """Where the lead goes: exactly one owner, case, queue, nurture or suppressed.

    The same policy and facts give the same decision. A pool without a state in the facts is
    taken as new. Never raises for a policy that `load_policy` accepted.
    """
    way = route(policy, facts.lead)
    if way.known_owner:
        return conclude(way, place="owner", owner=way.known_owner)
    if way.case == "ambiguous_territory":
        return _ambiguous(policy, way, facts)
    if way.case:
        return conclude(way, place="case", case=way.case)
    return held_for_approval(policy, facts.lead, _at_target(policy, way, facts))


def _at_target(policy: Policy, way: Route, facts: RoutingFacts) -> Decision:
    target = way.target
    if target is None:
        return conclude(way, place="suppressed")
    if target.kind == "queue":
        return conclude(way, place="queue", queue=target.id)
    if target.kind == "nurture":
        return conclude(way, place="nurture")
    tables = compiled(policy)
    duty = on_duty(policy, tables.rosters, way, facts)
    if duty.steps:
        way = way._replace(steps=way.steps + duty.steps)
    people = look_at(duty.pool.strategy, duty.members)
    looked = tables.pool_steps[duty.pool.id, people.able, people.everybody]
    if duty.wait_until is not None:
        return _for_opening(way, looked, waits(policy, duty), duty, people)
    if people.ranking.claims:
        return _to_first(way, looked, duty, people)
    return _nobody(way, looked, duty, people, nearest(duty.members, facts.lead.taken_from))


def _for_opening(way: Route, looked: Step, wait: Step, duty: Duty, people: LookedAt) -> Decision:
    """The lead waits in a queue for the pool's next opening."""
    return conclude(
        way,
        looked,
        wait,
        people=people,
        place="queue",
        queue=duty.pool.waits_in,
        pool=duty.pool.id,
        wait_until=duty.wait_until,
        waits_for=_key(way),
        reason=wait.reason,
    )


def _to_first(way: Route, looked: Step, duty: Duty, people: LookedAt) -> Decision:
    """Whoever comes first in the pool owns the lead."""
    owner, reason = people.ranking.claims[0].person, why_first(duty.roster, people)
    return conclude(
        way,
        looked,
        chosen(owner, reason),
        people=people,
        place="owner",
        owner=owner,
        pool=duty.pool.id,
        reason=reason,
    )


def _nobody(
    way: Route, looked: Step, duty: Duty, people: LookedAt, suggestion: Suggestion | None
) -> Decision:
    reason = f"Nobody in {duty.pool.name} can take a lead now."
    return conclude(
        way,
        looked,
        Step(step="choice", outcome="none", reason=reason),
        people=people,
        place="case",
        case="nobody_eligible",
        pool=duty.pool.id,
        waits_for=_key(way),
        reason=reason,
        suggestion=suggestion,
    )


def _key(way: Route) -> str:
    return waiting_key(str(way.target.id if way.target else None), way.skills)


def _ambiguous(policy: Policy, way: Route, facts: RoutingFacts) -> Decision:
    """A case; the suggestion is who of the pools in question has the fewest open leads."""
    tables, members = compiled(policy), dict[str, Standing]()
    asked = Asked(taken_from=facts.lead.taken_from)
    for name in way.candidate_pools:
        for who in standings(policy, tables.rosters[name], state_of(facts, name), asked):
            members.setdefault(who.seat.id, who)
    people = look_at("fewest_active", list(members.values()))
    return conclude(
        way,
        people=people,
        place="case",
        case="ambiguous_territory",
        suggestion=_best_of(tables, way, people),
    )


def _best_of(tables: CompiledPolicy, way: Route, people: LookedAt) -> Suggestion | None:
    strategy, claims, unit = people.ranking
    if not claims:
        return None
    pools = " and ".join(tables.rosters[name].pool.name for name in way.candidate_pools)
    words = Comparison(strategy, unit).leading(claims[0])
    return Suggestion(person=claims[0].person, reason=f"best placed in {pools} ({words})")
