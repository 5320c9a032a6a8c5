"""What leads did, as far as it tells of interest: forms sent, pages seen, replies (I9)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Column, Connection, ForeignKey, Index, String, Table, func, select

from routing.scoring.engagement import Event
from routing.values import Instant, Value
from storage.database.base import metadata
from storage.database.types import UtcDateTime
from storage.database.upsert import insert_missing

PER_KIND = 200
"""How many events of one kind a score looks at; those before them have faded or met the cap."""

lead_events = Table(
    "lead_events",
    metadata,
    # the id its sender gave it, or that of the receipt: the same event twice is one
    Column("id", String(200), primary_key=True),
    Column("lead_id", String(40), ForeignKey("leads.id"), nullable=False),
    Column("kind", String(60), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    # who told of it: a source of policy, or a system outside
    Column("source", String(80), nullable=False),
    Index("ix_lead_events_lead_id", "lead_id", "kind", "at"),
)


class LeadEvent(Value):
    """One event of one lead. `at` is the UTC instant it happened."""

    id: str
    lead_id: str
    kind: str
    at: Instant
    source: str


class Events:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, event: LeadEvent) -> bool:
        """Store it; False when it is there already."""
        return insert_missing(self._connection, lead_events, dict(event))

    def recent(self, lead_id: str) -> list[Event]:
        """The lead's newest events of each kind, `PER_KIND` at the most."""
        return self.recent_of([lead_id]).get(lead_id, [])

    def recent_of(self, lead_ids: Collection[str]) -> dict[str, list[Event]]:
        """The newest events of each of these leads as `recent` gives them; absent means none."""
        age = func.row_number().over(
            partition_by=(lead_events.c.lead_id, lead_events.c.kind),
            order_by=lead_events.c.at.desc(),
        )
        numbered = (
            select(lead_events.c.lead_id, lead_events.c.kind, lead_events.c.at, age.label("age"))
            .where(lead_events.c.lead_id.in_(lead_ids))
            .subquery()
        )
        query = select(numbered.c.lead_id, numbered.c.kind, numbered.c.at).where(
            numbered.c.age <= PER_KIND
        )
        found: dict[str, list[Event]] = defaultdict(list)
        for lead_id, kind, at in self._connection.execute(query):
            found[lead_id].append(Event.model_construct(kind=kind, at=at))
        return found

    def last_of(self, lead_ids: Collection[str], kinds: Collection[str]) -> dict[str, datetime]:
        """When each of these leads last had an event of one of these kinds; absent means never."""
        query = (
            select(lead_events.c.lead_id, func.max(lead_events.c.at))
            .where(lead_events.c.lead_id.in_(lead_ids), lead_events.c.kind.in_(kinds))
            .group_by(lead_events.c.lead_id)
        )
        return {lead_id: at for lead_id, at in self._connection.execute(query)}
