"""Take a file of many leads in: batch after batch, resumable after a kill at any instant (I1, I2).

The cursor is committed with the rows it stands for, under the lock of the import, so processes
that take the same file in at once share the work and never do it twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from sqlalchemy.exc import DataError, IntegrityError, SQLAlchemyError

from handlers.flows.draft import ImportedRow, LeadDraft, TableLayout
from handlers.flows.ports import Ports
from handlers.flows.refusals import NotFoundError
from handlers.flows.steps.taking_in.delivery import Delivery, prepare, receipt_of
from handlers.flows.steps.taking_in.import_work import audit_import, continue_import, feed_routing
from handlers.flows.steps.taking_in.take_row import PreparedRow, outcome_of, treatment
from storage.audit import Actor
from storage.database.base import MissingError
from storage.taking_in.imports import ImportRun

BATCH = 100
"""Rows of one transaction: on SQLite nobody else writes meanwhile."""
BATCHES_A_RUN = 10
"""After so many a piece of work makes way for others, and for a program that wants to stop."""
SYSTEM = Actor(kind="system", id="import_leads")


def import_leads(ports: Ports, import_id: str) -> None:
    """Take the next rows of a stored file in; the rest is work of its own."""
    with ports.database.reading() as work:
        run = work.imports.get(import_id)
    if run.state == "finished":
        return
    rows = rows_to_take(ports, run, _stored(ports, import_id))
    for _ in range(BATCHES_A_RUN):
        if not take_batch(ports, import_id, rows):
            finish_import(ports, import_id)
            return
    with ports.database.writing() as work:
        continue_import(ports, work, work.imports.get(import_id))


def _stored(ports: Ports, import_id: str) -> Iterator[bytes]:
    """The stored file; no transaction stays open between two pieces."""
    number = 0
    while True:
        with ports.database.reading() as work:
            piece = work.imports.chunk(import_id, number)
        if piece is None:
            return
        yield piece
        number += 1


def rows_to_take(ports: Ports, run: ImportRun, chunks: Iterable[bytes]) -> Iterator[ImportedRow]:
    """The rows of the file that are not on record yet. NotFoundError for a source that left."""
    with ports.database.reading() as work:
        policy = ports.policies.active(work).policy
    source = next((s for s in policy.sources if s.id == run.source), None)
    if source is None:
        raise NotFoundError(f"The policy has no source {run.source!r} any more.")
    layout = TableLayout(run.encoding, run.delimiter, run.unknown_columns)
    return ports.tables.rows(source, layout, chunks, after=run.cursor)


def take_batch(ports: Ports, import_id: str, rows: Iterator[ImportedRow]) -> ImportRun | None:
    """Take the next rows in, in one transaction with the cursor; None when there are none."""
    found = list(islice(rows, BATCH))
    if not found:
        return None
    batch = [_prepared(ports, row) for row in found]
    drafts = [row.draft for row in found if row.draft]
    if len(drafts) > 1 and not any(row.delivery for row in batch):
        _delivery(ports, drafts[0])  # what breaks every row is no matter of a row: it passes on
    try:
        return _taken(ports, import_id, batch)
    except (SQLAlchemyError, MissingError):
        # Somebody took a delivery of the same lead in at this moment, or one row cannot be stored:
        # row by row, each stands for itself. What is no matter of a row passes on.
        for row in batch:
            run = _taken_alone(ports, import_id, row)
        return run


def _prepared(ports: Ports, row: ImportedRow) -> PreparedRow:
    """Everything about a row that needs no database. One that breaks costs itself, not the file."""
    if row.draft is None:
        return PreparedRow(row.line, None, row.problem)
    try:
        return PreparedRow(row.line, _delivery(ports, row.draft), None)
    except Exception as error:  # whatever a stranger's row breaks
        return _unusable(row.line, error)


def _delivery(ports: Ports, draft: LeadDraft) -> Delivery:
    return prepare(ports, draft, receipt_of(draft, ports.clock.now()))


def _taken_alone(ports: Ports, import_id: str, row: PreparedRow) -> ImportRun:
    try:
        return _taken(ports, import_id, [row])
    except (DataError, IntegrityError) as error:
        return _taken(ports, import_id, [_unusable(row.line, error)])


def _unusable(line: int, error: Exception) -> PreparedRow:
    name = type(error).__name__
    problem = f"line {line}: Baton cannot take this row in ({name}). Type it anew as a web form."
    return PreparedRow(line, None, problem)


def _taken(ports: Ports, import_id: str, batch: list[PreparedRow]) -> ImportRun:
    with ports.database.writing() as work:
        run = work.imports.lock(import_id)
        fresh = [row for row in batch if row.line > run.cursor]
        if run.state == "finished" or not fresh:
            return run
        desk = treatment(ports, work, run)
        outcomes = [outcome_of(desk, run.id, row) for row in fresh]
        work.imports.add_rows(outcomes)
        counts = [outcome.status for outcome in outcomes]
        run = run.model_copy(
            update={
                "cursor": fresh[-1].line,
                "accepted": run.accepted + counts.count("accepted"),
                "duplicates": run.duplicates + counts.count("duplicate"),
                "errors": run.errors + counts.count("error"),
            }
        )
        run = feed_routing(ports, work, run, f"{run.cursor}")
        work.imports.save(run)
        return run


def finish_import(ports: Ports, import_id: str) -> ImportRun:
    """Every row is on record: let go of the file; whom it concerns is told when all is decided."""
    with ports.database.writing() as work:
        run = work.imports.lock(import_id)
        if run.state == "finished":
            return run
        work.imports.drop_chunks(import_id)
        update = {"state": "finished", "finished_at": ports.clock.now()}
        run = feed_routing(ports, work, run.model_copy(update=update), "end")
        work.imports.save(run)
        audit_import(ports, work, run, "import.finished", SYSTEM)
        return run
