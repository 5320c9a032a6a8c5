"""Fresh databases with the real schema, cloned from one that the migrations built."""

from __future__ import annotations

import shutil
from pathlib import Path
from uuid import uuid4

import psycopg
from sqlalchemy import create_engine

from bot.clock import SystemClock
from bot.engine import DurableEngine
from storage.database.engine import normal_url, open_engine, open_work_engine
from storage.schema import upgrade
from storage.unit_of_work import Database


class SqliteDatabases:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._template = folder / "template.db"
        engine = open_engine(f"sqlite:///{self._template}")
        upgrade(engine)
        engine.dispose()  # the last connection moves everything into the one file
        _add_work_tables(f"sqlite:///{self._template}")

    def fresh(self) -> str:
        """The URL of an empty, migrated database; `drop` it when nobody needs it any more."""
        path = self._folder / f"{uuid4().hex}.db"
        shutil.copyfile(self._template, path)
        return f"sqlite:///{path}"

    def drop(self, url: str) -> None:
        path = url.removeprefix("sqlite:///")
        for file in (path, f"{path}-wal", f"{path}-shm"):
            Path(file).unlink(missing_ok=True)


class PostgresDatabases:
    TEMPLATE = "baton_template"

    def __init__(self, server: str) -> None:
        self._server = server
        self._execute(f"CREATE DATABASE {self.TEMPLATE}")
        engine = create_engine(normal_url(f"{server}/{self.TEMPLATE}"))
        upgrade(engine)
        engine.dispose()
        _add_work_tables(f"{server}/{self.TEMPLATE}")

    def fresh(self) -> str:
        """The URL of an empty, migrated database; `drop` it when nobody needs it any more."""
        name = f"test_{uuid4().hex}"
        self._execute(f"CREATE DATABASE {name} TEMPLATE {self.TEMPLATE}")
        return f"{self._server}/{name}"

    def drop(self, url: str) -> None:
        """Also while somebody is still connected."""
        self._execute(f"DROP DATABASE {url.rpartition('/')[2]} WITH (FORCE)")

    def _execute(self, statement: str) -> None:
        with psycopg.connect(f"{self._server}/postgres", autocommit=True) as connection:
            connection.execute(statement.encode())


def _add_work_tables(url: str) -> None:
    """The work runner makes its own tables at its first launch; clones start with them."""
    app_engine, work_engine = open_engine(url), open_work_engine(url)
    runner = DurableEngine(
        database=Database(app_engine), work_engine=work_engine, clock=SystemClock(), replica="t"
    )
    runner.launch()
    runner.stop(wait_seconds=0)
    with Database(app_engine).writing() as work:
        work.work.forget_replica(runner.replica)
    app_engine.dispose()
    work_engine.dispose()
