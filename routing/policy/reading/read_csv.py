"""CSV text to rows of plain values, each with the line it starts on.

A byte order mark and any line ends are accepted; a row whose first cell starts with `#` is a
comment; empty cells count as not stated.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from routing.policy.reading.errors import PolicyError, nearest
from routing.policy.reading.read_yaml import MAX_CHARS


@dataclass(frozen=True)
class Row:
    line: int
    cells: dict[str, str]


@dataclass
class CsvText:
    """The readable rows of a file and what could not be read."""

    rows: list[Row] = field(default_factory=list)
    errors: list[PolicyError] = field(default_factory=list)
    unreadable: bool = False


def read_csv(file: str, text: str, known: Collection[str], required: Collection[str]) -> CsvText:
    """Read one table; `known` and `required` are names of columns."""
    found = CsvText()
    if len(text) > MAX_CHARS:
        return _give_up(found, PolicyError(file, 1, f"larger than {MAX_CHARS} characters"))
    lines = _lines(text.removeprefix("\ufeff"))
    line = 0
    try:
        line, header = next(lines, (1, []))
        found.errors += _header_errors(file, line, header, known, required)
        if found.errors:
            found.unreadable = True
            return found
        for line, cells in lines:
            _add(found, file, line, header, cells)
    except csv.Error as error:
        return _give_up(found, PolicyError(file, line + 1, f"not readable as CSV: {error}"))
    return found


def _give_up(found: CsvText, error: PolicyError) -> CsvText:
    found.errors.append(error)
    found.unreadable = True
    return found


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    """Each row that is neither empty nor a comment, with its first line."""
    reader, start = csv.reader(io.StringIO(text, newline=""), strict=True), 1
    for cells in reader:
        stripped = [cell.strip() for cell in cells]
        if any(stripped) and not stripped[0].startswith("#"):
            yield start, stripped
        start = reader.line_num + 1


def _header_errors(
    file: str, line: int, header: list[str], known: Collection[str], required: Collection[str]
) -> list[PolicyError]:
    if len(header) == 1 and ";" in header[0]:
        return [PolicyError(file, line, "columns are separated by ';': save it with commas")]
    errors = [
        PolicyError(file, line, f"unknown column {name!r}", nearest(name, known))
        for name in header
        if name not in known
    ]
    twice = sorted({name for name in header if name in known and header.count(name) > 1})
    errors += [PolicyError(file, line, f"column {name!r} appears twice") for name in twice]
    missing = [name for name in required if name not in header]
    errors += [PolicyError(file, line, f"column {name!r} is missing") for name in missing]
    return errors


def _add(found: CsvText, file: str, line: int, header: list[str], cells: list[str]) -> None:
    if len(cells) != len(header):
        message = f"{len(cells)} cells in this row, {len(header)} columns in the header"
        found.errors.append(PolicyError(file, line, message))
    elif any(ord(char) < 32 for cell in cells for char in cell):
        found.errors.append(PolicyError(file, line, "a cell holds a line break or control code"))
    else:
        stated = {name: cell for name, cell in zip(header, cells, strict=True) if cell}
        found.rows.append(Row(line, stated))
