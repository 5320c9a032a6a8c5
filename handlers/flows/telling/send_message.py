"""Send an owed message exactly once, although Slack offers no idempotency key."""

from __future__ import annotations

from datetime import timedelta

from handlers.flows.ports import (
    MessagePlace,
    MessageRefusedError,
    MessageUnclearError,
    Messenger,
    Ports,
    RetryLater,
)
from handlers.flows.telling.compose import compose
from handlers.flows.telling.messages import Message
from storage.telling.outbox import OutboxMessage
from storage.unit_of_work import UnitOfWork

UNCLEAR_PAUSE = timedelta(seconds=5)
PARENT_PAUSE = timedelta(seconds=5)
FENCE = timedelta(seconds=30)
"""Longer than a call to Slack can take: until then a message belongs to who claimed it."""


def send_message(ports: Ports, message_id: str) -> None:
    """Post the message with what is true now, and remember where it went.

    A message found in `sending` may have arrived although nobody knows: it is looked up in
    Slack first. Raises RetryLater when Slack is busy or away, MessageRefusedError when it says no.
    """
    with ports.database.writing() as work:
        owed = work.outbox.get(message_id)
        if owed.state in ("sent", "dropped"):
            return
        message = compose(work, ports.policies, owed)
        if message is None:
            work.outbox.drop(message_id)
            return
        thread = _thread(owed, work.outbox.get(owed.thread_of)) if owed.thread_of else None
        first_try = _claim(ports, work, owed)
    found = None if first_try else _look_up(ports.messenger, owed, thread)
    place = found or _post(ports, owed, message, thread)
    with ports.database.writing() as work:
        _record(ports, work, owed, place, drawn=0 if found else owed.revision)


def _claim(ports: Ports, work: UnitOfWork, owed: OutboxMessage) -> bool:
    """Whether this is the first try. RetryLater while another process may still be sending it.

    A claim of this process's own is an earlier attempt that is over.
    """
    now = work.work.time(ports.clock.now())
    if work.outbox.claim(owed.id, now, ports.replica):
        return True
    claimed_at = owed.claimed_at or owed.created_at
    if owed.claimed_by != ports.replica and now < claimed_at + FENCE:
        raise RetryLater("another replica may still be sending it", FENCE - (now - claimed_at))
    if not work.outbox.take_claim(owed, now, ports.replica):
        raise RetryLater("another replica took it over", UNCLEAR_PAUSE)
    return False


def _post(
    ports: Ports, owed: OutboxMessage, message: Message, thread: MessagePlace | None
) -> MessagePlace:
    """Only what was certainly not posted goes back to `queued`; the rest must be looked up."""
    try:
        return ports.messenger.post(owed.recipient, message, message_id=owed.id, thread=thread)
    except MessageUnclearError as unclear:
        raise RetryLater(str(unclear), UNCLEAR_PAUSE) from unclear
    except (RetryLater, MessageRefusedError):
        with ports.database.writing() as work:
            work.outbox.release(owed.id)
        raise


def _record(
    ports: Ports, work: UnitOfWork, owed: OutboxMessage, place: MessagePlace, drawn: int
) -> None:
    """Remember where it went; what changed since it was composed is drawn next.

    A message that had to be looked up may show an older state than was composed now.
    """
    work.outbox.mark_sent(
        owed.id, channel=place.channel, ts=place.ts, revision=drawn, now=ports.clock.now()
    )
    revision = work.outbox.get(owed.id).revision
    if revision > drawn:
        work_id = f"redraw:{owed.id}:{revision}:sent"
        ports.engine.submit(work, "redraw_message", owed.id, key=owed.recipient, work_id=work_id)


def _look_up(
    messenger: Messenger, owed: OutboxMessage, thread: MessagePlace | None
) -> MessagePlace | None:
    since = owed.claimed_at or owed.created_at
    return messenger.find(owed.recipient, message_id=owed.id, since=since, thread=thread)


def _thread(owed: OutboxMessage, parent: OutboxMessage) -> MessagePlace | None:
    """Where to reply. A missed clock is told at once, under its card or not; a line of the
    timeline waits for its card (RetryLater) unless that never comes.
    """
    if parent.channel is not None:
        return MessagePlace(parent.channel, parent.ts)
    if parent.state == "dropped" or owed.kind != "timeline":
        return None
    raise RetryLater("the message it replies to is not sent yet", PARENT_PAUSE)
