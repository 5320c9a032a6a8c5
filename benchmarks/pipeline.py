"""The lead pipeline alone: leads wait behind a switch that is off; then it is turned on."""

from __future__ import annotations

import time
from contextlib import ExitStack

from benchmarks.databases import Databases, Kind, databases
from benchmarks.processes import cpu_seconds
from benchmarks.progress import Span, looking_at, owed, places, span, wait_for_messages
from benchmarks.report import Report, Row
from benchmarks.waiting_leads import desk, make_queues, store, turn, working

METHOD = """Distinct leads stored while the switch `routing` was off, worked after it was turned on
by one or two processes wired as always, with a Messenger that answers at once (no Slack, no HTTP,
no pace). Times are the program's own marks in the database: from the first lead's decision to the
last one's (`placed`), and to the last message marked sent. `switch to first` is how long the
workers took to notice. CPU is that of the working processes."""

LEADS = 500
QUICK_LEADS = 100
MOST_SECONDS = 180.0


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
        turn(program, on=False)
        make_queues(url)
        stored = store(program, number)
        workers = [stack.enter_context(working(url, f"bench-{i}")) for i in range(processes)]
        before = sum(map(cpu_seconds, workers))
        turned = time.time()
        turn(program, on=True)
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
