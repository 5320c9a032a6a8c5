"""How long `baton run` takes to start, and what it needs while nothing happens."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.databases import Databases, Kind, databases, temporary_folder
from benchmarks.processes import ROOT, cpu_seconds, resident_megabytes, wait_until
from benchmarks.program import RunningBaton, starting_baton
from benchmarks.report import Report, Row, middle

METHOD = """`baton run` in a folder of its own with the example policy and its local workspace, from
the start of the process to `/readyz` answering 200 and to the workspace seeing Baton's socket,
looked at every 5 ms; first on an empty folder and database (migrations, the policy's adoption),
then again on the same. Memory (VmRSS) and CPU are those of the whole process, workspace included,
while nothing happens, after two seconds of rest. Imports are timed in fresh interpreters with
warm file caches. Medians; the compiled bytecode is there already."""

REST_SECONDS = 2.0
IDLE_SECONDS = 4.0
IMPORTS = ("bot.cli", "bot.wiring", "handlers.slack.listeners", "sandbox", "dbos", "slack_bolt",
           "fastapi", "sqlalchemy", "routing.normalise.lead")  # fmt: skip


def measure(quick: bool) -> Report:
    report = Report("Start-up, memory and CPU at rest", METHOD)
    rounds = 1 if quick else 3
    with databases() as place:
        for kind in place.kinds:
            for row in _starts(place, kind, rounds):
                report.add("Starts", row)
    for module in IMPORTS:
        times = [_import_milliseconds(module) for _ in range(rounds + 2)]
        report.add("Imports", {"module": module, "ms": middle(times)})
    return report


def _starts(place: Databases, kind: Kind, rounds: int) -> list[Row]:
    """One row for first starts and one for second ones."""
    found: dict[str, list[dict[str, float]]] = {"first": [], "second": []}
    for _ in range(rounds):
        url = place.fresh(kind)
        with temporary_folder() as folder:
            for start in found:
                found[start].append(_start_once(folder, url))
    return [
        {"database": kind, "start": start, **{k: middle([s[k] for s in seen]) for k in seen[0]}}
        for start, seen in found.items()
    ]


def _start_once(folder: Path, url: str) -> dict[str, float]:
    started = time.monotonic()
    with starting_baton(folder, url) as program:
        ready = _seconds_until(lambda: program.is_ready, program, started)
        connected = _seconds_until(lambda: program.is_connected, program, started)
        time.sleep(REST_SECONDS)
        before = cpu_seconds(program.process)
        time.sleep(IDLE_SECONDS)
        idle = cpu_seconds(program.process) - before
        return {
            "ready s": ready,
            "socket connected s": connected,
            "memory MB": resident_megabytes(program.process),
            "CPU at rest %": idle / IDLE_SECONDS * 100,
        }


def _seconds_until(true: Callable[[], bool], program: RunningBaton, started: float) -> float:
    wait_until(true, program.process)
    return time.monotonic() - started


def _import_milliseconds(module: str) -> float:
    code = f"import time; t = time.perf_counter(); import {module}; print(time.perf_counter() - t)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True)
    return float(done.stdout) * 1000
