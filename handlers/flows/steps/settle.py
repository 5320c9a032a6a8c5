"""Put a decided lead in its place, with all that follows from it, in the caller's transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from handlers.flows.policy_book import ActivePolicy
from handlers.flows.ports import Ports
from handlers.flows.steps import tell
from handlers.flows.steps.summary_input import summary_input
from routing.lead import Lead
from routing.sla.clocks import start_clocks
from storage.assignments import Assignment, StoredDecision
from storage.audit import Actor
from storage.base import new_id
from storage.cases import ExceptionCase
from storage.deadlines import Deadline, DeadlineKind
from storage.outbox import OutboxMessage
from storage.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class Settlement:
    """Where and in whose name a decision takes effect."""

    ports: Ports
    work: UnitOfWork
    active: ActivePolicy
    now: datetime
    actor: Actor


def settle(s: Settlement, lead: Lead, decision: StoredDecision) -> None:
    """Store the lead in the place the decision gives it; the caller holds it locked."""
    outcome = decision.decision
    lead = lead.model_copy(
        update={
            "place": outcome.place,
            "owner": outcome.owner,
            "queue": outcome.queue,
            "territory": outcome.territory,
            "segment": outcome.segment,
            "band": outcome.band,
        }
    )
    s.work.leads.save(lead, s.now)
    _audit(s, lead, decision)
    if outcome.place == "owner":
        _assign(s, lead, decision)
    elif outcome.place == "case":
        _open_case(s, lead, decision)


def _audit(s: Settlement, lead: Lead, decision: StoredDecision) -> None:
    outcome = decision.decision
    s.work.audit.append(
        f"lead:{lead.id}",
        _ACTIONS[outcome.place],
        actor=s.actor,
        now=s.now,
        correlation_id=decision.id,
        policy_version=s.active.version,
        reason=outcome.reason,
        after=outcome.model_dump(
            mode="json", exclude_none=True, exclude={"trace", "place", "reason"}
        )
        | {"score": lead.score.value if lead.score else None},
    )


_ACTIONS = {
    "owner": "lead.assigned",
    "case": "case.opened",
    "queue": "lead.queued",
    "nurture": "lead.nurtured",
    "suppressed": "lead.suppressed",
}


def _assign(s: Settlement, lead: Lead, decision: StoredDecision) -> None:
    outcome = decision.decision
    assert outcome.owner is not None
    template = s.ports.template
    assignment = Assignment(
        id=new_id("asg"),
        lead_id=lead.id,
        person=outcome.owner,
        pool=outcome.pool,
        decision_id=decision.id,
        assigned_at=s.now,
        summary=template.summarise(summary_input(lead, s.active.policy)).text,
        summary_by=template.model,
    )
    s.work.assignments.add(assignment)
    if outcome.pool is not None:
        s.work.pools.count_assignment(outcome.pool, outcome.owner)
    s.work.deadlines.arm(_clocks(s, lead, assignment))
    _tell_owner(s, assignment)


def _tell_owner(s: Settlement, assignment: Assignment) -> None:
    """Owe the card at once; a model, if there is one, writes its summary onto it afterwards."""
    card = OutboxMessage(
        id=new_id("msg"),
        kind="lead_card",
        subject_id=assignment.id,
        lead_id=assignment.lead_id,
        recipient=s.active.policy.person_by_id[assignment.person].slack_user,
        created_at=s.now,
    )
    tell.send(s.ports.engine, s.work, card)
    if s.ports.ai is not None and s.work.switches.is_on("ai"):
        work_id = f"summary:{assignment.id}"
        s.ports.engine.submit(
            s.work, "write_summary", assignment.id, key=assignment.lead_id, work_id=work_id
        )


def _clocks(s: Settlement, lead: Lead, assignment: Assignment) -> list[Deadline]:
    """The owner's clocks, frozen now with the policy version they come from (T1)."""
    policy = s.active.policy
    clocks = start_clocks(
        policy,
        segment=lead.segment,
        band=lead.band,
        source=lead.source,
        owner=policy.person_by_id[assignment.person],
        now=s.now,
    )
    moments: list[tuple[DeadlineKind, datetime]] = []
    for clock in clocks:
        if clock.clock == "acknowledge":
            moments += [("acknowledge_reminder", clock.remind_at)]
            moments += [("acknowledge_breach", clock.due_at)]
        else:
            moments += [("first_touch_reminder", clock.remind_at)]
            moments += [("first_touch_breach", clock.due_at)]
    return [_deadline(s, lead.id, assignment.id, kind, due) for kind, due in moments]


def _deadline(
    s: Settlement, lead_id: str, subject_id: str, kind: DeadlineKind, due: datetime
) -> Deadline:
    return Deadline(
        id=new_id("ddl"),
        lead_id=lead_id,
        subject_id=subject_id,
        kind=kind,
        started_at=s.now,
        due_at=due,
        policy_version=s.active.version,
    )


def _open_case(s: Settlement, lead: Lead, decision: StoredDecision) -> None:
    outcome = decision.decision
    assert outcome.case is not None
    policy = s.active.policy
    pool = policy.pool_by_id.get(outcome.pool or "")
    case = ExceptionCase(
        id=new_id("case"),
        lead_id=lead.id,
        kind=outcome.case,
        reason=outcome.reason,
        decision_id=decision.id,
        channel=(pool.channel if pool else None) or policy.company.managers_channel,
        suggested_person=outcome.suggestion.person if outcome.suggestion else None,
        suggested_reason=outcome.suggestion.reason if outcome.suggestion else None,
        opened_at=s.now,
        due_at=s.now + policy.exceptions.age_limit,
    )
    s.work.cases.open(case)
    s.work.deadlines.arm([_deadline(s, lead.id, case.id, "case_age", case.due_at)])
    tell.send(
        s.ports.engine,
        s.work,
        OutboxMessage(
            id=new_id("msg"),
            kind="case_card",
            subject_id=case.id,
            lead_id=lead.id,
            recipient=case.channel,
            created_at=s.now,
        ),
    )
