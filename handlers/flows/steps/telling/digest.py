"""One message about many imported leads, owed once to each recipient and then redrawn (I1)."""

from __future__ import annotations

import hashlib

from handlers.flows.ports import Ports
from handlers.flows.steps.telling import tell
from storage.database.base import MissingError
from storage.telling.outbox import OutboxMessage
from storage.unit_of_work import UnitOfWork


def digest_id(import_id: str, recipient: str) -> str:
    """The same for one import and recipient, always: its message can be owed only once."""
    return "msg_" + hashlib.sha256(f"{import_id}:{recipient}".encode()).hexdigest()[:16]


def owe_digest(ports: Ports, work: UnitOfWork, import_id: str, recipient: str) -> None:
    """Owe the recipient the import's digest, or bring the one they have up to date.

    The caller holds the import locked.
    """
    message_id = digest_id(import_id, recipient)
    try:
        work.outbox.get(message_id)
    except MissingError:
        digest = OutboxMessage(
            id=message_id,
            kind="import_digest",
            subject_id=import_id,
            recipient=recipient,
            created_at=ports.clock.now(),
        )
        tell.send(ports.engine, work, digest)
        return
    revision = work.outbox.touch(message_id)
    work_id = f"redraw:{message_id}:{revision}"
    ports.engine.submit(work, "redraw_message", message_id, key=recipient, work_id=work_id)
