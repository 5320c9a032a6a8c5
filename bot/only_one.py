"""On SQLite one Baton runs at a time: a second one would take over the first one's work."""

from __future__ import annotations

import fcntl
from pathlib import Path
from typing import TextIO

from sqlalchemy import URL


class AlreadyRunningError(Exception):
    """Another Baton runs on this database; the message says what to do."""


def hold(url: URL) -> TextIO | None:
    """Hold the database for this process until it ends, however it ends.

    Gives the lock to close at the end, None where replicas may share the database. Raises
    AlreadyRunningError.
    """
    if url.get_backend_name() != "sqlite" or not url.database:
        return None
    lock = Path(f"{url.database}.lock").open("w", encoding="ascii")  # noqa: SIM115 - kept open
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.close()
        raise AlreadyRunningError(
            f"Another Baton runs on {url.database}. Stop it, give this one its own "
            "BATON_DATABASE_URL, or use PostgreSQL for several replicas."
        ) from None
    return lock
