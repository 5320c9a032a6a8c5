"""Stored decisions made again: how many a second, in how much memory (R7, G2)."""

from __future__ import annotations

import multiprocessing
import shutil
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.databases import databases, temporary_folder
from benchmarks.decided_leads import store_decided_leads
from benchmarks.program import POLICY
from benchmarks.report import Report, Row
from bot.policy_folder import read_policy_folder
from bot.settings import Settings
from bot.wiring import Program, adopt_policy, build
from handlers.flows.policy.replay_policy import replay_by, replay_same
from routing.policy.reading.load import load_policy

METHOD = """So many leads, decided one after the other by the example policy with the state of their
pools, are stored with their complete facts and traces. `same` makes each decision again by its own
version and compares all of it; `territory` replays them by a policy that gives a territory to
another pool, `scoring` by one that scores otherwise, and they count whom that moves. Each in one
thread of a new process; memory is what the process held before and the most it held meanwhile."""

DECISIONS, QUICK_DECISIONS = 100_000, 5_000
WEST = "default-americas-west,americas-west,*,*,*,0,pool:"
CHANGES = {
    "territory": ("rules.csv", f"{WEST}americas-sdr", f"{WEST}emea-sdr"),
    "scoring": ("scoring.yml", "label: VP, points: 20", "label: VP, points: 5"),
}
"""The file, what stands in it, and what stands there after the change."""


def measure(quick: bool) -> Report:
    report = Report("Replay of stored decisions", METHOD)
    count = QUICK_DECISIONS if quick else DECISIONS
    with databases() as dbs, temporary_folder() as folder:
        changed = {name: _changed(folder, name) for name in CHANGES}
        for kind in dbs.kinds:
            url = dbs.fresh(kind)
            _fill(url, count)
            for what in ("same", *changed):
                for number in (count // 10, count):
                    done = _in_a_new_process(url, changed.get(what), number)
                    row: Row = {"database": kind, "replay": what, "decisions": number}
                    report.add("Replay", row | done.row(number))
    return report


def _changed(folder: Path, name: str) -> Path:
    """A copy of the example policy with this change."""
    copy = folder / name
    shutil.copytree(POLICY, copy)
    file, before, after = CHANGES[name]
    text = (copy / file).read_text(encoding="utf-8")
    if before not in text:
        raise LookupError(f"{file} does not say {before!r} any more")
    (copy / file).write_text(text.replace(before, after), encoding="utf-8")
    return copy


def _program(url: str) -> Program:
    values: dict[str, Any] = {"BATON_DATABASE_URL": url, "BATON_POLICY_DIR": POLICY}
    return build(Settings(_env_file=None, **values))


def _fill(url: str, count: int) -> None:
    program = _program(url)
    policy = adopt_policy(program.ports, POLICY).policy
    store_decided_leads(program.ports.database, policy, count)
    program.close()


@dataclass(frozen=True)
class _Replayed:
    seconds: float
    before: float
    most: float
    found: int

    def row(self, number: int) -> Row:
        return {
            "seconds": round(self.seconds, 1),
            "decisions/s": round(number / self.seconds),
            "MiB before": round(self.before),
            "most MiB": round(self.most),
            "differ or move": self.found,
        }


def _in_a_new_process(url: str, folder: Path | None, number: int) -> _Replayed:
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as process:
        return process.submit(_replay, url, folder, number).result()


def _replay(url: str, folder: Path | None, number: int) -> _Replayed:
    program = _program(url)
    policy = load_policy(read_policy_folder(folder)) if folder else None
    before, started = _mebibytes("VmRSS"), time.perf_counter()
    if policy is None:
        found = replay_same(program.ports, number).differed
    else:
        found = replay_by(program.ports, policy, 2, number).moved
    took = time.perf_counter() - started
    program.close()
    return _Replayed(took, before, _mebibytes("VmHWM"), found)


def _mebibytes(what: str) -> float:
    """What this process holds (`VmRSS`), or the most it ever held (`VmHWM`)."""
    lines = Path("/proc/self/status").read_text().splitlines()
    line = next(line for line in lines if line.startswith(f"{what}:"))
    return int(line.split()[1]) / 1024
