"""The clocks of what waits in queues: armed when a lead begins to wait, told together (R8)."""

from __future__ import annotations

import hashlib
from collections import Counter
from datetime import datetime, timedelta

from handlers.flows.policy_book import ActivePolicy
from handlers.flows.ports import Ports
from handlers.flows.steps.deciding.free_places import offer_places
from handlers.flows.steps.telling import tell
from routing.lead import Lead
from routing.policy.model import Policy
from routing.policy.tables.queues import Queue
from storage.audit import Actor
from storage.deadlines import Deadline, DeadlineKind
from storage.telling.outbox import MessageKind, OutboxMessage
from storage.unit_of_work import UnitOfWork

SYSTEM = Actor(kind="system", id="enforce_sla")
A_DAY = timedelta(days=1)
"""Between two messages about a queue that left the policy, and its clocks with it."""
AT_ONCE = 1000
"""Clocks that ran out together and are told in one transaction."""

TOLD: dict[DeadlineKind, MessageKind] = {
    "queue_clock": "queue_reminder",
    "case_clock": "queue_reminder",
    "queue_age": "queue_overdue",
}
TOGETHER: frozenset[DeadlineKind] = frozenset({*TOLD, "opening"})
"""Kinds that fire for many leads at once: thousands of leads are one message, or one look."""


def due_while_waiting(
    policy: Policy, lead: Lead, opening: datetime | None
) -> list[tuple[DeadlineKind, datetime]]:
    """When the clocks of a lead that waits in a queue run out."""
    since, queue = lead.waits_since, policy.queue_by_id.get(lead.queue or "")
    found: list[tuple[DeadlineKind, datetime]] = [("opening", opening)] if opening else []
    if queue is None or since is None:
        return found
    if queue.clock is not None:
        found.append(("queue_clock", since + queue.clock))
    return [*found, ("queue_age", since + queue.age_limit)]


def tell_together(
    ports: Ports, work: UnitOfWork, active: ActivePolicy, first: Deadline, now: datetime
) -> None:
    """Act on a fired clock and on all others of its kind that are due, as one."""
    due = [first, *work.deadlines.fire_all(first.kind, now, AT_ONCE)]
    if first.kind == "opening":
        offer_places(ports, work)
        return
    waiting = _cases(work, active.policy, due) if first.kind == "case_clock" else _leads(work, due)
    for queue_id, number in sorted(waiting.items()):
        queue = active.policy.queue_by_id.get(queue_id)
        message = _message(active.policy, queue_id, TOLD[first.kind], now)
        _owe(ports, work, message, _pause(queue))
        _audit(work, active, queue_id, first.kind, number, now)


def _leads(work: UnitOfWork, due: list[Deadline]) -> Counter[str]:
    """How many of these leads wait in which queue."""
    return Counter(work.waiting.queues_of([one.lead_id for one in due]).values())


def _cases(work: UnitOfWork, policy: Policy, due: list[Deadline]) -> Counter[str]:
    open_ones = (case for one in due if (case := work.cases.get(one.subject_id)).state == "open")
    queues = (policy.queue_of(case.kind) for case in open_ones)
    return Counter(queue.id for queue in queues if queue)


def queue_subject(queue_id: str) -> str:
    """What messages about a queue are about, short enough for any queue id."""
    return "queue_" + hashlib.sha256(queue_id.encode()).hexdigest()[:24]


def _message(policy: Policy, queue_id: str, kind: MessageKind, now: datetime) -> OutboxMessage:
    """To the queue's owner or the managers; of a queue that left the policy the managers hear."""
    queue, channel = policy.queue_by_id.get(queue_id), policy.company.managers_channel
    owner = policy.person(queue.owner) if queue else None
    to_owner = kind == "queue_reminder" and owner and owner.active and owner.slack_user
    return OutboxMessage(
        id="",
        kind=kind,
        subject_id=queue_subject(queue_id),
        recipient=to_owner or channel,
        note=queue_id,
        created_at=now,
    )


def _owe(ports: Ports, work: UnitOfWork, message: OutboxMessage, pause: timedelta) -> None:
    """One message in a pause as long as the clock; what comes meanwhile is drawn into it.

    A message's id follows from the one before, so that of two replicas one sends it.
    """
    last = work.outbox.newest_of(message.subject_id, message.kind)
    if last and last.state != "dropped" and message.created_at - last.created_at < pause:
        tell.redraw_message_of(ports.engine, work, last)
        return
    before = f"{message.subject_id}:{message.kind}:{last.id if last else ''}"
    own = message.model_copy(
        update={"id": "msg_" + hashlib.sha256(before.encode()).hexdigest()[:16]}
    )
    if work.outbox.add_once(own):
        tell.submit_send(ports.engine, work, own)


def _pause(queue: Queue | None) -> timedelta:
    return (queue.clock or queue.age_limit) if queue else A_DAY


def _audit(
    work: UnitOfWork,
    active: ActivePolicy,
    queue_id: str,
    kind: DeadlineKind,
    number: int,
    now: datetime,
) -> None:
    work.audit.append(
        f"queue:{queue_id}",
        "queue.overdue" if kind == "queue_age" else "queue.reminded",
        actor=SYSTEM,
        now=now,
        correlation_id=queue_subject(queue_id),
        policy_version=active.version,
        after={"clock": kind, "leads": number},
    )
