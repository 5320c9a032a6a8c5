"""The lead pipeline alone: leads wait behind a switch that is off; then it is turned on."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from benchmarks.databases import Databases, Kind, databases, temporary_folder
from benchmarks.leads import form_fields
from benchmarks.processes import Process, cpu_seconds, python, running, wait_until
from benchmarks.program import POLICY
from benchmarks.progress import Span, looking_at, owed, places, span, wait_for_messages
from benchmarks.report import Report, Row
from benchmarks.worker import READY
from bot.settings import Settings
from bot.wiring import Program, adopt_policy, build
from handlers.flows.draft import LeadDraft
from handlers.flows.taking_in.receive_lead import receive_lead
from handlers.flows.taking_in.take_in_deliveries import take_in_deliveries
from handlers.flows.working.set_switch import set_switch
from routing.normalise.lead import RawLead
from storage.audit import Actor

METHOD = """Distinct leads stored while the switch `routing` was off, worked after it was turned on
by one or two processes wired as always, with a Messenger that answers at once (no Slack, no HTTP,
no pace). Times are the program's own marks in the database: from the first lead's decision to the
last one's (`placed`), and to the last message marked sent. `switch to first` is how long the
workers took to notice. CPU is that of the working processes."""

LEADS = 500
QUICK_LEADS = 100
MOST_SECONDS = 180.0
ACTOR = Actor(kind="system", id="benchmark")


def measure(quick: bool) -> Report:
    report = Report("Lead pipeline", METHOD)
    number = QUICK_LEADS if quick else LEADS
    with databases() as place:
        runs: list[tuple[Kind, int]] = [(kind, 1) for kind in place.kinds]
        if "PostgreSQL" in place.kinds:
            runs.append(("PostgreSQL", 2))
        for kind, processes in runs:
            report.add("Leads a second", _measure_one(place, kind, processes, number))
    return report


def _measure_one(place: Databases, kind: Kind, processes: int, number: int) -> Row:
    url = place.fresh(kind)
    with desk(url) as program, looking_at(url) as database, ExitStack() as stack:
        _turn(program, on=False)
        _make_queues(url)
        stored = _store(program, number)
        workers = [stack.enter_context(working(url, f"bench-{i}")) for i in range(processes)]
        before = sum(map(cpu_seconds, workers))
        turned = time.time()
        _turn(program, on=True)
        done = wait_for_messages(database, MOST_SECONDS)
        cpu = sum(map(cpu_seconds, workers)) - before
        left = owed(database)
        return {
            "database": kind,
            "processes": processes,
            "leads": number,
            "stored/s": stored,
            **_rates(span(database), number, turned),
            "CPU ms/lead": cpu * 1000 / number,
            "not done": 0 if done else left.undecided + left.untold + left.unsent,
            "places": ", ".join(f"{k} {v}" for k, v in sorted(places(database).items())),
        }


def _rates(found: Span, number: int, turned: float) -> Row:
    sent = found.sent - found.began if found.sent else None
    return {
        "switch to first s": found.began - turned,
        "placed/s": number / (found.placed - found.began),
        "all placed s": found.placed - found.began,
        "all sent s": sent,
        "sent/s": number / sent if sent else None,
    }


@contextmanager
def desk(url: str) -> Iterator[Program]:
    """A program that is not launched: it stores leads and turns switches, and works nothing."""
    settings = Settings(_env_file=None).model_copy(
        update={"database_url": url, "policy_dir": POLICY}
    )
    program = build(settings)
    adopt_policy(program.ports, POLICY)
    try:
        yield program
    finally:
        program.engine.stop()
        program.ports.database.engine.dispose()


def _make_queues(url: str) -> None:
    """Start and stop once: the engine's own tables are made at its first launch."""
    with working(url, "bench-first"):
        pass


def _store(program: Program, number: int) -> float:
    """Receive the leads one after the other, nobody working them; gives leads a second."""
    source = program.ports.policies.latest_known().policy.source("web", "website")
    assert source is not None
    started = time.perf_counter()
    for at in range(number):
        draft = LeadDraft(
            source=source,
            delivery_key=f"bench-{at}",
            source_id=None,
            raw=RawLead(**form_fields(at)),
            payload=b"{}",
            content_type="application/json",
        )
        receive_lead(program.ports, draft)
    while take_in_deliveries(program.ports):
        pass
    return number / (time.perf_counter() - started)


def _turn(program: Program, *, on: bool) -> None:
    set_switch(program.ports, "routing", is_on=on, actor=ACTOR, reason="a benchmark")


@contextmanager
def working(url: str, replica: str) -> Iterator[Process]:
    """One working process. On SQLite it takes the name that Baton gives itself there."""
    settings = {
        "BATON_DATABASE_URL": url,
        "BATON_POLICY_DIR": str(POLICY),
        "BATON_LOG_LEVEL": "WARNING",
    }
    if url.startswith("postgresql"):
        settings["BATON_REPLICA"] = replica
    with (
        temporary_folder() as folder,
        running(python("benchmarks.worker"), folder, settings) as process,
    ):
        ready: Path = folder / READY
        wait_until(ready.exists, process)
        yield process
