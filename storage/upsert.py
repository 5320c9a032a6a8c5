"""Insert unless it is there: the one statement the two databases spell through two dialects."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite


def insert_missing(connection: Connection, table: Table, values: Mapping[str, Any]) -> bool:
    """Insert the row unless its key exists; True when this call inserted it.

    Waits for another transaction that is inserting the same key, so that afterwards the row
    is visible whoever won.
    """
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    statement = dialect.insert(table).values(**values).on_conflict_do_nothing()
    return bool(connection.execute(statement).rowcount == 1)
