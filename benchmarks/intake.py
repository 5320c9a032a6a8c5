"""Form POST to 202, beside a bare endpoint with the same kind of commit."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count

from benchmarks.databases import Databases, Kind, databases, temporary_folder
from benchmarks.load import Order, post_leads
from benchmarks.processes import (
    Process,
    answer,
    cpu_seconds,
    free_port,
    python,
    running,
    wait_until,
)
from benchmarks.program import running_baton
from benchmarks.report import Report, Row, percentile

METHOD = """Distinct leads as JSON, each under its own Idempotency-Key, from one load process over
kept-alive connections; each connection posts again as soon as it has its answer. Every figure
follows an unmeasured second of the same load on the same server. The floor is Starlette on
uvicorn (the options of `baton run`, one process) with one durable insert of the body a request.
`stored` is the intake alone (switch `intake` off); `stored and taken in` also makes leads of what
comes (switch `routing` off); `worked` routes them too, in the same process, and sends the messages
to its local workspace. CPU is that of the server process (with
PostgreSQL, the database's own comes on top); `of floor` compares with the floor at the same
number of connections."""

CONNECTIONS = (1, 32)
PARTS = {"stored": "intake", "stored and taken in": "routing", "worked": None}
"""What the same process does meanwhile, by the switch that is off for it."""


@dataclass(frozen=True)
class Target:
    """A server that takes leads."""

    name: str
    process: Process
    port: int
    path: str


def measure(quick: bool) -> Report:
    report = Report("Intake: form POST to 202", METHOD)
    seconds = 2.0 if quick else 10.0
    with databases() as place:
        for kind in place.kinds:
            floors: list[Row] = []
            with bare_endpoint(place, kind) as target:
                floors += measured(report, kind, target, seconds, [])
            for part, off in PARTS.items():
                with baton_intake(place, kind, part, off) as target:
                    measured(report, kind, target, seconds, floors)
    return report


def measured(
    report: Report, kind: Kind, target: Target, seconds: float, floors: list[Row]
) -> list[Row]:
    """Load the target with every number of connections; gives the rows it added."""
    firsts = count(0, 100_000)
    rows: list[Row] = []
    for at, connections in enumerate(CONNECTIONS):
        post_leads(Order(target.port, target.path, connections, 1.0, first=next(firsts)))
        before = cpu_seconds(target.process)
        done = post_leads(Order(target.port, target.path, connections, seconds, first=next(firsts)))
        cpu = cpu_seconds(target.process) - before
        answers = len(done.milliseconds)
        row: Row = {
            "database": kind,
            "server": target.name,
            "connections": connections,
            "requests/s": answers / done.seconds,
            "p50 ms": percentile(done.milliseconds, 0.5),
            "p99 ms": percentile(done.milliseconds, 0.99),
            "CPU ms/request": cpu * 1000 / max(answers, 1),
            "refused": sum(done.refused.values()),
        }
        rows.append(row | _compared(row, floors[at] if floors else row))
    for row in rows:
        report.add("Requests", row)
    return rows


def _compared(row: Row, floor: Row) -> Row:
    def times(column: str) -> float | None:
        here, there = row[column], floor[column]
        assert isinstance(here, float)
        assert isinstance(there, float)
        return here / there if there else None

    return {"requests/s of floor": times("requests/s"), "CPU of floor": times("CPU ms/request")}


@contextmanager
def bare_endpoint(place: Databases, kind: Kind) -> Iterator[Target]:
    port = free_port()
    settings = {"BATON_DATABASE_URL": place.fresh(kind), "BATON_HTTP_PORT": str(port)}
    with (
        temporary_folder() as folder,
        running(python("benchmarks.floor"), folder, settings) as process,
    ):
        wait_until(lambda: answer(f"http://127.0.0.1:{port}/readyz") is not None, process)
        yield Target("floor", process, port, "/take")


@contextmanager
def baton_intake(place: Databases, kind: Kind, part: str, off: str | None) -> Iterator[Target]:
    with temporary_folder() as folder, running_baton(folder, place.fresh(kind)) as program:
        if off:
            program.turn(off, on=False)
        yield Target(f"Baton, {part}", program.process, program.port, "/intake/web/website")
