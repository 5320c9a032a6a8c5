"""Put an import on record, before a row of it is taken in (I1, I2)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy.exc import IntegrityError

from handlers.flows.ports import Ports
from handlers.flows.refusals import NotAllowedError, NotFoundError
from handlers.flows.steps.taking_in.import_work import audit_import, continue_import
from routing.policy.model import Policy
from routing.policy.tables.imports import ImportHandling
from routing.policy.tables.sources import SourcePolicy
from storage.audit import Actor
from storage.database.base import new_id
from storage.taking_in.imports import ImportRun
from storage.unit_of_work import UnitOfWork

Chunks = Callable[[], Iterable[bytes]]
CHUNK = 256 * 1024
"""Bytes of a stored piece."""


@dataclass(frozen=True)
class ImportFile:
    """A file to take in. `chunks` gives its bytes anew each time; `again` reads a finished one
    once more; `is_kept` stores it for whichever replica gets to it.
    """

    source: SourcePolicy
    name: str
    chunks: Chunks
    handling: ImportHandling
    by: Actor
    again: bool = False
    is_kept: bool = False


@dataclass(frozen=True)
class Started:
    """The import of a file, and whether this call put it on record."""

    run: ImportRun
    is_new: bool


def start_import(ports: Ports, file: ImportFile) -> Started:
    """Put the import on record; the same file of the same source is the same import.

    Raises RefusedError for a file that cannot be used, NotFoundError for a queue that is not
    there and NotAllowedError while imports are switched off.
    """
    layout = ports.tables.look(file.source, file.chunks())
    digest, size = _measured(file.chunks())
    run = ImportRun(
        id=new_id("imp"),
        source=file.source.id,
        file_name=_printable(file.name),
        digest=digest,
        size=size,
        encoding=layout.encoding,
        delimiter=layout.delimiter,
        unknown_columns=layout.unknown_columns,
        handling=file.handling,
        started_at=ports.clock.now(),
        started_by=file.by.id,
    )
    try:
        return _on_record(ports, file, run)
    except IntegrityError:
        # Another process started the same import between our look and our write.
        return _on_record(ports, file, run)


def _printable(name: str) -> str:
    """A file's name as every database can keep it."""
    return "".join(c for c in name if c.isprintable())[:300] or "file.csv"


def _measured(chunks: Iterable[bytes]) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    for chunk in chunks:
        digest.update(chunk)
        size += len(chunk)
    return digest.hexdigest(), size


def _on_record(ports: Ports, file: ImportFile, run: ImportRun) -> Started:
    with ports.database.writing() as work:
        known = work.imports.of_file(run.source, run.digest)
        if known is not None and not (file.again and known.state == "finished"):
            if file.is_kept and known.state == "running":
                _keep(ports, work, known, file.chunks())
            return Started(known, is_new=False)
        _check(work, ports.policies.active(work).policy, file.handling)
        run = run.model_copy(update={"attempt": known.attempt + 1 if known else 0})
        work.imports.add(run)
        audit_import(ports, work, run, "import.started", file.by)
        if file.is_kept:
            _keep(ports, work, run, file.chunks())
        return Started(run, is_new=True)


def _check(work: UnitOfWork, policy: Policy, handling: ImportHandling) -> None:
    if not work.switches.is_on("imports"):
        raise NotAllowedError("Imports are switched off. See `baton switch list`.")
    if not handling.route and handling.queue not in {queue.id for queue in policy.queues}:
        raise NotFoundError(
            f"There is no queue {handling.queue!r} for leads that are not routed. Name one of "
            "policy/queues.yml in the source's handling."
        )


def _keep(ports: Ports, work: UnitOfWork, run: ImportRun, chunks: Iterable[bytes]) -> None:
    """Store the file with the work to take it in, unless it is stored."""
    if work.imports.chunk(run.id, 0) is not None:
        return
    for number, piece in enumerate(_pieces(chunks)):
        work.imports.keep_chunk(run.id, number, piece)
    continue_import(ports, work, run)


def _pieces(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in pieces of one size."""
    gathered = bytearray()
    for chunk in chunks:
        gathered += chunk
        while len(gathered) >= CHUNK:
            yield bytes(gathered[:CHUNK])
            del gathered[:CHUNK]
    if gathered:
        yield bytes(gathered)
