"""A CSV export of leads, read for the matcher: columns by name, one record a row."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from handlers.intake.csv_columns import TELLING, fold, read_columns
from handlers.intake.csv_text import Record as Row
from handlers.intake.csv_text import encoding_of, lines, records, refused
from routing.matching.record import Record
from routing.matching.rows import COLUMNS, record_of_row
from routing.normalise.aliases import DEFAULT_ALIASES, Aliases

DELIMITERS = (",", ";", "\t", "|")
READ = 64 * 1024
ID = "lead_id"
NAMED_OTHERWISE = {"full_name": "name"}
"""Columns that other readers of Baton know by another name."""


@dataclass
class LeadTable:
    """The records of a file and what was wrong with it, each problem with its line.

    `left_out` counts the rows that are no record.
    """

    records: list[Record] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    left_out: int = 0


def read_lead_table(
    file: Path, seen: Callable[[int], object], aliases: Aliases = DEFAULT_ALIASES
) -> LeadTable:
    """Every row that can be read; `seen` is told the size of each piece of the file.

    RefusedError when the file is no text or none of its columns names or reaches anybody.
    """
    encoding = encoding_of(_pieces(file, lambda size: None))
    delimiter, header = _layout(file, encoding)
    reader = _Reader(_places(header), len(header), aliases)
    found = records(lines(_pieces(file, seen), encoding), delimiter)
    next(found, None)
    for row in found:
        reader.take(row)
    return reader.table


def _pieces(file: Path, seen: Callable[[int], object]) -> Iterator[bytes]:
    with file.open("rb") as opened:
        while piece := opened.read(READ):
            seen(len(piece))
            yield piece


def _layout(file: Path, encoding: str) -> tuple[str, list[str]]:
    """The delimiter under which most columns of the header have a meaning, and the header."""
    headers = {sign: _header(file, encoding, sign) for sign in DELIMITERS}
    delimiter = max(DELIMITERS, key=lambda sign: len(_places(headers[sign])))
    header = headers[delimiter]
    if not _places(header).keys() & {*TELLING, "full_name"}:
        shown = ", ".join(name[:40] for name in header[:10])
        raise refused(
            "No column of the file names or reaches anybody. Its first row must hold column names "
            f"such as email, full_name, phone or company. Found: {shown}."
        )
    return delimiter, header


def _header(file: Path, encoding: str, delimiter: str) -> list[str]:
    first = next(records(lines(_pieces(file, lambda size: None), encoding), delimiter), None)
    return first.cells if first else []


def _places(header: Sequence[str]) -> dict[str, int]:
    """Where each column of the matcher stands; one of its own name goes before another name."""
    own = {fold(name): at for at, name in reversed(list(enumerate(header)))}
    other = read_columns(header, {}).of_field
    places = {name: own[fold(name)] for name in COLUMNS if fold(name) in own}
    for name in COLUMNS:
        ranks = other.get(NAMED_OTHERWISE.get(name, name), ())
        free = [at for equals in ranks for at in equals if at not in places.values()]
        if name not in places and free:
            places[name] = free[0]
    return places


class _Reader:
    def __init__(self, places: dict[str, int], width: int, aliases: Aliases) -> None:
        self._places = places
        self._width = width
        self._aliases = aliases
        self._ids: set[str] = set()
        self.table = LeadTable()

    def take(self, row: Row) -> None:
        problem = row.problem or self._ragged(row.cells)
        if problem:
            self.table.left_out += 1
            self.table.problems.append(f"line {row.line}: {problem}. The row was left out.")
            return
        cells = {name: row.cells[at].strip() for name, at in self._places.items()}
        lead_id = self._free_id(row.line, cells.get(ID, ""))
        self.table.records.append(record_of_row(cells, lead_id, self._aliases))

    def _ragged(self, cells: list[str]) -> str | None:
        if len(cells) >= self._width and not any(cell.strip() for cell in cells[self._width :]):
            return None
        return (
            f"{len(cells)} cells where the header has {self._width}; put cells that hold the "
            'delimiter in quotes (")'
        )

    def _free_id(self, line: int, given: str) -> str:
        """The row's own id; the line where it has none, or where another row has it already."""
        lead_id = given or f"line {line}"
        if lead_id in self._ids:
            lead_id = f"{given} (line {line})"
            self.table.problems.append(f"line {line}: another row has this id; told as {lead_id}.")
        self._ids.add(lead_id)
        return lead_id
