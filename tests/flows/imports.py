"""Imports of small files in one line each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from handlers.flows.ports import Ports
from handlers.flows.taking_in.import_leads import finish_import, rows_to_take, take_batch
from handlers.flows.taking_in.start_import import ImportFile, start_import
from routing.policy.tables.imports import ImportHandling
from storage.audit import Actor
from storage.taking_in.imports import ImportRun, RowOutcome

HEADER = "email,name,company,job_title,country,region,city,company_size\n"
BY = Actor(kind="system", id="test")


def a_row(name: str, **changes: str) -> str:
    """A row the example policy gives to somebody at once."""
    cells = {
        "email": f"{name}@{name}-widgets.com",
        "name": f"{name.capitalize()} Roe",
        "company": f"{name.capitalize()} Widgets",
        "job_title": "CTO",
        "country": "US",
        "region": "CA",
        "city": "Palo Alto",
        "company_size": "500",
    }
    return ",".join((cells | changes).values()) + "\n"


def a_file(*names: str) -> str:
    return HEADER + "".join(a_row(name) for name in names)


def an_order(
    ports: Ports, content: str, *, again: bool = False, is_kept: bool = False, **handling: Any
) -> ImportFile:
    source = ports.policies.latest_known().policy.source("import", "event-list")
    assert source is not None
    return ImportFile(
        source,
        "list.csv",
        lambda: _chunks(content.encode()),
        ImportHandling(**handling),
        BY,
        again=again,
        is_kept=is_kept,
    )


def _chunks(content: bytes) -> Iterator[bytes]:
    return (content[i : i + 1000] for i in range(0, len(content), 1000))


def imported(ports: Ports, content: str, **choices: Any) -> ImportRun:
    """Take the whole file in, as the command does."""
    order = an_order(ports, content, **choices)
    run = start_import(ports, order).run
    rows = rows_to_take(ports, run, order.chunks())
    while take_batch(ports, run.id, rows) is not None:
        pass
    return finish_import(ports, run.id)


def outcomes(ports: Ports, run: ImportRun) -> list[RowOutcome]:
    with ports.database.reading() as work:
        return list(work.imports.rows_of(run.id))


def reread(ports: Ports, run: ImportRun) -> ImportRun:
    with ports.database.reading() as work:
        return work.imports.get(run.id)
