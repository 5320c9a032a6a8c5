"""One database, SQLite or PostgreSQL, reached with the settings Baton's promises need.

Parameters are hidden in every error: they hold what leads typed.
"""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url

BUSY_MILLISECONDS = 30_000
READING = "baton_reading"
"""Execution option of a connection whose transactions only read."""


def normal_url(url: str) -> URL:
    """The URL with Baton's drivers: `postgresql://` means psycopg 3.

    Raises ValueError for anything but SQLite and PostgreSQL.
    """
    parsed = make_url(url)
    backend = parsed.get_backend_name()
    if backend == "postgresql":
        return parsed.set(drivername="postgresql+psycopg")
    if backend == "sqlite":
        return parsed
    raise ValueError(f"BATON_DATABASE_URL: {backend!r} is not supported; use sqlite or postgresql")


def open_engine(url: str) -> Engine:
    """The application's engine. On SQLite its folder is made when missing."""
    parsed = normal_url(url)
    if parsed.get_backend_name() == "sqlite":
        return _open_sqlite(parsed)
    return create_engine(
        parsed,
        isolation_level="READ COMMITTED",
        pool_size=10,
        max_overflow=20,
        pool_pre_ping=True,
        hide_parameters=True,
    )


def open_work_engine(url: str) -> Engine:
    """A second engine on the same database for the durable work runner.

    On SQLite the runner opens transactions its own way (`engine.md`: one engine for both crashes
    at launch), so it gets IMMEDIATE from the driver while ours emits its own BEGIN.
    """
    parsed = normal_url(url)
    if parsed.get_backend_name() != "sqlite":
        return open_engine(url)
    arguments = _sqlite_arguments() | {"isolation_level": "IMMEDIATE"}
    engine = create_engine(parsed, connect_args=arguments, hide_parameters=True)
    event.listen(engine, "connect", _prepare)
    return engine


def _open_sqlite(url: URL) -> Engine:
    if url.database and url.database != ":memory:":
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        url, isolation_level=None, connect_args=_sqlite_arguments(), hide_parameters=True
    )
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _sqlite_arguments() -> dict[str, Any]:
    return {"timeout": BUSY_MILLISECONDS / 1000, "check_same_thread": False}


def _prepare(connection: Any, _record: object) -> None:
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        f"busy_timeout={BUSY_MILLISECONDS}",
        "foreign_keys=ON",
    ):
        connection.execute(f"PRAGMA {pragma}")
    if sqlite3.sqlite_version_info < (3, 42):
        # From Python 3.12 on the work runner stamps its rows with unixepoch('subsec'), which the
        # SQLite of Debian 12 answers with NULL.
        connection.create_function("unixepoch", -1, _unixepoch)


def _unixepoch(*modifiers: str) -> float:
    """Now, in seconds since 1970; whole ones unless asked for fractions."""
    return time.time() if "subsec" in modifiers else int(time.time())


def _begin(connection: Connection) -> None:
    reading = connection.get_execution_options().get(READING, False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")
