"""Receipts: every delivery as it arrived, durable before it is answered (I2)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    Column,
    Connection,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Table,
    UniqueConstraint,
    select,
)

from routing.values import Instant, Value
from storage.base import metadata
from storage.types import UtcDateTime

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
    Column("lead_id", String(40), ForeignKey("leads.id"), nullable=False),
    UniqueConstraint("source", "delivery_key"),
    Index("ix_receipts_lead_id", "lead_id"),
)


class Receipt(Value):
    """One delivery. `body_digest` is the SHA-256 of the raw payload in hex."""

    id: str
    source: str
    delivery_key: str | None
    body_digest: str
    content_type: str
    payload: bytes
    received_at: Instant
    lead_id: str


class Receipts:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, receipt: Receipt) -> None:
        """Store it. IntegrityError when this delivery is already stored."""
        self._connection.execute(receipts.insert(), dict(receipt))

    def find(self, source: str, delivery_key: str) -> Receipt | None:
        """The receipt this delivery already has, if any."""
        query = select(receipts).where(
            receipts.c.source == source, receipts.c.delivery_key == delivery_key
        )
        row = self._connection.execute(query).one_or_none()
        return None if row is None else Receipt.model_construct(**row._mapping)

    def of_lead(self, lead_id: str) -> list[tuple[str, datetime]]:
        """Id and time of each delivery of a lead, oldest first."""
        query = (
            select(receipts.c.id, receipts.c.received_at)
            .where(receipts.c.lead_id == lead_id)
            .order_by(receipts.c.received_at, receipts.c.id)
        )
        return [(row.id, row.received_at) for row in self._connection.execute(query)]
