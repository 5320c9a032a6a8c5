"""The embedded firmographic directory: a CSV of companies by domain, read once."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path

FIELDS = ("company", "company_size", "industry", "country")


class DirectoryError(Exception):
    """The directory file cannot be used; the message says which line and why."""


class DirectoryEnricher:
    """Answers from a file, so that Baton enriches with no account and no network."""

    name = "directory"

    def __init__(self, path: Path) -> None:
        """Raises DirectoryError when the file is missing or a row cannot be read."""
        self._by_domain = _read(path)

    def look_up(self, domain: str) -> Mapping[str, str | int]:
        return self._by_domain.get(domain, {})


def _read(path: Path) -> dict[str, dict[str, str | int]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(line for line in file if not line.startswith("#"))
            if rows.fieldnames is None or {"domain", *FIELDS} - set(rows.fieldnames):
                raise DirectoryError(f"{path}: needs the columns domain, {', '.join(FIELDS)}")
            return {row["domain"].strip().lower(): _facts(path, row) for row in rows}
    except OSError as error:
        raise DirectoryError(f"{path}: {error.strerror}") from None


def _facts(path: Path, row: dict[str, str]) -> dict[str, str | int]:
    facts: dict[str, str | int] = {
        field: row[field].strip() for field in FIELDS if row.get(field, "").strip()
    }
    size = facts.get("company_size")
    if size is not None:
        if not str(size).isdigit():
            raise DirectoryError(f"{path}: {row['domain']}: company_size {size!r} is no number")
        facts["company_size"] = int(size)
    return facts
