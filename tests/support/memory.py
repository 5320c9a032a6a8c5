"""Where what tests store lies: in memory where there is room. Nothing of it outlives the run."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MEMORY = Path("/dev/shm")
ENOUGH = 2 << 30
"""Bytes; a test process with its PostgreSQL server stays below half of it."""


@contextmanager
def quick_folder(name: str) -> Iterator[Path]:
    """A folder of its own, gone at the end."""
    folder = Path(tempfile.mkdtemp(prefix=name, dir=MEMORY if _has_room() else None))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _has_room() -> bool:
    return (
        MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free >= ENOUGH
    )
