"""The embedded firmographic directory: a CSV of companies by domain, read once."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from io import StringIO
from pathlib import Path

FIELDS = ("company", "company_size", "industry", "country")
COLUMNS = ("domain", *FIELDS)
MORE = ("region", "city")
"""Columns a directory may have beside those it needs."""
LARGEST = 10_000_000
"""Employees; nobody has more, so a larger number is something else."""

Facts = dict[str, str | int]


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


def _read(path: Path) -> dict[str, Facts]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise DirectoryError(f"{path}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise DirectoryError(f"{path}: is not UTF-8") from None
    known: dict[str, Facts] = {}
    if "\0" in text:
        raise DirectoryError(f"{path}: holds NUL characters")
    for line, row in _rows(path, text):
        domain = row["domain"].lower()
        if not domain or domain in known:
            raise DirectoryError(f"{path}:{line}: each row needs a domain of its own")
        known[domain] = _facts(f"{path}:{line}", row)
    return known


def _rows(path: Path, text: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Each row with the number of its line in the file; comment lines are no rows."""
    lines = enumerate(StringIO(text, newline=""), start=1)
    kept = [(number, line) for number, line in lines if not line.startswith("#")]
    reader = csv.DictReader((line for _, line in kept), strict=True)
    try:
        if set(COLUMNS) - set(reader.fieldnames or ()):
            raise DirectoryError(f"{path}: needs the columns {', '.join(COLUMNS)}")
        for row in reader:
            values = {name: (row.get(name) or "").strip() for name in (*COLUMNS, *MORE)}
            yield kept[reader.reader.line_num - 1][0], values
    except csv.Error as error:
        raise DirectoryError(f"{path}:{kept[reader.reader.line_num - 1][0]}: {error}") from None


def _facts(place: str, row: Mapping[str, str]) -> Facts:
    facts: Facts = {field: row[field] for field in (*FIELDS, *MORE) if row[field]}
    if not re.fullmatch("([A-Z]{2})?", row["country"]):
        raise DirectoryError(f"{place}: country {row['country']!r} is no ISO 3166-1 alpha-2 code")
    size = row["company_size"]
    if size:
        fine = size.isascii() and size.isdigit() and len(size) <= len(str(LARGEST))
        if not fine or not 0 < int(size) <= LARGEST:
            raise DirectoryError(f"{place}: company_size {size!r} is no number of employees")
        facts["company_size"] = int(size)
    return facts
