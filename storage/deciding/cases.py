"""Exception cases: what policy could not decide, and who decided it (R5)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Literal

from sqlalchemy import (
    Column,
    Connection,
    ForeignKey,
    Index,
    String,
    Table,
    Text,
    func,
    literal_column,
    select,
    text,
    update,
)

from routing.policy.tables.exceptions import CaseKind
from routing.values import Instant, Value
from storage.database.base import MissingError, metadata
from storage.database.types import UtcDateTime

cases = Table(
    "cases",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("lead_id", String(40), ForeignKey("leads.id"), nullable=False),
    Column("kind", String(40), nullable=False),
    Column("state", String(20), nullable=False),
    Column("reason", Text, nullable=False),
    Column("decision_id", String(40), ForeignKey("decisions.id")),
    Column("channel", String(40), nullable=False),
    Column("suggested_person", String(80)),
    Column("suggested_reason", Text),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    Column("resolved_at", UtcDateTime),
    Column("resolved_by", String(80)),
    Column("resolution", Text),
    Index(
        "uq_cases_one_open",
        "lead_id",
        "kind",
        unique=True,
        sqlite_where=text("state = 'open'"),
        postgresql_where=text("state = 'open'"),
    ),
    Index("ix_cases_state", "state", "opened_at"),
)

IS_OPEN = cases.c.state == literal_column("'open'")
"""Spelt out, as the index of the open cases is used for nothing else."""


class ExceptionCase(Value):
    """One exception put before people. All instants are UTC; `due_at` is its age limit."""

    id: str
    lead_id: str
    kind: CaseKind
    state: Literal["open", "resolved"] = "open"
    reason: str
    decision_id: str | None = None
    channel: str
    suggested_person: str | None = None
    suggested_reason: str | None = None
    opened_at: Instant
    due_at: Instant
    resolved_at: Instant | None = None
    resolved_by: str | None = None
    resolution: str | None = None


class Cases:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def open(self, case: ExceptionCase) -> None:
        """Store it. IntegrityError when the lead has an open case of this kind."""
        self._connection.execute(cases.insert(), dict(case))

    def get(self, case_id: str) -> ExceptionCase:
        """MissingError when there is none."""
        row = self._connection.execute(select(cases).where(cases.c.id == case_id)).one_or_none()
        if row is None:
            raise MissingError(case_id)
        return ExceptionCase.model_construct(**row._mapping)

    def open_of(self, lead_id: str) -> ExceptionCase | None:
        """The lead's oldest open case."""
        query = (
            select(cases)
            .where(cases.c.lead_id == lead_id, IS_OPEN)
            .order_by(cases.c.opened_at)
            .limit(1)
        )
        row = self._connection.execute(query).one_or_none()
        return None if row is None else ExceptionCase.model_construct(**row._mapping)

    def resolve(self, case_id: str, by: str, resolution: str, now: datetime) -> bool:
        """Close it; False when somebody else was first."""
        result = self._connection.execute(
            update(cases)
            .where(cases.c.id == case_id, cases.c.state == "open")
            .values(state="resolved", resolved_by=by, resolution=resolution, resolved_at=now)
        )
        return result.rowcount == 1

    def open_counts(self) -> dict[CaseKind, int]:
        """How many cases of each kind wait for a person."""
        query = (
            select(cases.c.kind, func.count()).where(cases.c.state == "open").group_by(cases.c.kind)
        )
        return {kind: count for kind, count in self._connection.execute(query)}

    def suggesting(self, person: str) -> list[str]:
        """Ids of the open cases that suggest this person, oldest first."""
        query = (
            select(cases.c.id)
            .where(cases.c.state == "open", cases.c.suggested_person == person)
            .order_by(cases.c.opened_at, cases.c.id)
        )
        return list(self._connection.execute(query).scalars())

    def waiting(self, kinds: Iterable[CaseKind], limit: int) -> list[ExceptionCase]:
        """Open cases of these kinds, oldest first."""
        query = (
            select(cases)
            .where(cases.c.state == "open", cases.c.kind.in_(list(kinds)))
            .order_by(cases.c.opened_at, cases.c.id)
            .limit(limit)
        )
        return [
            ExceptionCase.model_construct(**row._mapping) for row in self._connection.execute(query)
        ]

    def oldest(self) -> dict[CaseKind, datetime]:
        """When the oldest open case of each kind was opened."""
        query = (
            select(cases.c.kind, func.min(cases.c.opened_at))
            .where(cases.c.state == "open")
            .group_by(cases.c.kind)
        )
        return {kind: at for kind, at in self._connection.execute(query)}

    def listed(self, state: str = "open", limit: int = 200) -> list[ExceptionCase]:
        """Cases in this state, oldest first."""
        query = select(cases).where(cases.c.state == state).order_by(cases.c.opened_at).limit(limit)
        return [
            ExceptionCase.model_construct(**row._mapping) for row in self._connection.execute(query)
        ]
