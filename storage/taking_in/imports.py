"""Imports: each file that was taken in, how far it has come, and what became of every row (I1)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Literal

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    delete,
    func,
    select,
    update,
)

from routing.policy.tables.imports import ImportHandling
from routing.values import Instant, Value
from storage.database.base import MissingError, metadata
from storage.database.types import Typed, UtcDateTime

imports = Table(
    "imports",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("source", String(80), nullable=False),
    Column("file_name", String(300), nullable=False),
    # SHA-256 of the file in hex; the same file read again on purpose is another attempt
    Column("digest", String(64), nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("size", Integer, nullable=False),
    Column("encoding", String(20), nullable=False),
    Column("delimiter", String(1), nullable=False),
    Column("unknown_columns", Typed(tuple[str, ...]), nullable=False),
    Column("handling", Typed(ImportHandling), nullable=False),
    Column("state", String(20), nullable=False),
    # the line of the last row that is on record
    Column("cursor", Integer, nullable=False),
    Column("accepted", Integer, nullable=False),
    Column("duplicates", Integer, nullable=False),
    Column("errors", Integer, nullable=False),
    # whether a piece of work is on its way that hands its leads to routing
    Column("feeding", Boolean, nullable=False),
    Column("told_at", UtcDateTime),
    Column("started_at", UtcDateTime, nullable=False),
    Column("started_by", String(80), nullable=False),
    Column("finished_at", UtcDateTime),
    UniqueConstraint("source", "digest", "attempt"),
    Index("ix_imports_started_at", "started_at"),
)

import_chunks = Table(
    "import_chunks",
    metadata,
    Column("import_id", String(40), ForeignKey("imports.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("content", LargeBinary, nullable=False),
)

import_rows = Table(
    "import_rows",
    metadata,
    Column("import_id", String(40), ForeignKey("imports.id"), primary_key=True),
    Column("line", Integer, primary_key=True, autoincrement=False),
    Column("status", String(20), nullable=False),
    Column("lead_id", String(40)),
    Column("receipt_id", String(40)),
    # whether the row made the lead, or came to one that was known
    Column("is_new", Boolean, nullable=False),
    Column("problem", Text),
    Index("ix_import_rows_lead_id", "lead_id"),
)


class ImportRun(Value):
    """One file on its way in. `cursor` is the line of the last row on record, 0 before any."""

    id: str
    source: str
    file_name: str
    digest: str
    attempt: int = 0
    size: int
    encoding: str
    delimiter: str
    unknown_columns: tuple[str, ...] = ()
    handling: ImportHandling = ImportHandling()
    state: Literal["running", "finished"] = "running"
    cursor: int = 0
    accepted: int = 0
    duplicates: int = 0
    errors: int = 0
    feeding: bool = False
    told_at: Instant | None = None
    started_at: Instant
    started_by: str
    finished_at: Instant | None = None

    @property
    def rows(self) -> int:
        """How many rows are on record."""
        return self.accepted + self.duplicates + self.errors

    def as_shown(self) -> dict[str, Any]:
        """What whoever asks is told of it, as JSON values."""
        return self.model_dump(mode="json", exclude={"feeding", "cursor"}) | {"rows": self.rows}


class RowOutcome(Value):
    """What became of the row that starts on `line`; `problem` says what to do about an error."""

    import_id: str
    line: int
    status: Literal["accepted", "duplicate", "error"]
    lead_id: str | None = None
    receipt_id: str | None = None
    is_new: bool = False
    problem: str | None = None


class Imports:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, run: ImportRun) -> None:
        """Store it. IntegrityError when another process started this attempt first."""
        self._connection.execute(imports.insert(), dict(run))

    def save(self, run: ImportRun) -> None:
        """Store it as it is now; the caller holds it locked."""
        self._connection.execute(update(imports).where(imports.c.id == run.id), dict(run))

    def get(self, import_id: str) -> ImportRun:
        """MissingError when there is none."""
        return self._one(import_id, lock=False)

    def lock(self, import_id: str) -> ImportRun:
        """The import, held by this transaction until it ends. MissingError when there is none."""
        return self._one(import_id, lock=True)

    def _one(self, import_id: str, *, lock: bool) -> ImportRun:
        query = select(imports).where(imports.c.id == import_id)
        row = self._connection.execute(query.with_for_update() if lock else query).one_or_none()
        if row is None:
            raise MissingError(import_id)
        return ImportRun.model_construct(**row._mapping)

    def of_file(self, source: str, digest: str) -> ImportRun | None:
        """The newest import of this very file from this source."""
        query = (
            select(imports)
            .where(imports.c.source == source, imports.c.digest == digest)
            .order_by(imports.c.attempt.desc())
            .limit(1)
        )
        row = self._connection.execute(query).one_or_none()
        return None if row is None else ImportRun.model_construct(**row._mapping)

    def listed(self, limit: int = 20) -> list[ImportRun]:
        """The newest imports first."""
        query = select(imports).order_by(imports.c.started_at.desc(), imports.c.id).limit(limit)
        rows = self._connection.execute(query)
        return [ImportRun.model_construct(**row._mapping) for row in rows]

    def keep_chunk(self, import_id: str, number: int, content: bytes) -> None:
        """Keep a piece of the file for whichever replica reads it."""
        row = {"import_id": import_id, "number": number, "content": content}
        self._connection.execute(import_chunks.insert(), row)

    def chunk(self, import_id: str, number: int) -> bytes | None:
        """One piece of the file, counted from 0; None past the end and when it was let go."""
        query = select(import_chunks.c.content).where(
            import_chunks.c.import_id == import_id, import_chunks.c.number == number
        )
        return self._connection.execute(query).scalar_one_or_none()

    def drop_chunks(self, import_id: str) -> None:
        """Let go of the file: every row of it is on record."""
        self._connection.execute(
            delete(import_chunks).where(import_chunks.c.import_id == import_id)
        )

    def add_rows(self, rows: Sequence[RowOutcome]) -> None:
        if rows:
            self._connection.execute(import_rows.insert(), [dict(row) for row in rows])

    def known_before(self, import_id: str) -> int:
        """How many accepted rows came to a lead that was known, from this file or before it."""
        query = (
            select(func.count())
            .select_from(import_rows)
            .where(
                import_rows.c.import_id == import_id,
                import_rows.c.status == "accepted",
                import_rows.c.is_new.is_(False),
            )
        )
        count: int = self._connection.execute(query).scalar_one()
        return count

    def problems(self, import_id: str, limit: int) -> list[str]:
        """The first rows' problems."""
        query = (
            select(import_rows.c.problem)
            .where(import_rows.c.import_id == import_id, import_rows.c.status == "error")
            .order_by(import_rows.c.line)
            .limit(limit)
        )
        return [str(problem) for problem in self._connection.execute(query).scalars()]

    def rows_of(self, import_id: str) -> Iterator[RowOutcome]:
        """Every row's outcome in the file's order, a few at a time."""
        query = (
            select(import_rows)
            .where(import_rows.c.import_id == import_id)
            .order_by(import_rows.c.line)
        )
        reading = self._connection.execution_options(yield_per=1000)
        for row in reading.execute(query):
            yield RowOutcome.model_construct(**row._mapping)
