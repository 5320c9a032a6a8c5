"""The matcher as people run it: `baton duplicates scan` on leads whose truth is known."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.matcher_truth import CLOSED_FROM, TRUTH, Said, judged
from benchmarks.population_rows import population_rows
from benchmarks.report import Report, Row

METHOD = f"""The command reads a CSV file and writes its pairs; wall and peak memory are those of
its process, on one core. `made up` is the population of `benchmarks/population.py` under a seed
that the weights were not fitted on; its shape is ours, so it flatters. The environment variable
`{{variable}}` names further files with a column `{TRUTH}`: beware that the weights may have been
fitted on them; the held-out figures are those of `python -m benchmarks.fit_matcher FILE`. Recall
counts all true pairs, those that share no key included; the closure follows pairs from
{CLOSED_FROM} on."""

FILES = "MATCHER_LEADS"
"""Paths of lead exports with truth, separated like PATH."""
LEADS, QUICK_LEADS = (10_000, 100_000), (5_000,)
SEED = 3
COMMAND = (sys.executable, "-c", "from bot.cli import main; main()", "duplicates", "scan")


def measure(quick: bool) -> Report:
    report = Report("Duplicates", METHOD.format(variable=FILES))
    with tempfile.TemporaryDirectory() as folder:
        for number in QUICK_LEADS if quick else LEADS:
            file = Path(folder) / f"made_up_{number}.csv"
            _write(file, population_rows(number, SEED))
            report.add("Scan", {"data": "made up", **_scanned(file, Path(folder))})
        for name in filter(None, os.environ.get(FILES, "").split(os.pathsep)):
            file = Path(name)
            report.add("Scan", {"data": file.name, **_scanned(file, Path(folder))})
    return report


def _write(file: Path, rows: Sequence[dict[str, str]]) -> None:
    with file.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.DictWriter(opened, rows[0])
        writer.writeheader()
        writer.writerows(rows)


def _scanned(file: Path, folder: Path) -> Row:
    pairs = folder / "pairs.csv"
    started = time.perf_counter()
    order = [*COMMAND, "--file", str(file), "--out", str(pairs)]
    child = subprocess.Popen(order, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit(f"the scan of {file.name} ended with {child.returncode}")
    wall = time.perf_counter() - started
    with file.open(encoding="utf-8-sig", newline="") as opened:
        people = {row["lead_id"]: row[TRUTH] for row in csv.DictReader(opened)}
    figures = judged(_said(pairs, {lead: at for at, lead in enumerate(people)}), [*people.values()])
    return {**figures, "wall s": wall, "peak MB": used.ru_maxrss / 1024}


def _said(pairs: Path, place: dict[str, int]) -> list[Said]:
    with pairs.open(encoding="utf-8", newline="") as opened:
        return [
            Said(place[r["left"]], place[r["right"]], float(r["probability"]), r["band"])
            for r in csv.DictReader(opened)
        ]
