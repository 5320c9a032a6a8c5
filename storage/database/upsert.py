"""Insert unless it is there: the one statement the two databases spell through two dialects."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from sqlalchemy import Connection, Executable, Table
from sqlalchemy.dialects import postgresql, sqlite


def insert_missing(connection: Connection, table: Table, values: Mapping[str, Any]) -> bool:
    """Insert the row unless its key exists; True when this call inserted it.

    Waits for another transaction that is inserting the same key, so that afterwards the row
    is visible whoever won.
    """
    statement = _insert_missing(connection.dialect.name, table)
    # Without the option the count of an INSERT is gone with its cursor, and -1 on PostgreSQL.
    options = {"preserve_rowcount": True}
    return connection.execute(statement, dict(values), execution_options=options).rowcount == 1


@cache
def _insert_missing(dialect: str, table: Table) -> Executable:
    """Built once for a table: building costs more than running."""
    insert = sqlite.insert if dialect == "sqlite" else postgresql.insert
    # psycopg's row count is read only where it is asked for
    return insert(table).on_conflict_do_nothing().execution_options(preserve_rowcount=True)
