"""Rows with everything that does not matter to a test filled in."""

from __future__ import annotations

from datetime import timedelta

from handlers.flows.ports import Ports
from routing.decide.decision import Decision, RoutingFacts
from routing.lead import Lead, facts_of
from storage.database.base import new_id
from storage.deadlines import Deadline, DeadlineKind
from storage.deciding.assignments import POLICY, Assignment, StoredDecision
from storage.telling.outbox import OutboxMessage
from storage.unit_of_work import UnitOfWork
from tests.support.clock import MONDAY_NOON

__all__ = ["Ports", "a_deadline", "a_decision", "a_lead", "a_message", "an_assignment"]


def a_lead(work: UnitOfWork, **changes: object) -> Lead:
    """A stored lead in the incoming queue."""
    fields: dict[str, object] = {
        "id": new_id("lead"),
        "source": "website",
        "received_at": MONDAY_NOON,
        "stage": "new",
        "stage_since": MONDAY_NOON,
        "full_name": "Jane Roe",
        "email": "jane@acme.example",
    }
    lead = Lead.model_validate(fields | changes)
    work.leads.add(lead, MONDAY_NOON)
    return lead


def a_decision(work: UnitOfWork, lead: Lead, owner: str = "anna") -> StoredDecision:
    decision = StoredDecision(
        id=new_id("dec"),
        lead_id=lead.id,
        decided_at=MONDAY_NOON,
        decided_by=POLICY,
        policy_version=1,
        facts=RoutingFacts(lead=facts_of(lead), policy_version=1, now=MONDAY_NOON),
        decision=Decision(place="owner", owner=owner, reason="because"),
    )
    work.assignments.add_decision(decision)
    return decision


def an_assignment(work: UnitOfWork, lead: Lead, person: str = "anna") -> Assignment:
    assignment = Assignment(
        id=new_id("asg"),
        lead_id=lead.id,
        person=person,
        pool=None,
        decision_id=a_decision(work, lead, person).id,
        assigned_at=MONDAY_NOON,
    )
    work.assignments.add(assignment)
    return assignment


def a_deadline(
    work: UnitOfWork,
    lead: Lead,
    *,
    minutes: int = 0,
    kind: DeadlineKind = "acknowledge_breach",
    subject_id: str = "asg_x",
) -> Deadline:
    """A stored clock due that many minutes after Monday noon."""
    deadline = Deadline(
        id=new_id("ddl"),
        lead_id=lead.id,
        subject_id=subject_id,
        kind=kind,
        started_at=MONDAY_NOON,
        due_at=MONDAY_NOON + timedelta(minutes=minutes),
        policy_version=1,
    )
    work.deadlines.arm([deadline])
    return deadline


def a_message(work: UnitOfWork, **changes: object) -> OutboxMessage:
    """A stored message to Anna that waits to be sent."""
    fields: dict[str, object] = {
        "id": new_id("msg"),
        "kind": "timeline",
        "subject_id": "asg_x",
        "recipient": "U0SDRANNA",
        "note": "hello",
        "created_at": MONDAY_NOON,
    }
    message = OutboxMessage.model_validate(fields | changes)
    work.outbox.add(message)
    return message
