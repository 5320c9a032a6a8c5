"""A person decides what policy could not (R5, S2)."""

from __future__ import annotations

from handlers.flows.ports import Ports
from handlers.flows.refusals import NotFoundError, TooLateError
from handlers.flows.steps.deciding.endings import close_case
from handlers.flows.steps.deciding.pool_states import hold_pools_of
from handlers.flows.steps.deciding.settle import Settlement, settle
from handlers.flows.steps.permission import require_decider
from handlers.flows.telling.wording import who_was_first
from routing.decide.decision import Decision, RoutingFacts
from routing.lead import facts_of
from routing.people import Person
from routing.policy.model import Policy
from storage.audit import Actor
from storage.database.base import new_id
from storage.deciding.assignments import StoredDecision
from storage.deciding.cases import ExceptionCase
from storage.unit_of_work import UnitOfWork


def assign_to_suggested(ports: Ports, case_id: str, *, person: Person) -> None:
    """Take the case's suggestion. Raises as `assign_to` does."""
    with ports.database.reading() as work:
        suggested = work.cases.get(case_id).suggested_person
    if suggested is None:
        raise NotFoundError("This case has no suggestion. Choose an owner.")
    assign_to(ports, case_id, suggested, person=person, reason=None)


def assign_to(
    ports: Ports, case_id: str, owner_id: str, *, person: Person, reason: str | None
) -> None:
    """Give the case's lead to this owner. Of two people at once, one wins.

    Raises NotAllowedError, NotFoundError for an unknown or inactive owner, or TooLateError.
    """
    now = ports.clock.now()
    require_decider(person)
    with ports.database.writing() as work:
        case = work.cases.get(case_id)
        lead = work.leads.lock(case.lead_id)
        active = ports.policies.for_lead(work, lead.id)
        owner = active.policy.person_by_id.get(owner_id)
        if owner is None or not owner.active:
            raise NotFoundError("That person is not active in the policy. Choose another owner.")
        actor = Actor(kind="person", id=person.id)
        s = Settlement(ports, work, active, now, actor)
        if not close_case(s, case_id, f"Assigned to {owner.name}"):
            raise TooLateError(who_was_first(work.cases.get(case_id), active.policy))
        hold_pools_of(work, active.policy, [owner_id])
        decision = _decision(work, active.policy, case, owner, person, reason)
        stored = StoredDecision(
            id=new_id("dec"),
            lead_id=lead.id,
            decided_at=now,
            decided_by=person.id,
            policy_version=active.version,
            facts=RoutingFacts(lead=facts_of(lead), policy_version=active.version, now=now),
            decision=decision,
        )
        work.assignments.add_decision(stored)
        work.audit.append(
            f"lead:{lead.id}",
            "case.resolved",
            actor=actor,
            now=now,
            correlation_id=case_id,
            policy_version=active.version,
            reason=reason,
            before={"case": case_id, "kind": case.kind},
            after={"owner": owner_id},
        )
        settle(s, lead, stored)


def _decision(
    work: UnitOfWork,
    policy: Policy,
    case: ExceptionCase,
    owner: Person,
    person: Person,
    reason: str | None,
) -> Decision:
    """The person's choice, with what policy had found out before it gave up."""
    found = work.assignments.decision(case.decision_id).decision if case.decision_id else None
    why = f"{person.name} gave it to {owner.name}"
    return Decision(
        place="owner",
        reason=f"{why}: {reason}" if reason else f"{why}.",
        owner=owner.id,
        pool=_pool_of(policy, owner, found),
        territory=found.territory if found else None,
        segment=found.segment if found else None,
        band=found.band if found else None,
    )


def _pool_of(policy: Policy, owner: Person, found: Decision | None) -> str | None:
    """The pool whose count this assignment adds to: the one policy chose, if they are in it."""
    pool = policy.pool_by_id.get(found.pool or "") if found else None
    return pool.id if pool and any(m.person == owner.id for m in pool.members) else None
