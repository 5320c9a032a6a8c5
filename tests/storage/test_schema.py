"""The migrations build exactly the schema the code speaks of."""

from __future__ import annotations

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from storage.schema import TABLES, metadata, newest_revision, revision, upgrade
from storage.unit_of_work import Database


def test_migrations_and_tables_agree(database: Database) -> None:
    """Nothing is left to migrate between the newest revision and the tables in the code."""
    names = {table.name for table in TABLES}
    with database.engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={"include_name": lambda name, kind, _: kind != "table" or name in names},
        )

        assert compare_metadata(context, metadata) == []


def test_every_table_is_listed() -> None:
    """A table that storage defines is in the list the migrations know."""
    assert set(metadata.tables) == {table.name for table in TABLES}


def test_upgrading_twice_changes_nothing(database: Database) -> None:
    """Every start may upgrade."""
    upgrade(database.engine)

    with database.reading() as work:
        assert revision(work.connection) == newest_revision()
