"""Show one person a line in a channel: at most once, since nobody misses it for long."""

from __future__ import annotations

from handlers.flows.ports import MessageUnclearError, Ports, RetryLater


def send_whisper(ports: Ports, message_id: str) -> None:
    """Shown or in doubt it is done with: a refusal repeated later would only confuse."""
    now = ports.clock.now()
    with ports.database.writing() as work:
        owed = work.outbox.get(message_id)
        if not work.outbox.claim(message_id, now, ports.replica):
            return
    try:
        ports.messenger.whisper(owed.recipient, owed.subject_id, owed.note or "")
    except MessageUnclearError:
        pass
    except RetryLater:
        with ports.database.writing() as work:
            work.outbox.release(message_id)
        raise
    with ports.database.writing() as work:
        work.outbox.mark_sent(
            message_id, channel=owed.recipient, ts=None, revision=owed.revision, now=now
        )
