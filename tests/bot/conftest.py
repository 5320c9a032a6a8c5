"""The program behind its HTTP edge."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.bot.serving import Site, a_program, serving
from tests.support.databases import SqliteDatabases


@pytest.fixture
def site(sqlite_databases: SqliteDatabases) -> Iterator[Site]:
    """Baton taking leads into a fresh SQLite database."""
    with serving(a_program(sqlite_databases.fresh())) as site:
        yield site


@pytest.fixture(scope="module")
def shared(sqlite_databases: SqliteDatabases) -> Iterator[Site]:
    """One site for all tests of a file that do not look at what others left there."""
    with serving(a_program(sqlite_databases.fresh())) as site:
        yield site
