"""The audit cannot be rewritten, and tells when somebody tried (G1)."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DatabaseError

from storage.audit import Actor
from storage.database.engine import open_engine
from storage.unit_of_work import Database, UnitOfWork
from tests.support.clock import MONDAY_NOON
from tests.support.databases import SqliteDatabases

SYSTEM = Actor(kind="system", id="test")


def _three_entries(work: UnitOfWork, stream: str = "lead:1") -> None:
    for number in range(3):
        work.audit.append(
            stream,
            "lead.received",
            actor=SYSTEM,
            now=MONDAY_NOON,
            correlation_id="c",
            reason=f"entry {number}",
            after={"email": "jane@acme.example"},
        )


def _faults(database: Database) -> list[str]:
    with database.reading() as work:
        return list(work.audit.faults())


def _behind_the_trigger(engine: Engine, *statements: str) -> None:
    """What somebody with the database's own password could do."""
    with engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("DROP TRIGGER audit_no_update")
            connection.exec_driver_sql("DROP TRIGGER audit_no_delete")
        else:
            connection.exec_driver_sql("DROP TRIGGER audit_append_only ON audit")
        for statement in statements:
            connection.exec_driver_sql(statement)


REPLACE = "INSERT OR REPLACE INTO audit SELECT * FROM audit"
"""SQLite's way to write over a row without an UPDATE or DELETE; a syntax error elsewhere."""


@pytest.mark.parametrize("statement", ["UPDATE audit SET action = 'x'", "DELETE FROM audit"])
def test_database_refuses_to_change_an_entry(database: Database, statement: str) -> None:
    """No UPDATE or DELETE reaches an audit entry, whoever sends it."""
    with database.writing() as work:
        _three_entries(work)

    with pytest.raises(DatabaseError, match="append-only"), database.writing() as work:
        work.connection.execute(text(statement))


def test_sqlite_does_not_write_over_an_entry(sqlite_databases: SqliteDatabases) -> None:
    """INSERT OR REPLACE is no way around the triggers."""
    database = Database(open_engine(sqlite_databases.fresh()))
    with database.writing() as work:
        _three_entries(work)

    with pytest.raises(DatabaseError, match="append-only"), database.writing() as work:
        work.connection.execute(text(REPLACE))
    database.engine.dispose()


def test_whole_chain_has_no_faults(database: Database) -> None:
    """Entries of several streams, interleaved, verify."""
    with database.writing() as work:
        _three_entries(work, "lead:1")
        _three_entries(work, "lead:2")
        _three_entries(work, "lead:1")

    assert _faults(database) == []


@pytest.mark.parametrize(
    ("tampering", "finding"),
    [
        ("UPDATE audit SET action = 'lead.assigned' WHERE seq = 2", "was changed"),
        ("UPDATE audit SET at = '2020-01-01 00:00:00' WHERE seq = 2", "was changed"),
        ("UPDATE audit SET actor_id = 'mallory' WHERE seq = 2", "was changed"),
        ("DELETE FROM audit WHERE seq = 2", "are missing"),
        ("DELETE FROM audit WHERE seq = 3", "its head says 3"),
        ("DELETE FROM audit", "its head says 3"),
        ("DELETE FROM audit_heads", "its head is gone"),
    ],
)
def test_tampering_is_found(database: Database, tampering: str, finding: str) -> None:
    """Whatever is changed behind the trigger, verification names it."""
    with database.writing() as work:
        _three_entries(work)
    _behind_the_trigger(database.engine, tampering)

    assert any(finding in fault for fault in _faults(database))


def test_personal_values_are_not_readable_in_the_database(database: Database) -> None:
    """What is said of a person stands encrypted in the row."""
    with database.writing() as work:
        _three_entries(work)
        rows = work.connection.execute(text("SELECT * FROM audit")).all()

    assert "jane" not in repr(rows)
    with database.reading() as work:
        assert work.audit.of("lead:1")[0].details == {
            "reason": "entry 0",
            "after": {"email": "jane@acme.example"},
        }


def test_chain_verifies_after_the_key_is_destroyed(database: Database) -> None:
    """Erasing a person makes their values unreadable and leaves the chain whole."""
    with database.writing() as work:
        _three_entries(work)
        work.person_keys.destroy("lead:1")

    assert _faults(database) == []
    with database.reading() as work:
        assert [entry.details for entry in work.audit.of("lead:1")] == [None, None, None]


def test_swapped_sealed_values_do_not_open(database: Database) -> None:
    """A sealed value moved to another person's stream is refused, not shown."""
    with database.writing() as work:
        sealed = work.person_keys.seal("lead:1", {"a": 1})
        work.person_keys.seal("lead:2", {})

        with pytest.raises(ValueError, match="was changed"):
            work.person_keys.open("lead:2", sealed)
