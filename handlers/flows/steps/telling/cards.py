"""Owe the card of a lead or of a case: when it is decided, or when somebody asks for it."""

from __future__ import annotations

from datetime import datetime

from handlers.flows.ports import Ports
from handlers.flows.steps.telling import tell
from storage.database.base import new_id
from storage.deciding.assignments import Assignment
from storage.deciding.cases import ExceptionCase
from storage.telling.outbox import OutboxMessage
from storage.unit_of_work import UnitOfWork


def owe_lead_card(
    ports: Ports, work: UnitOfWork, assignment: Assignment, recipient: str, now: datetime
) -> None:
    """Owe the card at once; a model, if there is one, writes its summary onto it afterwards."""
    card = OutboxMessage(
        id=new_id("msg"),
        kind="lead_card",
        subject_id=assignment.id,
        lead_id=assignment.lead_id,
        recipient=recipient,
        created_at=now,
    )
    tell.send(ports.engine, work, card)
    if ports.ai is not None and work.switches.is_on("ai"):
        work_id = f"summary:{assignment.id}"
        ports.engine.submit(
            work, "write_summary", assignment.id, key=assignment.lead_id, work_id=work_id
        )


def owe_case_card(ports: Ports, work: UnitOfWork, case: ExceptionCase, now: datetime) -> None:
    tell.send(
        ports.engine,
        work,
        OutboxMessage(
            id=new_id("msg"),
            kind="case_card",
            subject_id=case.id,
            lead_id=case.lead_id,
            recipient=case.channel,
            created_at=now,
        ),
    )
