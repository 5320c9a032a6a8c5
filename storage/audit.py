"""The audit: append-only, one hash chain a stream, personal values sealed (G1).

A stream is a lead, a switch or the policy, so that unrelated leads share no lock. Each entry's
hash covers the hash before it and every column of its own; the head row keeps the length of the
chain, so that entries missing at its end are seen too. What was said of a person stands in
`sealed`, encrypted under that person's key: the chain still verifies when the key is gone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Literal

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
from storage.database.base import metadata
from storage.database.canonical import canonical_json
from storage.database.types import UtcDateTime
from storage.database.upsert import insert_missing
from storage.person_keys import PersonKeys

audit = Table(
    "audit",
    metadata,
    Column("stream", String(80), primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("action", String(80), nullable=False),
    Column("actor_kind", String(20), nullable=False),
    Column("actor_id", String(80), nullable=False),
    Column("policy_version", Integer),
    Column("correlation_id", String(80), nullable=False),
    Column("sealed", Text, nullable=False),
    Column("previous_hash", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    Index("ix_audit_at", "at"),
)

audit_heads = Table(
    "audit_heads",
    metadata,
    Column("stream", String(80), primary_key=True),
    Column("seq", Integer, nullable=False),
    Column("hash", String(64), nullable=False),
)

_ROOT = "0" * 64

ActorKind = Literal["system", "ai", "crm", "person", "source"]


class Actor(Value):
    """Who did it. A person's `id` is the policy's, the system's names the flow."""

    kind: ActorKind
    id: str


class AuditEntry(Value):
    """One entry. `details` holds `reason`, `before` and `after`; None after an erasure."""

    stream: str
    seq: int
    at: Instant
    action: str
    actor: Actor
    policy_version: int | None
    correlation_id: str
    details: dict[str, Any] | None


class Audit:
    def __init__(self, connection: Connection, keys: PersonKeys) -> None:
        self._connection = connection
        self._keys = keys

    def append(
        self,
        stream: str,
        action: str,
        *,
        actor: Actor,
        now: datetime,
        correlation_id: str,
        policy_version: int | None = None,
        reason: str | None = None,
        before: dict[str, Any] | None = None,
        after: dict[str, Any] | None = None,
    ) -> int:
        """Add one entry to a stream; gives its number, counted from 1."""
        seq, previous = self._hold_head(stream)
        details = {"reason": reason, "before": before, "after": after}
        row = {
            "stream": stream,
            "seq": seq + 1,
            "at": now,
            "action": action,
            "actor_kind": actor.kind,
            "actor_id": actor.id,
            "policy_version": policy_version,
            "correlation_id": correlation_id,
            "sealed": self._keys.seal(stream, {k: v for k, v in details.items() if v}),
            "previous_hash": previous,
        }
        digest = _hash(row)
        self._connection.execute(audit.insert(), row | {"hash": digest})
        self._connection.execute(
            update(audit_heads)
            .where(audit_heads.c.stream == stream)
            .values(seq=seq + 1, hash=digest)
        )
        return seq + 1

    def _hold_head(self, stream: str) -> tuple[int, str]:
        query = (
            select(audit_heads.c.seq, audit_heads.c.hash)
            .where(audit_heads.c.stream == stream)
            .with_for_update()
        )
        row = self._connection.execute(query).one_or_none()
        if row is None:
            first = {"stream": stream, "seq": 0, "hash": _ROOT}
            if insert_missing(self._connection, audit_heads, first):
                return 0, _ROOT
            row = self._connection.execute(query).one()
        return row.seq, row.hash

    def of(self, stream: str) -> list[AuditEntry]:
        """All entries of a stream in order, opened where the key is still there."""
        query = select(audit).where(audit.c.stream == stream).order_by(audit.c.seq)
        return [self._entry(row) for row in self._connection.execute(query)]

    def streams_about(self, correlation_id: str, since: datetime) -> list[str]:
        """The leads' streams that have entries about this from `since` on."""
        query = (
            select(audit.c.stream)
            .where(
                audit.c.at >= since,
                audit.c.correlation_id == correlation_id,
                audit.c.stream.startswith("lead:"),
            )
            .distinct()
            .order_by(audit.c.stream)
        )
        return list(self._connection.execute(query).scalars())

    def _entry(self, row: Any) -> AuditEntry:
        return AuditEntry(
            stream=row.stream,
            seq=row.seq,
            at=row.at,
            action=row.action,
            actor=Actor(kind=row.actor_kind, id=row.actor_id),
            policy_version=row.policy_version,
            correlation_id=row.correlation_id,
            details=self._keys.open(row.stream, row.sealed),
        )

    def count(self) -> tuple[int, int]:
        """How many streams and entries there are."""
        streams = self._connection.execute(
            select(func.count()).select_from(audit_heads)
        ).scalar_one()
        entries = self._connection.execute(select(func.count()).select_from(audit)).scalar_one()
        return streams, entries

    def faults(self) -> Iterator[str]:
        """Every break in any chain, as a sentence; none when the audit is whole."""
        query = select(audit).order_by(audit.c.stream, audit.c.seq)
        ends: dict[str, tuple[int, str]] = {}
        for row in self._connection.execution_options(yield_per=1000).execute(query):
            seq, previous = ends.get(row.stream, (0, _ROOT))
            yield from _faults_of(row._mapping, seq, previous)
            ends[row.stream] = (row.seq, row.hash)
        yield from self._faults_of_heads(ends)

    def _faults_of_heads(self, ends: dict[str, tuple[int, str]]) -> Iterator[str]:
        heads = {
            row.stream: (row.seq, row.hash) for row in self._connection.execute(select(audit_heads))
        }
        for stream in sorted(heads.keys() | ends.keys()):
            if heads.get(stream) != ends.get(stream):
                yield f"{stream}: the chain ends at {ends.get(stream, (0, ''))[0]}, " + (
                    f"its head says {heads[stream][0]}" if stream in heads else "its head is gone"
                )


def _faults_of(row: Any, seq: int, previous: str) -> Iterator[str]:
    name = f"{row['stream']} entry {row['seq']}"
    if row["seq"] != seq + 1:
        yield f"{name}: entries {seq + 1} to {row['seq'] - 1} are missing"
    if row["previous_hash"] != previous:
        yield f"{name}: does not follow the entry before it"
    if row["hash"] != _hash({k: v for k, v in row.items() if k != "hash"}):
        yield f"{name}: was changed after it was written"


def _hash(row: dict[str, Any]) -> str:
    at: datetime = row["at"]
    plain = row | {"at": at.astimezone(UTC).isoformat(timespec="microseconds")}
    return hashlib.sha256(canonical_json(plain).encode()).hexdigest()
