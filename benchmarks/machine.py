"""What the figures were measured on."""

from __future__ import annotations

import os
import platform
import sqlite3
import subprocess
import tempfile
import time
from pathlib import Path

from tests.support.postgres import find_binaries

SYNCS = 300


def this_machine() -> dict[str, str]:
    """Name and value of what the figures depend on; asked before anything is measured."""
    return {
        "cores": str(os.cpu_count()),
        "CPU": _cpu_model(),
        "Python": platform.python_version(),
        "databases": f"SQLite {sqlite3.sqlite_version}, {_postgres_version()}",
        "disk": f"{_syncs_a_second():,.0f} fsync/s of 4 KB",
        "load before": f"{os.getloadavg()[0]:.2f}",
    }


def _cpu_model() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    return next((x.partition(":")[2].strip() for x in lines if x.startswith("model name")), "?")


def _postgres_version() -> str:
    binaries = find_binaries()
    if binaries is None:
        return "no PostgreSQL"
    told = subprocess.run([binaries / "postgres", "--version"], capture_output=True, text=True)
    return told.stdout.strip().replace("postgres (PostgreSQL)", "PostgreSQL")


def _syncs_a_second() -> float:
    """How often the folder for temporary files makes 4 KB durable: the floor of every commit."""
    with tempfile.TemporaryFile(buffering=0) as file:
        started = time.perf_counter()
        for _ in range(SYNCS):
            file.write(bytes(4096))
            os.fsync(file.fileno())
        return SYNCS / (time.perf_counter() - started)
