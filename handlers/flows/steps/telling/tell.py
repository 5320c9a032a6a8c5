"""Owe Slack a message, a line in a thread, or a redraw of what it shows."""

from __future__ import annotations

from datetime import datetime

from handlers.flows.ports import Engine, FlowName, Ports
from storage.database.base import new_id
from storage.telling.outbox import MessageKind, OutboxMessage
from storage.unit_of_work import UnitOfWork


def redraw_cards_of(engine: Engine, work: UnitOfWork, lead_id: str) -> None:
    """Redraw the owner's card and the open case's message of a lead, where there are any."""
    assignment = work.assignments.current(lead_id)
    if assignment is not None:
        redraw(engine, work, assignment.id, "lead_card")
    case = work.cases.open_of(lead_id)
    if case is not None:
        redraw(engine, work, case.id, "case_card")


def redraw(engine: Engine, work: UnitOfWork, subject_id: str, kind: MessageKind) -> None:
    """Redraw the message about this assignment or case, if one was queued."""
    message = work.outbox.of_subject(subject_id, kind)
    if message is not None:
        redraw_message_of(engine, work, message)


def redraw_message_of(engine: Engine, work: UnitOfWork, message: OutboxMessage) -> None:
    """Bring this message up to date; one still owed is composed when it is sent anyway."""
    revision = work.outbox.touch(message.id)
    engine.submit(
        work,
        "redraw_message",
        message.id,
        key=message.recipient,
        work_id=f"redraw:{message.id}:{revision}",
    )


def note_on_timeline(
    engine: Engine, work: UnitOfWork, lead_id: str, note: str, now: datetime
) -> None:
    """Add a line to the thread under the owner's card; nothing when there is no owner."""
    assignment = work.assignments.current(lead_id)
    parent = work.outbox.of_subject(assignment.id, "lead_card") if assignment else None
    if assignment is None or parent is None:
        return
    send(
        engine,
        work,
        OutboxMessage(
            id=new_id("msg"),
            kind="timeline",
            subject_id=assignment.id,
            lead_id=lead_id,
            recipient=parent.recipient,
            thread_of=parent.id,
            note=note,
            created_at=now,
        ),
    )


def say(ports: Ports, work: UnitOfWork, recipient: str, subject_id: str, note: str) -> None:
    """Owe this line to a Slack user or channel, as a message of its own."""
    message = OutboxMessage(
        id=new_id("msg"),
        kind="notice",
        subject_id=subject_id[:40],
        recipient=recipient,
        note=note,
        created_at=ports.clock.now(),
    )
    send(ports.engine, work, message)


def send(engine: Engine, work: UnitOfWork, message: OutboxMessage) -> None:
    """Owe this message: it is sent when the transaction has committed."""
    work.outbox.add(message)
    submit_send(engine, work, message)


def submit_send(engine: Engine, work: UnitOfWork, message: OutboxMessage) -> None:
    """Send a message that is in the outbox."""
    flow: FlowName = "send_whisper" if message.kind == "whisper" else "send_message"
    engine.submit(work, flow, message.id, key=message.recipient, work_id=f"send:{message.id}")
