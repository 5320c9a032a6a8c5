"""A large directory of companies: a SQLite file that is looked into, never loaded."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from bot.connectors.enrichment.directory import DirectoryError
from handlers.flows.ports import EnrichmentFailedError
from routing.policy.tables.enrichment import ENRICHED_FIELDS

TABLE = "companies"


class LargeDirectoryEnricher:
    """Answers from the table `companies`: `domain` (its primary key, in lower case) and some of
    the fields that enrichment knows. The file is only read, and may be replaced while Baton runs.
    """

    name = "directory"

    def __init__(self, path: Path) -> None:
        """Raises DirectoryError when the file is missing or no such table is in it."""
        self._path = path
        if not path.is_file():
            raise DirectoryError(f"{path}: there is no such file")
        try:
            with closing(self._open()) as connection:
                self._check(connection)
        except sqlite3.Error as error:
            raise DirectoryError(f"{path}: {error}") from None

    def look_up(self, domain: str) -> Mapping[str, str | int]:
        try:
            with closing(self._open()) as connection:
                connection.row_factory = sqlite3.Row
                row = connection.execute(_QUERY, (domain,)).fetchone()
        except sqlite3.Error:
            raise EnrichmentFailedError("directory_unreadable") from None
        known = dict(row) if row else {}
        return {
            field: value
            for field in ENRICHED_FIELDS
            if isinstance(value := known.get(field), str | int) and value != ""
        }

    def _open(self) -> sqlite3.Connection:
        return sqlite3.connect(f"{self._path.absolute().as_uri()}?mode=ro", uri=True, timeout=1)

    def _check(self, connection: sqlite3.Connection) -> None:
        columns = {row[1] for row in connection.execute(f"PRAGMA table_info({TABLE})")}
        if "domain" not in columns or not columns & set(ENRICHED_FIELDS):
            fields = ", ".join(ENRICHED_FIELDS)
            raise DirectoryError(
                f"{self._path}: needs a table {TABLE} with domain and some of {fields}"
            )
        plan = " ".join(row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {_QUERY}", ("",)))
        if "SEARCH" not in plan:
            raise DirectoryError(f"{self._path}: make domain the primary key of {TABLE}")


_QUERY = f"SELECT * FROM {TABLE} WHERE domain = ?"  # noqa: S608  # a constant
