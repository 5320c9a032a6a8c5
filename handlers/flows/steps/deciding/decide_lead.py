"""What policy says of a lead at this moment, with everything it was decided from (R6, R7)."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.flows.steps.deciding.pool_states import hold_pools_of, pool_states
from handlers.flows.steps.matching.relations import relations_of
from handlers.flows.steps.settlement import Settlement
from routing.decide.decide import decide
from routing.decide.decision import ARITHMETIC, Decision, RoutingFacts
from routing.decide.route import route
from routing.lead import Lead, LeadFacts, facts_of
from routing.policy.tables.exceptions import CaseKind
from storage.database.base import new_id
from storage.deciding.assignments import POLICY, StoredDecision


def decided(s: Settlement, lead: Lead, taken_from: Sequence[str] = ()) -> StoredDecision:
    """The decision, not stored yet; the caller holds the lead. Its pools are held from now on.

    It passes over `taken_from`, the people whom somebody takes the lead from.
    """
    policy, facts = s.active.policy, _facts(s, lead, taken_from)
    routing_facts = RoutingFacts(
        lead=facts,
        policy_version=s.active.version,
        now=s.now,
        arithmetic=ARITHMETIC,
        pools=pool_states(s.work, policy, route(policy, facts).candidate_pools, s.now),
    )
    return StoredDecision(
        id=new_id("dec"),
        lead_id=lead.id,
        decided_at=s.now,
        decided_by=POLICY,
        policy_version=s.active.version,
        facts=routing_facts,
        decision=decide(policy, routing_facts),
    )


def _facts(s: Settlement, lead: Lead, taken_from: Sequence[str]) -> LeadFacts:
    """What the decision may look at of the lead.

    Who is to get it without their pool being asked is looked at holding their pools: whoever says
    meanwhile that they leave waits for this decision, or has been waited for.
    """
    policy = s.active.policy
    facts = facts_of(lead, relations_of(s.work, policy, lead, s.now, taken_from))
    owner = route(policy, facts).known_owner
    if owner is None:
        return facts
    hold_pools_of(s.work, policy, [owner])
    return facts_of(lead, relations_of(s.work, policy, lead, s.now, taken_from))


def stands(lead: Lead, case: CaseKind | None, decision: Decision) -> bool:
    """Whether the decision leaves the lead where it is, in a case of this kind if in any, waiting
    for the same people.
    """
    before = (lead.place, lead.queue, case, lead.waits_for)
    return before == (decision.place, decision.queue, decision.case, decision.waits_for)
