"""A large directory is looked into, not loaded, or says what is wrong with it (I8)."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.connectors.enrichment.directory import DirectoryError
from bot.connectors.enrichment.large_directory import LargeDirectoryEnricher
from handlers.flows.ports import EnrichmentFailedError


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "companies #1.sqlite"


def fill(file: Path, *statements: str) -> None:
    with closing(sqlite3.connect(file)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()


TABLE = "CREATE TABLE companies (domain TEXT PRIMARY KEY, company, company_size, region, other)"


def test_company_is_looked_up(file: Path) -> None:
    """Known fields come back, empty ones and other columns stay behind, strangers give nothing."""
    rows = "('acme.com', 'Acme', 50, '', 'x'), ('b.org', x'00', 1.5, NULL, 1)"
    fill(file, TABLE, f"INSERT INTO companies VALUES {rows}")
    directory = LargeDirectoryEnricher(file)

    assert directory.look_up("acme.com") == {"company": "Acme", "company_size": 50}
    assert directory.look_up("b.org") == directory.look_up("' OR 1=1 --") == {}


def test_newer_rows_are_seen_at_once(file: Path) -> None:
    """The file may be filled while Baton runs."""
    fill(file, TABLE)
    directory = LargeDirectoryEnricher(file)
    fill(file, "INSERT INTO companies (domain, company) VALUES ('acme.com', 'Acme')")

    assert directory.look_up("acme.com") == {"company": "Acme"}


@pytest.mark.parametrize(
    ("statements", "says"),
    [
        (["CREATE TABLE other (domain TEXT)"], "needs a table companies"),
        (["CREATE TABLE companies (domain TEXT PRIMARY KEY, x)"], "needs a table companies"),
        (["CREATE TABLE companies (domain TEXT, company)"], "the primary key"),
    ],
)
def test_file_that_cannot_serve_is_named(file: Path, statements: list[str], says: str) -> None:
    """The message says what to change; a table without its key would be read whole each time."""
    fill(file, *statements)

    with pytest.raises(DirectoryError, match=says):
        LargeDirectoryEnricher(file)


def test_file_that_is_no_database_or_missing_is_named(file: Path) -> None:
    """Neither is made by looking for it."""
    with pytest.raises(DirectoryError, match="no such file"):
        LargeDirectoryEnricher(file)
    file.write_bytes(b"domain,company\n" * 100)
    with pytest.raises(DirectoryError, match="not a database"):
        LargeDirectoryEnricher(file)


def test_file_that_breaks_later_is_a_failure(file: Path) -> None:
    """The lead goes on."""
    fill(file, TABLE)
    directory = LargeDirectoryEnricher(file)
    file.write_bytes(b"not a database any more" * 100)

    with pytest.raises(EnrichmentFailedError):
        directory.look_up("acme.com")
