"""Leads shared out from one pool by two replicas at once: the rate, and the exact shares (R4)."""

from __future__ import annotations

import time
from collections import Counter
from contextlib import ExitStack

from sqlalchemy import select

from benchmarks.databases import Databases, Kind, databases, temporary_folder
from benchmarks.leads import stranger_fields
from benchmarks.progress import POLL_SECONDS, looking_at, owed
from benchmarks.report import Report, Row
from benchmarks.waiting_leads import desk, make_queues, store, turn, working
from bot.wiring import Program
from storage.deciding.assignments import decisions
from storage.unit_of_work import Database
from tests.support.one_pool import WEIGHTS, Sharing, faults, one_pool, sharing

METHOD = """Distinct leads wait behind the switch `routing`; one pool of seven people with the
stated weights takes them all. On PostgreSQL two processes wired as always work them at once, on
SQLite the threads of one, with `notifications` off. `faults` counts what is wrong afterwards: a
lead without exactly one owner or decided twice, a person a lead or more from the exact share, a
balance that says otherwise, a decision that did not begin with the balances that the one before had
left. `runs by process` counts each one's runs of the flow, also those that found the lead decided.
The first and the last tenth show whether the rate depends on how many leads wait and are owned."""

LEADS, QUICK_LEADS = 10_000, 300
MOST_SECONDS = 1_800.0
PROCESSES: dict[Kind, int] = {"SQLite": 1, "PostgreSQL": 2}


def measure(quick: bool) -> Report:
    report = Report("Two replicas share one pool", METHOD)
    number = QUICK_LEADS if quick else LEADS
    with databases() as place:
        for kind in place.kinds:
            row, found = _measured(place, kind, number)
            report.add("Leads a second", row)
            for who, weight in WEIGHTS.items():
                report.add("Shares", {"database": kind} | _share(found, who, weight))
    return report


def _share(found: Sharing, who: str, weight: int) -> Row:
    leads, off = found.owned.get(who, 0), found.off[who]
    return {
        "person": who,
        "weight": weight,
        "leads": leads,
        "exact share": str(leads - off),
        "off": f"{float(off):+.3f}",
    }


def _measured(place: Databases, kind: Kind, number: int) -> tuple[Row, Sharing]:
    url, replicas = place.fresh(kind), range(PROCESSES[kind])
    with temporary_folder() as folder, ExitStack() as stack:
        policy = one_pool(folder)
        program = stack.enter_context(desk(url, policy))
        database = stack.enter_context(looking_at(url))
        turn(program, on=False)
        turn(program, on=False, switch="notifications")
        make_queues(url, policy)
        stored = store(program, number, stranger_fields)
        for replica in replicas:
            stack.enter_context(working(url, f"replica-{replica}", policy))
        turn(program, on=True)
        done = _wait(database)
        with database.reading() as work:
            wrong, found = faults(work, number), sharing(work)
        row: Row = {
            "database": kind,
            "processes": len(replicas),
            "leads": number,
            "stored/s": stored,
            **_rates(database),
            "runs by process": " and ".join(f"{n:,}" for n in _by_process(program)),
            "faults": len(wrong) if done else f"not done; {'; '.join(wrong)}",
        }
    return row, found


def _wait(database: Database) -> bool:
    """Whether every lead was decided in time."""
    end = time.monotonic() + MOST_SECONDS
    while owed(database).undecided:
        if time.monotonic() > end:
            return False
        time.sleep(POLL_SECONDS)
    return True


def _rates(database: Database) -> Row:
    """Decisions a second: all of them, the first tenth and the last."""
    with database.reading() as work:
        made = work.connection.execute(select(decisions.c.decided_at)).scalars().all()
    moments = sorted(at.timestamp() for at in made)
    tenth = max(len(moments) // 10, 2)
    spans = {
        "placed/s": moments,
        "first tenth/s": moments[:tenth],
        "last tenth/s": moments[-tenth:],
    }
    return {name: (len(part) - 1) / (part[-1] - part[0]) for name, part in spans.items()}


def _by_process(program: Program) -> list[int]:
    worked = program.engine.client.list_workflows(
        name="work_lead", status="SUCCESS", load_input=False, load_output=False
    )
    return sorted(Counter(one.executor_id for one in worked).values())
