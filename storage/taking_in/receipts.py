"""Receipts: every delivery as it arrived, durable before it is answered (I2).

A delivery waits here until it is taken in: then it belongs to a lead.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from sqlalchemy import (
    Column,
    Connection,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    bindparam,
    func,
    select,
    text,
    update,
)

from routing.values import Instant, Value
from storage.database.base import metadata
from storage.database.types import UtcDateTime
from storage.database.upsert import insert_missing

Waits = Literal["in_line", "apart"]
"""In line for the next batch; or apart, because taking it in failed and is tried by itself."""

LINE_LOCK = 0x6261746F6E
"""The advisory lock of the line on PostgreSQL: the letters of `baton`."""

receipts = Table(
    "receipts",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("source", String(80), nullable=False),
    # what makes two deliveries the same one; null when the sender gave nothing to tell by
    Column("delivery_key", String(400)),
    Column("body_digest", String(64), nullable=False),
    Column("content_type", String(200), nullable=False),
    Column("payload", LargeBinary, nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    Column("lead_id", String(40), ForeignKey("leads.id")),
    Column("draft", Text),
    Column("waits", String(10)),
    UniqueConstraint("source", "delivery_key"),
    Index("ix_receipts_lead_id", "lead_id"),
    Index(
        "ix_receipts_waits",
        "waits",
        "received_at",
        "id",
        sqlite_where=text("waits IS NOT NULL"),
        postgresql_where=text("waits IS NOT NULL"),
    ),
)


class Receipt(Value):
    """One delivery. `body_digest` is the SHA-256 of the raw payload in hex.

    While it waits it has a `draft`, what its source understood as JSON; then it has a lead.
    """

    id: str
    source: str
    delivery_key: str | None
    body_digest: str
    content_type: str
    payload: bytes
    received_at: Instant
    lead_id: str | None = None
    draft: str | None = None
    waits: Waits | None = None


class Known(Value):
    """What tells whether a delivery came before."""

    id: str
    body_digest: str
    lead_id: str | None


_known = select(receipts.c.id, receipts.c.body_digest, receipts.c.lead_id).where(
    receipts.c.source == bindparam("source"), receipts.c.delivery_key == bindparam("key")
)
_in_line = (
    select(receipts)
    .where(receipts.c.waits == "in_line")
    .order_by(receipts.c.received_at, receipts.c.id)
    .limit(bindparam("most"))
)


class Receipts:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def keep(self, receipt: Receipt) -> bool:
        """Store it; False when this delivery is stored already."""
        return insert_missing(self._connection, receipts, dict(receipt))

    def find(self, source: str, delivery_key: str) -> Known | None:
        """The receipt this delivery already has, if any."""
        values = {"source": source, "key": delivery_key}
        row = self._connection.execute(_known, values).one_or_none()
        return None if row is None else Known.model_construct(**row._mapping)

    def is_my_turn(self) -> bool:
        """Whether this transaction may take from the line: one at a time, so that two deliveries
        of one person never meet. It has its turn until it ends.
        """
        if self._connection.dialect.name == "sqlite":
            return True
        lock = select(func.pg_try_advisory_xact_lock(LINE_LOCK))
        return bool(self._connection.execute(lock).scalar_one())

    def in_line(self, most: int) -> list[Receipt]:
        """Those that wait in line, in the order they came."""
        rows = self._connection.execute(_in_line, {"most": most})
        return [Receipt.model_construct(**row._mapping) for row in rows]

    def hold_apart(self, receipt_id: str) -> Receipt | None:
        """The receipt if it waits apart, held until the transaction ends."""
        query = (
            select(receipts)
            .where(receipts.c.id == receipt_id, receipts.c.waits == "apart")
            .with_for_update()
        )
        row = self._connection.execute(query).one_or_none()
        return None if row is None else Receipt.model_construct(**row._mapping)

    def set_apart(self, receipt_id: str) -> None:
        """Take it out of the line; the caller has its turn at it."""
        self._connection.execute(
            update(receipts).where(receipts.c.id == receipt_id).values(waits="apart")
        )

    def give_to(self, receipt_id: str, lead_id: str) -> None:
        """It belongs to this lead and waits no longer."""
        self._connection.execute(
            update(receipts)
            .where(receipts.c.id == receipt_id)
            .values(lead_id=lead_id, draft=None, waits=None)
        )

    def waiting(self) -> tuple[int, datetime | None]:
        """How many wait to be taken in, and since when the first of them."""
        query = select(func.count(), func.min(receipts.c.received_at)).where(
            receipts.c.waits.is_not(None)
        )
        count, since = self._connection.execute(query).one()
        return count, since

    def of_lead(self, lead_id: str) -> list[tuple[str, datetime]]:
        """Id and time of each delivery of a lead, oldest first."""
        query = (
            select(receipts.c.id, receipts.c.received_at)
            .where(receipts.c.lead_id == lead_id)
            .order_by(receipts.c.received_at, receipts.c.id)
        )
        return [(row.id, row.received_at) for row in self._connection.execute(query)]
