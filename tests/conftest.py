"""What every test may use: both databases with the real schema, a clock, wired ports."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from handlers.flows.ports import Ports
from storage.database.engine import open_engine
from storage.unit_of_work import Database
from tests.support.clock import TestClock
from tests.support.databases import PostgresDatabases, SqliteDatabases
from tests.support.engine import WaitingEngine
from tests.support.memory import quick_folder
from tests.support.messenger import KeepingMessenger
from tests.support.ports_on import ports_on
from tests.support.postgres import FORGETFUL, find_binaries, running_server

ROOT = Path(__file__).parents[1]
POLICY = ROOT / "policy"
LONG = {"e2e", "crash"}
"""Folders of tests that start programs: first of all, and so one after the other."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Of two processes the first begins with the long tests; the other takes over what is left."""
    items.sort(key=lambda item: LONG.isdisjoint(item.path.relative_to(ROOT).parts))


@pytest.fixture(scope="session")
def sqlite_databases() -> Iterator[SqliteDatabases]:
    with quick_folder("sqlite") as folder:
        yield SqliteDatabases(folder)


@pytest.fixture(scope="session")
def postgres_databases() -> Iterator[PostgresDatabases]:
    binaries = find_binaries()
    if binaries is None:
        if os.environ.get("CI"):
            pytest.fail("CI must have the PostgreSQL server binaries")
        pytest.skip("no PostgreSQL server binaries on this machine: install postgresql")
    with (
        quick_folder("postgresql") as home,
        running_server(binaries, home, FORGETFUL) as server,
    ):
        yield PostgresDatabases(server)


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """A fresh, migrated database, once on each engine."""
    databases: SqliteDatabases | PostgresDatabases = request.getfixturevalue(
        f"{request.param}_databases"
    )
    url = databases.fresh()
    yield url
    databases.drop(url)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    engine = open_engine(database_url)
    yield Database(engine)
    engine.dispose()


@pytest.fixture
def clock() -> TestClock:
    return TestClock()


@pytest.fixture
def engine() -> WaitingEngine:
    return WaitingEngine()


@pytest.fixture
def messenger() -> KeepingMessenger:
    return KeepingMessenger()


@pytest.fixture
def ports(
    database: Database, clock: TestClock, engine: WaitingEngine, messenger: KeepingMessenger
) -> Ports:
    """Flows on a real database with the example policy in force; Slack and the engine wait."""
    return ports_on(database, clock, engine, messenger)
