"""The decision: one place for one lead, with its reasons, from policy and facts alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from routing.decide.choice.eligibility import Standing, standings
from routing.decide.choice.fairness import Ranking, rank
from routing.decide.choice.reasons import Comparison
from routing.decide.choice.rosters import Roster
from routing.decide.choice.waiting import Duty, on_duty, state_of, waiting_key, waits
from routing.decide.compiled import compiled, made
from routing.decide.decision import Decision, Refusal, Route, RoutingFacts, Step, Suggestion, Trace
from routing.decide.high_value import held_for_approval
from routing.decide.route import route
from routing.policy.model import Policy
from routing.policy.tables.pools import Pool, Strategy


def decide(policy: Policy, facts: RoutingFacts) -> Decision:
    """Where the lead goes: exactly one owner, case, queue, nurture or suppressed.

    The same policy and facts give the same decision. A pool without a state in the facts is
    taken as new. Never raises for a policy that `load_policy` accepted.
    """
    way = route(policy, facts.lead)
    if way.known_owner:
        return _decision(way, place="owner", owner=way.known_owner)
    if way.case == "ambiguous_territory":
        return _ambiguous(policy, way, facts)
    if way.case:
        return _decision(way, place="case", case=way.case)
    return held_for_approval(policy, facts.lead, _at_target(policy, way, facts))


class LookedAt(NamedTuple):
    """The people looked at: the eligible in the order of choice, and the others."""

    ranking: Ranking
    refusals: tuple[Refusal, ...] = ()


NOBODY = LookedAt(Ranking("fewest_active"))


def _decision(
    way: Route, steps: tuple[Step, ...] = (), people: LookedAt = NOBODY, **found: object
) -> Decision:
    """The decision at the end of this way; `found` are the fields that the way does not give."""
    fields: dict[str, object] = {
        "place": "suppressed",
        "reason": way.reason,
        "owner": None,
        "pool": None,
        "queue": None,
        "case": None,
        "wait_until": None,
        "waits_for": None,
        "suggestion": None,
        "territory": way.territory,
        "segment": way.segment,
        "band": way.band,
        "rule": way.rule,
        "trace": _trace(way.steps + steps, people, taken="owner" in found),
    }
    fields.update(found)
    return made(Decision, fields)


def _trace(steps: tuple[Step, ...], people: LookedAt, taken: bool) -> Trace:
    strategy, claims, unit = people.ranking
    return made(
        Trace,
        {
            "steps": steps,
            "strategy": strategy if claims else None,
            "unit": unit,
            "claims": claims,
            "refusals": people.refusals,
            "is_taken": taken and bool(claims),
        },
    )


def _at_target(policy: Policy, way: Route, facts: RoutingFacts) -> Decision:
    target = way.target
    if target is None:
        return _decision(way)
    if target.kind == "pool":
        duty = on_duty(policy, compiled(policy).rosters, way, facts)
        if duty.steps:
            way = way._replace(steps=way.steps + duty.steps)
        if duty.wait_until is not None:
            return _for_opening(policy, way, duty)
        return _from_pool(policy, way, duty)
    if target.kind == "queue":
        return _decision(way, place="queue", queue=target.id)
    return _decision(way, place="nurture")


def _for_opening(policy: Policy, way: Route, duty: Duty) -> Decision:
    """The lead waits in a queue for the pool's next opening."""
    people = _sort_out(duty.pool.strategy, duty.members)
    step = waits(policy, duty)
    return _decision(
        way,
        (_pool_step(policy, duty.pool, people), step),
        people,
        place="queue",
        queue=duty.pool.waits_in,
        pool=duty.pool.id,
        wait_until=duty.wait_until,
        waits_for=_key(way),
        reason=step.reason,
    )


def _key(way: Route) -> str:
    return waiting_key(str(way.target.id if way.target else None), way.skills)


def _from_pool(policy: Policy, way: Route, duty: Duty) -> Decision:
    people = _sort_out(duty.pool.strategy, duty.members)
    step = _pool_step(policy, duty.pool, people)
    if not people.ranking.claims:
        return _nobody(way, duty, step, people)
    chosen, reason = people.ranking.claims[0].person, _choice_reason(duty.roster, people)
    return _decision(
        way,
        (step, _choice(chosen, reason)),
        people,
        place="owner",
        owner=chosen,
        pool=duty.pool.id,
        reason=reason,
    )


def _choice(person: str, reason: str) -> Step:
    return made(
        Step,
        {
            "step": "choice",
            "outcome": person,
            "reason": reason,
            "matched": (person,),
            "rejected": (),
        },
    )


def _sort_out(strategy: Strategy, members: Sequence[Standing]) -> LookedAt:
    refused = [Refusal(seat.id, against) for seat, _, against in members if against is not None]
    return LookedAt(rank(strategy, members), tuple(refused))


def _pool_step(policy: Policy, pool: Pool, people: LookedAt) -> Step:
    able = len(people.ranking.claims)
    return compiled(policy).pool_steps[pool.id, able, able + len(people.refusals)]


def _choice_reason(roster: Roster, people: LookedAt) -> str:
    """`Anna Weber is next in EMEA SDRs: due now; Ben Ito comes after, due within 3 leads.`"""
    strategy, claims, unit = people.ranking
    name = roster.names[claims[0].person]
    if len(claims) == 1:
        return f"{name} is the only one in {roster.pool.name} who can take a lead now."
    first, second = claims[:2]
    why = Comparison(strategy, unit).why_next(first, second, roster.names[second.person])
    return f"{name} is next in {roster.pool.name}: {why}."


def _nobody(way: Route, duty: Duty, step: Step, people: LookedAt) -> Decision:
    reason = f"Nobody in {duty.pool.name} can take a lead now."
    choice = Step(step="choice", outcome="none", reason=reason)
    return _decision(
        way,
        (step, choice),
        people,
        place="case",
        case="nobody_eligible",
        pool=duty.pool.id,
        waits_for=_key(way),
        reason=reason,
        suggestion=_nearest(duty.members),
    )


def _nearest(members: Sequence[Standing]) -> Suggestion | None:
    """The active member with the fewest open leads, whatever caps and absence say."""
    claims = rank(
        "fewest_active", [who._replace(against=who.seat.barred) for who in members]
    ).claims
    if not claims:
        return None
    who = next(one for one in members if one.seat.id == claims[0].person)
    count = who.state.open_leads
    reason = f"fewest open leads ({count}) when caps and absence are set aside; {who.against}"
    return Suggestion(person=who.seat.id, reason=reason)


def _ambiguous(policy: Policy, way: Route, facts: RoutingFacts) -> Decision:
    """A case; the suggestion is who of the pools in question has the fewest open leads."""
    members: dict[str, Standing] = {}
    for name in way.candidate_pools:
        roster = compiled(policy).rosters[name]
        for who in standings(policy, roster, state_of(facts, name)):
            members.setdefault(who.seat.id, who)
    people = _sort_out("fewest_active", tuple(members.values()))
    return _decision(
        way,
        (),
        people,
        place="case",
        case="ambiguous_territory",
        suggestion=_best_of(policy, way, people.ranking),
    )


def _best_of(policy: Policy, way: Route, ranking: Ranking) -> Suggestion | None:
    if not ranking.claims:
        return None
    pools = " and ".join(policy.pool_by_id[name].name for name in way.candidate_pools)
    first = ranking.claims[0]
    words = Comparison(ranking.strategy, ranking.unit).leading(first)
    return Suggestion(person=first.person, reason=f"best placed in {pools} ({words})")
