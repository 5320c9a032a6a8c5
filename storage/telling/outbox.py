"""The outbox: every Slack message Baton owes or has sent, one row each.

A row says what a message is about, never what it says: its text is composed from the state at
the moment of sending. `queued` -> `sending` (committed before the call) -> `sent` with the place
Slack gave it. A `sending` row that is found again may or may not have arrived, so it is looked
up in Slack before it is sent once more.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from sqlalchemy import (
    Column,
    Connection,
    Index,
    Integer,
    String,
    Table,
    Text,
    func,
    select,
    update,
)

from routing.values import Instant, Value
from storage.database.base import MissingError, metadata
from storage.database.types import UtcDateTime
from storage.database.upsert import insert_missing

outbox = Table(
    "outbox",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("kind", String(40), nullable=False),
    # the assignment, case, proposal, deadline, queue or hand-over the message is about
    Column("subject_id", String(40), nullable=False),
    Column("lead_id", String(40)),
    # Slack user or channel id
    Column("recipient", String(40), nullable=False),
    # the outbox row whose thread this message belongs to
    Column("thread_of", String(40)),
    Column("note", Text),
    Column("state", String(20), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("claimed_at", UtcDateTime),
    Column("claimed_by", String(80)),
    Column("sent_at", UtcDateTime),
    Column("channel", String(40)),
    Column("ts", String(40)),
    # how often its subject has changed, and which of these states Slack shows
    Column("revision", Integer, nullable=False),
    Column("drawn_revision", Integer, nullable=False),
    Index("ix_outbox_subject_id", "subject_id", "kind"),
    Index("ix_outbox_state", "state"),
)

MessageKind = Literal[
    "lead_card",
    "case_card",
    "policy_card",
    "upload",
    "timeline",
    "notice",
    "reminder",
    "breach",
    "whisper",
    "import_digest",
    "queue_reminder",
    "queue_overdue",
    "hand_over",
]


class OutboxMessage(Value):
    """One message owed or sent. `channel` and `ts` are Slack's, once sent."""

    id: str
    kind: MessageKind
    subject_id: str
    lead_id: str | None = None
    recipient: str
    thread_of: str | None = None
    note: str | None = None
    state: Literal["queued", "sending", "sent", "dropped"] = "queued"
    created_at: Instant
    claimed_at: Instant | None = None
    claimed_by: str | None = None
    sent_at: Instant | None = None
    channel: str | None = None
    ts: str | None = None
    revision: int = 1
    drawn_revision: int = 0


class Outbox:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, message: OutboxMessage) -> None:
        self._connection.execute(outbox.insert(), dict(message))

    def add_once(self, message: OutboxMessage) -> bool:
        """Store it unless its id is there; True when this call stored it."""
        return insert_missing(self._connection, outbox, dict(message))

    def newest_of(self, subject_id: str, kind: MessageKind) -> OutboxMessage | None:
        """The last message of this kind about this subject."""
        query = (
            select(outbox)
            .where(outbox.c.subject_id == subject_id, outbox.c.kind == kind)
            .order_by(outbox.c.created_at.desc(), outbox.c.id)
            .limit(1)
        )
        row = self._connection.execute(query).one_or_none()
        return None if row is None else OutboxMessage.model_construct(**row._mapping)

    def get(self, message_id: str) -> OutboxMessage:
        """MissingError when there is none."""
        query = select(outbox).where(outbox.c.id == message_id)
        row = self._connection.execute(query).one_or_none()
        if row is None:
            raise MissingError(message_id)
        return OutboxMessage.model_construct(**row._mapping)

    def of_subject(self, subject_id: str, kind: MessageKind) -> OutboxMessage | None:
        """The message of this kind about this assignment, case or deadline."""
        query = (
            select(outbox)
            .where(outbox.c.subject_id == subject_id, outbox.c.kind == kind)
            .order_by(outbox.c.created_at)
            .limit(1)
        )
        row = self._connection.execute(query).one_or_none()
        return None if row is None else OutboxMessage.model_construct(**row._mapping)

    def claim(self, message_id: str, now: datetime, by: str) -> bool:
        """Move it from `queued` to `sending`; False when it is not `queued` any more."""
        result = self._connection.execute(
            update(outbox)
            .where(outbox.c.id == message_id, outbox.c.state == "queued")
            .values(state="sending", claimed_at=now, claimed_by=by)
        )
        return result.rowcount == 1

    def take_claim(self, owed: OutboxMessage, now: datetime, by: str) -> bool:
        """Take over a message somebody was sending; False when somebody else did meanwhile."""
        result = self._connection.execute(
            update(outbox)
            .where(
                outbox.c.id == owed.id,
                outbox.c.state == "sending",
                outbox.c.claimed_by == owed.claimed_by,
                outbox.c.claimed_at == owed.claimed_at,
            )
            .values(claimed_at=now, claimed_by=by)
        )
        return result.rowcount == 1

    def release(self, message_id: str) -> None:
        """Slack refused it for certain: it waits again, and need not be looked up."""
        self._connection.execute(
            update(outbox)
            .where(outbox.c.id == message_id, outbox.c.state == "sending")
            .values(state="queued")
        )

    def mark_sent(
        self, message_id: str, *, channel: str, ts: str | None, revision: int, now: datetime
    ) -> None:
        self._connection.execute(
            update(outbox)
            .where(outbox.c.id == message_id)
            .values(state="sent", channel=channel, ts=ts, drawn_revision=revision, sent_at=now)
        )

    def drop(self, message_id: str) -> None:
        """Its subject is gone; it is never sent, and stays on the record."""
        self._connection.execute(
            update(outbox).where(outbox.c.id == message_id).values(state="dropped")
        )

    def touch(self, message_id: str) -> int:
        """Its subject changed: the revision Slack should show from now on."""
        self._connection.execute(
            update(outbox).where(outbox.c.id == message_id).values(revision=outbox.c.revision + 1)
        )
        query = select(outbox.c.revision).where(outbox.c.id == message_id)
        revision: int = self._connection.execute(query).scalar_one()
        return revision

    def mark_drawn(self, message_id: str, revision: int) -> None:
        self._connection.execute(
            update(outbox)
            .where(outbox.c.id == message_id, outbox.c.drawn_revision < revision)
            .values(drawn_revision=revision)
        )

    def owed_since(self, before: datetime, limit: int = 1000) -> list[tuple[str, str]]:
        """Id and recipient of messages owed since before this instant, oldest first."""
        query = (
            select(outbox.c.id, outbox.c.recipient)
            .where(outbox.c.state.in_(("queued", "sending")), outbox.c.created_at < before)
            .order_by(outbox.c.created_at)
            .limit(limit)
        )
        return [(row.id, row.recipient) for row in self._connection.execute(query)]

    def undrawn_since(self, before: datetime, limit: int = 1000) -> list[tuple[str, str, int]]:
        """Id, recipient and revision of sent messages that show an older state."""
        query = (
            select(outbox.c.id, outbox.c.recipient, outbox.c.revision)
            .where(
                outbox.c.state == "sent",
                outbox.c.ts.is_not(None),
                outbox.c.drawn_revision < outbox.c.revision,
                outbox.c.sent_at < before,
            )
            .limit(limit)
        )
        return [(row.id, row.recipient, row.revision) for row in self._connection.execute(query)]

    def state_counts(self) -> dict[str, int]:
        query = select(outbox.c.state, func.count()).group_by(outbox.c.state)
        return {state: count for state, count in self._connection.execute(query)}
