"""What the engine must remember beside its own tables: live replicas and failing work."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Literal

from sqlalchemy import (
    Column,
    Connection,
    Index,
    Integer,
    String,
    Table,
    Text,
    delete,
    func,
    select,
    update,
)

from routing.values import Instant, Value
from storage.database.base import metadata
from storage.database.types import Typed, UtcDateTime
from storage.database.upsert import insert_missing

replicas = Table(
    "replicas",
    metadata,
    Column("id", String(80), primary_key=True),
    Column("started_at", UtcDateTime, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
)

failing_work = Table(
    "failing_work",
    metadata,
    Column("work_id", String(200), primary_key=True),
    Column("flow", String(80), nullable=False),
    Column("key", String(120), nullable=False),
    Column("arguments", Typed(tuple[str, ...]), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("state", String(20), nullable=False),
    Column("error", Text, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    Index("ix_failing_work_state", "state"),
)


class FailingWork(Value):
    """Work that did not get through.

    `waiting` for the outside world, `retrying` after an error until its attempts are used up,
    then `stuck` until a person retries it. `error` is the exception's class and place, without
    values of leads.
    """

    work_id: str
    flow: str
    key: str
    arguments: tuple[str, ...]
    attempts: int
    state: Literal["waiting", "retrying", "stuck"]
    error: str
    changed_at: Instant


class Work:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def beat(self, replica: str, now: datetime) -> None:
        """This replica is alive."""
        row = {"id": replica, "started_at": now, "seen_at": now}
        if not insert_missing(self._connection, replicas, row):
            self._connection.execute(
                update(replicas).where(replicas.c.id == replica).values(seen_at=now)
            )

    def time(self, ours: datetime) -> datetime:
        """The time all replicas agree on: the database's own, or ours where it is embedded."""
        if self._connection.dialect.name == "sqlite":
            return ours
        theirs: datetime = self._connection.execute(select(func.clock_timestamp())).scalar_one()
        return theirs.astimezone(UTC)

    def alive(self, since: datetime) -> int:
        """How many replicas gave a sign of life since then."""
        query = select(func.count()).select_from(replicas).where(replicas.c.seen_at >= since)
        count: int = self._connection.execute(query).scalar_one()
        return count

    def adopt_orphans(self, owners: Iterable[str], since: datetime) -> None:
        """Give owners of work that never said they live a heartbeat, so that silence shows."""
        for owner in owners:
            row = {"id": owner, "started_at": since, "seen_at": since}
            insert_missing(self._connection, replicas, row)

    def claim_silent(self, before: datetime, now: datetime) -> list[str]:
        """Replicas whose last heartbeat is older, each given to one caller only.

        The claim counts as a heartbeat: if the claimer dies too, the replica falls silent again
        and somebody else may claim it.
        """
        query = select(replicas.c.id).where(replicas.c.seen_at < before).order_by(replicas.c.id)
        return [
            replica
            for replica in self._connection.execute(query).scalars().all()
            if self._is_mine(replica, before, now)
        ]

    def _is_mine(self, replica: str, before: datetime, now: datetime) -> bool:
        claim = (
            update(replicas)
            .where(replicas.c.id == replica, replicas.c.seen_at < before)
            .values(seen_at=now)
        )
        return self._connection.execute(claim).rowcount == 1

    def forget_replica(self, replica: str) -> None:
        self._connection.execute(delete(replicas).where(replicas.c.id == replica))

    def fail(self, work: FailingWork) -> None:
        """Record one more failed attempt."""
        values = dict(work)
        if not insert_missing(self._connection, failing_work, values):
            self._connection.execute(
                update(failing_work).where(failing_work.c.work_id == work.work_id).values(**values)
            )

    def attempts(self, work_id: str) -> int:
        query = select(failing_work.c.attempts).where(failing_work.c.work_id == work_id)
        return self._connection.execute(query).scalar_one_or_none() or 0

    def succeed(self, work_id: str) -> None:
        self._connection.execute(delete(failing_work).where(failing_work.c.work_id == work_id))

    def stuck(self) -> list[FailingWork]:
        """Work that gave up, oldest first."""
        query = (
            select(failing_work)
            .where(failing_work.c.state == "stuck")
            .order_by(failing_work.c.changed_at)
        )
        return [
            FailingWork.model_construct(**row._mapping) for row in self._connection.execute(query)
        ]

    def failing_subjects(self) -> set[str]:
        """What failing work is about: the first argument of each."""
        query = select(failing_work.c.arguments)
        return {row.arguments[0] for row in self._connection.execute(query) if row.arguments}

    def failing_counts(self) -> dict[str, int]:
        query = select(failing_work.c.state, func.count()).group_by(failing_work.c.state)
        return {state: count for state, count in self._connection.execute(query)}
