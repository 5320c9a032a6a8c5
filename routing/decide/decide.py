"""The decision: one place for one lead, with its reasons, from policy and facts alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from routing.decide.choice.eligibility import Standing, standings
from routing.decide.choice.fairness import Ranking, rank
from routing.decide.choice.reasons import Comparison
from routing.decide.choice.waiting import Duty, on_duty, waiting_key, waits
from routing.decide.compiled import made, pool_step, unset
from routing.decide.decision import (
    Decision,
    PoolState,
    Refusal,
    Route,
    RoutingFacts,
    Step,
    Suggestion,
    Trace,
)
from routing.decide.high_value import held_for_approval
from routing.decide.route import route
from routing.policy.model import Policy
from routing.policy.tables.pools import Pool, Strategy

UNDECIDED = unset(Decision)
CHOICE = unset(Step) | {"step": "choice"}


def decide(policy: Policy, facts: RoutingFacts) -> Decision:
    """Where the lead goes: exactly one owner, case, queue, nurture or suppressed.

    The same policy and facts give the same decision. A pool without a state in the facts is
    taken as new. Never raises for a policy that `load_policy` accepted.
    """
    way = route(policy, facts.lead)
    states = {state.pool: state for state in facts.pools}
    if way.known_owner:
        return _decision(way, place="owner", owner=way.known_owner)
    if way.case == "ambiguous_territory":
        return _ambiguous(policy, way, states)
    if way.case:
        return _decision(way, place="case", case=way.case)
    return held_for_approval(policy, facts.lead, _at_target(policy, way, facts))


def _decision(
    way: Route, steps: tuple[Step, ...] = (), people: LookedAt | None = None, **found: object
) -> Decision:
    place = found["place"]
    stated = {
        "reason": way.reason,
        "territory": way.territory,
        "segment": way.segment,
        "band": way.band,
        "rule": way.rule,
        "trace": _trace(way.steps + steps, people or NOBODY, taken=place == "owner"),
    }
    return made(Decision, UNDECIDED | stated | found)


def _trace(steps: tuple[Step, ...], people: LookedAt, taken: bool) -> Trace:
    ranking = people.ranking
    return made(
        Trace,
        {
            "steps": steps,
            "strategy": ranking.strategy if ranking.claims else None,
            "unit": ranking.unit,
            "claims": ranking.claims,
            "refusals": people.refusals,
            "is_taken": taken and bool(ranking.claims),
        },
    )


def _at_target(policy: Policy, way: Route, facts: RoutingFacts) -> Decision:
    target = way.target
    if target is None:
        return _decision(way, place="suppressed")
    if target.kind == "pool":
        duty = on_duty(policy, way, facts)
        way = way.model_copy(update={"steps": way.steps + duty.steps}) if duty.steps else way
        if duty.wait_until is not None:
            return _for_opening(policy, way, duty)
        return _from_pool(policy, way, duty.pool, duty.members)
    if target.kind == "queue":
        return _decision(way, place="queue", queue=target.id)
    return _decision(way, place="nurture")


def _for_opening(policy: Policy, way: Route, duty: Duty) -> Decision:
    """The lead waits in a queue for the pool's next opening."""
    people = _sort_out(duty.pool.strategy, duty.members)
    step = waits(policy, duty)
    return _decision(
        way,
        (_pool_step(duty.pool, people), step),
        place="queue",
        queue=duty.pool.waits_in,
        pool=duty.pool.id,
        wait_until=duty.wait_until,
        waits_for=_key(way),
        reason=step.reason,
        people=people,
    )


def _key(way: Route) -> str:
    return waiting_key(str(way.target.id if way.target else None), way.skills)


def _from_pool(policy: Policy, way: Route, pool: Pool, members: tuple[Standing, ...]) -> Decision:
    people = _sort_out(pool.strategy, members)
    step = _pool_step(pool, people)
    if not people.ranking.claims:
        return _nobody(way, pool, members, step, people)
    chosen, reason = people.ranking.claims[0].person, _choice_reason(policy, pool, people.ranking)
    choice = made(Step, CHOICE | {"outcome": chosen, "reason": reason, "matched": (chosen,)})
    return _decision(
        way,
        (step, choice),
        place="owner",
        owner=chosen,
        pool=pool.id,
        reason=reason,
        people=people,
    )


@dataclass(slots=True)
class LookedAt:
    """The people looked at: the eligible in the order of choice, and the others."""

    ranking: Ranking
    refusals: tuple[Refusal, ...] = ()


NOBODY = LookedAt(Ranking("fewest_active"))


def _sort_out(strategy: Strategy, members: Sequence[Standing]) -> LookedAt:
    eligible = [who for who in members if who.against is None]
    refused = [Refusal(who.member.person, who.against) for who in members if who.against]
    return LookedAt(rank(strategy, eligible, members), tuple(refused))


def _pool_step(pool: Pool, people: LookedAt) -> Step:
    able = len(people.ranking.claims)
    return pool_step(pool.id, pool.name, able, able + len(people.refusals))


def _choice_reason(policy: Policy, pool: Pool, ranking: Ranking) -> str:
    """`Anna Weber is next in EMEA SDRs: due now; Ben Ito comes after, due within 3 leads.`"""
    first = ranking.claims[0]
    name = policy.person_by_id[first.person].name
    if len(ranking.claims) == 1:
        return f"{name} is the only one in {pool.name} who can take a lead now."
    second = ranking.claims[1]
    compared = Comparison(ranking.strategy, ranking.unit)
    why = compared.why_next(first, second, policy.person_by_id[second.person].name)
    return f"{name} is next in {pool.name}: {why}."


def _nobody(
    way: Route,
    pool: Pool,
    members: Sequence[Standing],
    step: Step,
    people: LookedAt,
) -> Decision:
    reason = f"Nobody in {pool.name} can take a lead now."
    choice = Step(step="choice", outcome="none", reason=reason)
    return _decision(
        way,
        (step, choice),
        place="case",
        case="nobody_eligible",
        pool=pool.id,
        waits_for=_key(way),
        reason=reason,
        suggestion=_nearest(members),
        people=people,
    )


def _nearest(members: Sequence[Standing]) -> Suggestion | None:
    """The active member with the fewest open leads, whatever caps and absence say."""
    active = [who for who in members if who.person and who.person.active]
    if not active:
        return None
    nearest = rank("fewest_active", active, members).claims[0]
    who = next(one for one in active if one.member.person == nearest.person)
    count = who.state.open_leads
    reason = f"fewest open leads ({count}) when caps and absence are set aside; {who.against}"
    return Suggestion(person=nearest.person, reason=reason)


def _ambiguous(policy: Policy, way: Route, states: dict[str, PoolState]) -> Decision:
    """A case; the suggestion is who of the pools in question has the fewest open leads."""
    members: dict[str, Standing] = {}
    for name in way.candidate_pools:
        pool = policy.pool_by_id[name]
        for who in standings(policy, pool, states.get(name)):
            members.setdefault(who.member.person, who)
    people = _sort_out("fewest_active", tuple(members.values()))
    return _decision(
        way,
        place="case",
        case="ambiguous_territory",
        suggestion=_best_of(policy, way, people.ranking),
        people=people,
    )


def _best_of(policy: Policy, way: Route, ranking: Ranking) -> Suggestion | None:
    if not ranking.claims:
        return None
    pools = " and ".join(policy.pool_by_id[name].name for name in way.candidate_pools)
    first = ranking.claims[0]
    words = Comparison(ranking.strategy, ranking.unit).leading(first)
    return Suggestion(person=first.person, reason=f"best placed in {pools} ({words})")
