"""Databases that exist for one benchmark, of both kinds."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal
from uuid import uuid4

import psycopg

from tests.support.postgres import find_binaries, running_server

Kind = Literal["SQLite", "PostgreSQL"]


@contextmanager
def temporary_folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="baton-bench-", ignore_cleanup_errors=True) as name:
        yield Path(name)


class Databases:
    """Empty databases; the PostgreSQL server ends with the block that opened this."""

    def __init__(self, folder: Path, server: str | None) -> None:
        self._folder = folder
        self._server = server

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """PostgreSQL is left out where its server is not installed."""
        return ("SQLite", "PostgreSQL") if self._server else ("SQLite",)

    def fresh(self, kind: Kind) -> str:
        """The URL of a new database without any table."""
        name = f"bench_{uuid4().hex}"
        if kind == "SQLite":
            return f"sqlite:///{self._folder / name}.db"
        with psycopg.connect(f"{self._server}/postgres", autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        return f"{self._server}/{name}"


@contextmanager
def databases() -> Iterator[Databases]:
    binaries = find_binaries()
    with temporary_folder() as folder:
        if binaries is None:
            yield Databases(folder, None)
            return
        with temporary_folder() as home, running_server(binaries, home) as server:
            yield Databases(folder, server)
