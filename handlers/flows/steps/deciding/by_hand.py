"""A person chooses the owner: the decision they make, and whom they may choose (R5, S2, S4)."""

from __future__ import annotations

from handlers.flows.refusals import AwayError, NotFoundError
from handlers.flows.steps.deciding.absences import absent_reasons
from handlers.flows.steps.settlement import Settlement
from routing.decide.decision import Decision, RoutingFacts
from routing.lead import Lead, facts_of
from routing.people import Person
from routing.policy.model import Policy
from storage.database.base import new_id
from storage.deciding.assignments import StoredDecision


def require_active(policy: Policy, owner_id: str) -> Person:
    """The person, who can own leads. Raises NotFoundError."""
    owner = policy.person_by_id.get(owner_id)
    if owner is None or not owner.active:
        raise NotFoundError("That person is not active in the policy. Choose another owner.")
    return owner


def require_here(s: Settlement, owner: Person) -> None:
    """Raises AwayError for somebody who receives nothing now."""
    away = absent_reasons(s.work, s.active.policy, [owner.id], s.now)
    if owner.id in away:
        why = f" ({away[owner.id]})" if away[owner.id] else ""
        raise AwayError(f"{owner.name} is away{why}.")


def given_by_hand(
    s: Settlement, lead: Lead, owner: Person, found: Decision | None, reason: str | None
) -> StoredDecision:
    """The choice, not stored yet, with what policy had `found` out about the lead before."""
    policy = s.active.policy
    why = f"{policy.person(s.actor.id).name} gave it to {owner.name}"
    return StoredDecision(
        id=new_id("dec"),
        lead_id=lead.id,
        decided_at=s.now,
        decided_by=s.actor.id,
        policy_version=s.active.version,
        facts=RoutingFacts(lead=facts_of(lead), policy_version=s.active.version, now=s.now),
        decision=Decision(
            place="owner",
            reason=f"{why}: {reason}" if reason else f"{why}.",
            owner=owner.id,
            pool=_pool_of(policy, owner, found),
            territory=found.territory if found else None,
            segment=found.segment if found else None,
            band=found.band if found else None,
        ),
    )


def _pool_of(policy: Policy, owner: Person, found: Decision | None) -> str | None:
    """The pool whose count this assignment adds to: the one policy chose, if they are in it."""
    pool = policy.pool_by_id.get(found.pool or "") if found else None
    return pool.id if pool and any(m.person == owner.id for m in pool.members) else None
