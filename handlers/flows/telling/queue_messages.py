"""What the owner of a queue, and later the managers, hear of what waits in it (R8)."""

from __future__ import annotations

from datetime import timedelta

from handlers.flows.telling.messages import TextMessage
from routing.policy.model import Policy
from routing.policy.tables.queues import Queue
from storage.deadlines import DeadlineKind
from storage.telling.outbox import OutboxMessage
from storage.unit_of_work import UnitOfWork


def queue_reminder(work: UnitOfWork, policy: Policy, owed: OutboxMessage) -> TextMessage | None:
    """`12 leads wait in Holding longer than 4 h.`, to its owner; None when nothing does."""
    queue = policy.queue_by_id.get(owed.note or "")
    if queue is None:
        return _left_policy(work, owed, "queue_clock")
    if queue.clock is None:
        return None
    cases = work.waiting.count_told_cases(policy.kinds_of(queue.id), "case_clock")
    number = work.waiting.count_told(queue.id, "queue_clock") + cases
    return _text(number, queue, queue.clock, _mentioned(policy, queue, owed))


def queue_overdue(work: UnitOfWork, policy: Policy, owed: OutboxMessage) -> TextMessage | None:
    """The same of the age limit, to the managers; it asks, and decides nothing."""
    queue = policy.queue_by_id.get(owed.note or "")
    if queue is None:
        return _left_policy(work, owed, "queue_age")
    number = work.waiting.count_told(queue.id, "queue_age")
    owner = policy.person(queue.owner).name
    asked = f"That is its limit; {owner} answers for the queue."
    return _text(number, queue, queue.age_limit, (), asked)


def _left_policy(work: UnitOfWork, owed: OutboxMessage, kind: DeadlineKind) -> TextMessage | None:
    """Of a queue that the policy in force does not know; None when nothing waits there."""
    queue = owed.note or ""
    number = work.waiting.count_told(queue, kind)
    if number == 0:
        return None
    text = f"{_leads(number)} in {queue}, a queue that left the policy. Routing takes them up again"
    return TextMessage(text=f"{text} by itself; if this stays, see whether it is switched off.")


def _leads(number: int) -> str:
    return "1 lead waits" if number == 1 else f"{number} leads wait"


def _text(
    number: int, queue: Queue, limit: timedelta, mentions: tuple[str, ...], more: str = ""
) -> TextMessage | None:
    if number == 0:
        return None
    lines = (
        f"{_leads(number)} in {queue.name} longer than {in_hours(limit)}.",
        more,
        _where(queue),
    )
    return TextMessage(text=" ".join(line for line in lines if line), mentions=mentions)


def _where(queue: Queue) -> str:
    return f"See `baton queue list {queue.id}` or Home."


def _mentioned(policy: Policy, queue: Queue, owed: OutboxMessage) -> tuple[str, ...]:
    owner = policy.person(queue.owner)
    return (owner.slack_user,) if owner.slack_user == owed.recipient else ()


def in_hours(span: timedelta) -> str:
    """`30 min`, `4 h`, `2 d`: the largest unit that says it whole."""
    minutes = int(span.total_seconds() // 60)
    for unit, size in (("d", 1440), ("h", 60)):
        if minutes >= size and minutes % size == 0:
            return f"{minutes // size} {unit}"
    return f"{minutes} min"
