"""Say something to one person only, where they are."""

from __future__ import annotations

from handlers.flows.ports import Ports
from handlers.flows.steps.telling import tell
from storage.database.base import new_id
from storage.telling.outbox import OutboxMessage


def whisper(ports: Ports, channel: str, user: str, text: str) -> None:
    """Owe `user` (a Slack user id) an ephemeral line in `channel`."""
    now = ports.clock.now()
    with ports.database.writing() as work:
        tell.send(
            ports.engine,
            work,
            OutboxMessage(
                id=new_id("msg"),
                kind="whisper",
                subject_id=user,
                recipient=channel,
                note=text,
                created_at=now,
            ),
        )
