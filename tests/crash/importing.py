"""What a victim does that imports a file: store it, take its rows in, route them, tell owners."""

from __future__ import annotations

from threading import Event

from bot.wiring import Program
from handlers.flows.taking_in import import_leads
from handlers.flows.taking_in.start_import import ImportFile, start_import
from routing.policy.tables.imports import ImportHandling
from storage.audit import Actor
from storage.taking_in.imports import ImportRun
from tests.flows.imports import a_file

SOON = 30.0


def import_file(program: Program, name: str, rows: int) -> bool:
    """Import a file of its own and wait until nothing is left to do, within a bounded time."""
    import_leads.BATCH = 2
    ports = program.ports
    with ports.database.reading() as work:
        source = ports.policies.active(work).policy.source("import", "event-list")
    assert source is not None
    content = a_file(*[f"{name}n{n}" for n in range(rows)]).encode()
    order = ImportFile(
        source,
        f"{name}.csv",
        lambda: [content],
        ImportHandling(),
        Actor(kind="system", id="victim"),
        is_kept=True,
    )
    run = start_import(ports, order).run
    return _done(program, run, rows)


def _done(program: Program, run: ImportRun, rows: int) -> bool:
    pause = Event()
    for _ in range(int(SOON / 0.05)):
        with program.ports.database.reading() as work:
            now = work.imports.get(run.id)
            owned = work.leads.place_counts().get("owner", 0)
            states = set(work.outbox.state_counts())
        idle = not any(program.engine.stats().values())
        told = states == {"sent"} and not now.feeding
        if idle and told and now.state == "finished" and owned == rows:
            return True
        pause.wait(0.05)
    return False
