"""Deadlines: every clock that runs, as rows people can see and SQL can move (T1)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Literal

from sqlalchemy import (
    Column,
    Connection,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    func,
    select,
    text,
    update,
)

from routing.policy.tables.sla import Clock
from routing.values import Instant, Value
from storage.database.base import MissingError, metadata
from storage.database.types import UtcDateTime

deadlines = Table(
    "deadlines",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("lead_id", String(40), ForeignKey("leads.id"), nullable=False),
    # the assignment or case the clock belongs to, or the lead that waits in a queue
    Column("subject_id", String(40), nullable=False),
    Column("kind", String(40), nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    Column("state", String(20), nullable=False),
    Column("generation", Integer, nullable=False),
    Column("policy_version", Integer, nullable=False),
    Column("settled_at", UtcDateTime),
    Index(
        "ix_deadlines_armed",
        "due_at",
        sqlite_where=text("state = 'armed'"),
        postgresql_where=text("state = 'armed'"),
    ),
    Index("ix_deadlines_subject_id", "subject_id"),
)

DeadlineKind = Literal[
    "acknowledge_reminder",
    "acknowledge_breach",
    "first_touch_reminder",
    "first_touch_breach",
    "case_age",
    "case_clock",
    "queue_clock",
    "queue_age",
    "opening",
]


CLOCKS: tuple[DeadlineKind, ...] = (
    "acknowledge_reminder",
    "acknowledge_breach",
    "first_touch_reminder",
    "first_touch_breach",
)
"""The kinds that belong to an assignment."""

CASE_CLOCKS: tuple[DeadlineKind, ...] = ("case_age", "case_clock")
"""The kinds that belong to a case."""

WAITING_CLOCKS: tuple[DeadlineKind, ...] = ("queue_clock", "queue_age", "opening")
"""The kinds of a lead that waits in a queue: it is their subject itself."""

BREACHES: tuple[DeadlineKind, ...] = ("acknowledge_breach", "first_touch_breach")
"""The ends of an assignment's clocks."""


class Deadline(Value):
    """One clock, frozen when it starts. Instants are UTC; `generation` counts its restarts."""

    id: str
    lead_id: str
    subject_id: str
    kind: DeadlineKind
    started_at: Instant
    due_at: Instant
    state: Literal["armed", "fired", "cancelled", "failed"] = "armed"
    generation: int = 1
    policy_version: int
    settled_at: Instant | None = None

    @property
    def clock(self) -> Clock:
        """The clock of an assignment that it belongs to."""
        return "acknowledge" if self.kind.startswith("acknowledge") else "first_touch"


class Deadlines:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def arm(self, items: Sequence[Deadline]) -> None:
        if items:
            self._connection.execute(deadlines.insert(), [dict(item) for item in items])

    def claim_due(self, now: datetime, limit: int = 100) -> list[Deadline]:
        """Armed deadlines that are due, oldest first, held until the transaction ends.

        Rows that another replica holds are passed over.
        """
        query = (
            select(deadlines)
            .where(deadlines.c.state == "armed", deadlines.c.due_at <= now)
            .order_by(deadlines.c.due_at, deadlines.c.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        return [Deadline.model_construct(**row._mapping) for row in self._connection.execute(query)]

    def any_due(self, now: datetime) -> bool:
        query = (
            select(deadlines.c.id)
            .where(deadlines.c.state == "armed", deadlines.c.due_at <= now)
            .limit(1)
        )
        return self._connection.execute(query).one_or_none() is not None

    def fire(self, deadline_id: str, now: datetime) -> None:
        self._settle([deadline_id], "fired", now)

    def fire_all(self, kind: DeadlineKind, now: datetime, limit: int) -> list[Deadline]:
        """Fire what is due of this kind, oldest first; rows another replica holds stay."""
        due = (
            select(deadlines)
            .where(
                deadlines.c.state == "armed", deadlines.c.due_at <= now, deadlines.c.kind == kind
            )
            .order_by(deadlines.c.due_at, deadlines.c.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        found = [Deadline.model_construct(**row._mapping) for row in self._connection.execute(due)]
        self._settle([one.id for one in found], "fired", now)
        return found

    def fail(self, deadline_id: str, now: datetime) -> None:
        """It could not be acted on; it stays on the record as failed, for people to see."""
        self._settle([deadline_id], "failed", now)

    def cancel(self, subject_id: str, kinds: Iterable[DeadlineKind], now: datetime) -> None:
        """Cancel the armed deadlines of these kinds that belong to an assignment or case."""
        query = select(deadlines.c.id).where(
            deadlines.c.subject_id == subject_id,
            deadlines.c.kind.in_(list(kinds)),
            deadlines.c.state == "armed",
        )
        self._settle(list(self._connection.execute(query).scalars()), "cancelled", now)

    def _settle(self, ids: list[str], state: str, now: datetime) -> None:
        if ids:
            self._connection.execute(
                update(deadlines)
                .where(deadlines.c.id.in_(ids), deadlines.c.state == "armed")
                .values(state=state, settled_at=now)
            )

    def get(self, deadline_id: str) -> Deadline:
        """MissingError when there is none."""
        query = select(deadlines).where(deadlines.c.id == deadline_id)
        row = self._connection.execute(query).one_or_none()
        if row is None:
            raise MissingError(deadline_id)
        return Deadline.model_construct(**row._mapping)

    def of_subject(self, subject_id: str) -> list[Deadline]:
        """All clocks of an assignment or case, by due time."""
        query = (
            select(deadlines)
            .where(deadlines.c.subject_id == subject_id)
            .order_by(deadlines.c.due_at, deadlines.c.id)
        )
        return [Deadline.model_construct(**row._mapping) for row in self._connection.execute(query)]

    def next_of(
        self, kind: DeadlineKind, subject_ids: Iterable[str], now: datetime
    ) -> dict[str, datetime]:
        """When the first armed clock of this kind of each of these subjects runs out after now."""
        query = (
            select(deadlines.c.subject_id, func.min(deadlines.c.due_at, type_=UtcDateTime))
            .where(
                deadlines.c.subject_id.in_(list(subject_ids)),
                deadlines.c.kind == kind,
                deadlines.c.state == "armed",
                deadlines.c.due_at > now,
            )
            .group_by(deadlines.c.subject_id)
        )
        return {subject: due for subject, due in self._connection.execute(query)}

    def count(self, state: Literal["armed", "failed"]) -> int:
        query = select(func.count()).select_from(deadlines).where(deadlines.c.state == state)
        count: int = self._connection.execute(query).scalar_one()
        return count
