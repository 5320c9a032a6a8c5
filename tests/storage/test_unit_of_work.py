"""One transaction: all of it or nothing."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, StatementError

from storage.database.upsert import insert_missing
from storage.switches import switches
from storage.unit_of_work import Database
from tests.storage.builders import a_lead, an_assignment


def test_error_rolls_everything_back(database: Database) -> None:
    """An error on the way leaves no trace of what was written before it."""
    with pytest.raises(RuntimeError), database.writing() as work:
        a_lead(work)
        raise RuntimeError

    with database.reading() as work:
        assert work.leads.find("", 10) == []


def test_second_owner_is_refused_by_the_database(database: Database) -> None:
    """Never twice: a lead with an owner cannot get another one beside them."""
    with database.writing() as work:
        lead = a_lead(work)
        an_assignment(work, lead, "anna")

    with pytest.raises(IntegrityError), database.writing() as work:
        an_assignment(work, lead, "ben")


def test_naive_time_is_refused(database: Database) -> None:
    """A time without a zone never reaches the database."""
    with pytest.raises(StatementError, match="no time zone"), database.writing() as work:
        work.leads.waiting_since("incoming", datetime(2026, 1, 1))


def test_sqlite_keeps_its_promises(database: Database) -> None:
    """On SQLite every connection writes ahead, syncs fully and checks references."""
    if database.engine.dialect.name != "sqlite":
        assert database.engine.dialect.name == "postgresql"
        return
    with database.reading() as work:
        answers = [
            work.connection.execute(text(f"PRAGMA {name}")).scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        ]

    assert answers == ["wal", 2, 1, 30_000]


def test_insert_missing_says_who_inserted(database: Database) -> None:
    """The first who stores a key is told so, the second that it was there, on both databases."""
    row = {"name": "ai", "is_on": True}
    with database.writing() as work:
        assert insert_missing(work.connection, switches, row)
        assert not insert_missing(work.connection, switches, row)
