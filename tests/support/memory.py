"""Where what tests store lies: in memory where there is room. Nothing of it outlives the run."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MEMORY = Path("/dev/shm")
PREFIX = "baton-test-"
ENOUGH = 2 << 30
"""Bytes; a test process with its PostgreSQL server stays below half of it."""


@contextmanager
def quick_folder(name: str) -> Iterator[Path]:
    """A folder of its own, gone at the end; who was killed before it is tidied up after."""
    parent = MEMORY if _has_room() else Path(tempfile.gettempdir())
    for left in parent.glob(f"{PREFIX}*"):
        if not _is_alive(int(left.name.split("-")[2])):
            shutil.rmtree(left, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-{name}-", dir=parent))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def _has_room() -> bool:
    return (
        MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free >= ENOUGH
    )
