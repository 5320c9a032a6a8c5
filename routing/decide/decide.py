"""The decision: one place for one lead, with its reasons, from policy and facts alone."""

from __future__ import annotations

from collections.abc import Sequence

from routing.decide.decision import (
    Candidate,
    Decision,
    PoolState,
    Route,
    RoutingFacts,
    Step,
    Suggestion,
    Trace,
)
from routing.decide.eligibility import Standing, ineligible_reason, standings
from routing.decide.fairness import Ranking, rank
from routing.decide.high_value import held_for_approval
from routing.decide.route import route
from routing.decide.waiting import Duty, on_duty, waiting_key, waits
from routing.policy.model import Policy, Pool, Strategy


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


def _decision(way: Route, steps: tuple[Step, ...] = (), **found: object) -> Decision:
    candidates = found.pop("candidates", ())
    stated = {
        "reason": way.reason,
        "territory": way.territory,
        "segment": way.segment,
        "band": way.band,
        "rule": way.rule,
        "trace": Trace(steps=way.steps + steps, candidates=candidates),
    }
    return Decision.model_validate(stated | found)


def _at_target(policy: Policy, way: Route, facts: RoutingFacts) -> Decision:
    target = way.target
    if target is None:
        return _decision(way, place="suppressed")
    if target.kind == "pool":
        duty = on_duty(policy, way, facts)
        way = way.model_copy(update={"steps": way.steps + duty.steps}) if duty.steps else way
        if duty.wait_until is not None:
            return _for_opening(policy, way, duty)
        return _from_pool(way, duty.pool, duty.members)
    if target.kind == "queue":
        return _decision(way, place="queue", queue=target.id)
    return _decision(way, place="nurture")


def _for_opening(policy: Policy, way: Route, duty: Duty) -> Decision:
    """The lead waits in a queue for the pool's next opening."""
    ranking, refused = _sort_out(duty.pool.strategy, duty.members)
    step = waits(policy, duty)
    return _decision(
        way,
        (_pool_step(duty.pool, 0, refused), step),
        place="queue",
        queue=duty.pool.waits_in,
        pool=duty.pool.id,
        wait_until=duty.wait_until,
        waits_for=_key(way),
        reason=step.reason,
        suggestion=_nearest(duty.members),
        candidates=_candidates(ranking, refused),
    )


def _key(way: Route) -> str:
    return waiting_key(str(way.target.id if way.target else None), way.skills)


def _from_pool(way: Route, pool: Pool, members: tuple[Standing, ...]) -> Decision:
    ranking, refused = _sort_out(pool.strategy, members)
    step = _pool_step(pool, len(ranking.order), refused)
    if not ranking.order:
        return _nobody(way, pool, members, step, refused)
    chosen, reason = ranking.order[0].member.person, _choice_reason(pool, ranking)
    return _decision(
        way,
        (step, Step(step="choice", outcome=chosen, reason=reason, matched=(chosen,))),
        place="owner",
        owner=chosen,
        pool=pool.id,
        reason=reason,
        candidates=_candidates(ranking, refused),
    )


Refused = Sequence[tuple[Standing, str]]
"""Members who may not receive a lead now, with the reason."""


def _sort_out(strategy: Strategy, members: Sequence[Standing]) -> tuple[Ranking, Refused]:
    """The eligible in the order of choice, and the others."""
    reasons = [(who, ineligible_reason(who)) for who in members]
    eligible = [who for who, reason in reasons if reason is None]
    return rank(strategy, eligible), [(who, r) for who, r in reasons if r is not None]


def _pool_step(pool: Pool, able: int, refused: Refused) -> Step:
    return Step(
        step="pool",
        outcome=pool.id,
        reason=f"{able} of {able + len(refused)} people in {pool.name} can take a lead now.",
        matched=(pool.id,),
        rejected=tuple(f"{who.member.person}: {reason}" for who, reason in refused),
    )


def _candidates(ranking: Ranking, refused: Refused, taken: bool = True) -> tuple[Candidate, ...]:
    """Everybody looked at: the eligible by rank, then the others in the order of policy."""
    able = [
        Candidate(
            person=who.member.person,
            taken=taken and at == 0,
            reason=ranking.difference(at, 0) if at else ranking.words(0),
            rank=at + 1,
        )
        for at, who in enumerate(ranking.order)
    ]
    unable = [Candidate(person=who.member.person, taken=False, reason=r) for who, r in refused]
    return (*able, *unable)


_FIRST_BY = {
    "fewest_active": "has the fewest open leads",
    "weighted_round_robin": "is furthest below the fair share",
}


def _choice_reason(pool: Pool, ranking: Ranking) -> str:
    """`Anna Weber has the fewest open leads in EMEA SDRs (3 open leads).`"""
    name, words = ranking.order[0].name, ranking.words(0)
    if len(ranking.order) == 1:
        return f"{name} is the only one in {pool.name} who can take a lead now."
    if ranking.keys[0][0] != ranking.keys[1][0]:
        return f"{name} {_FIRST_BY[pool.strategy]} in {pool.name} ({words})."
    tie = f"{words}, like {ranking.order[1].name}; then {ranking.difference(0, 1)}"
    return f"{name} comes first in {pool.name}: {tie}."


def _nobody(
    way: Route,
    pool: Pool,
    members: Sequence[Standing],
    step: Step,
    refused: Refused,
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
        candidates=_candidates(rank(pool.strategy, ()), refused),
    )


def _nearest(members: Sequence[Standing]) -> Suggestion | None:
    """The active member with the fewest open leads, whatever caps and absence say."""
    active = [who for who in members if who.person and who.person.active]
    if not active:
        return None
    who = rank("fewest_active", active).order[0]
    count, against = who.state.open_leads, ineligible_reason(who)
    reason = f"fewest open leads ({count}) when caps and absence are set aside; {against}"
    return Suggestion(person=who.member.person, reason=reason)


def _ambiguous(policy: Policy, way: Route, states: dict[str, PoolState]) -> Decision:
    """A case; the suggestion is who of the pools in question has the fewest open leads."""
    members: dict[str, Standing] = {}
    for name in way.candidate_pools:
        pool = policy.pool_by_id[name]
        for who in standings(policy, pool, states.get(name)):
            members.setdefault(who.member.person, who)
    ranking, refused = _sort_out("fewest_active", tuple(members.values()))
    return _decision(
        way,
        place="case",
        case="ambiguous_territory",
        suggestion=_best_of(policy, way, ranking),
        candidates=_candidates(ranking, refused, taken=False),
    )


def _best_of(policy: Policy, way: Route, ranking: Ranking) -> Suggestion | None:
    if not ranking.order:
        return None
    pools = " and ".join(policy.pool_by_id[name].name for name in way.candidate_pools)
    reason = f"best placed in {pools} ({ranking.words(0)})"
    return Suggestion(person=ranking.order[0].member.person, reason=reason)
