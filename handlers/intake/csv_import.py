"""CSV imports: a file of many leads, one row each (I1).

What is wrong with a row is said of that row; the rest of the file goes on.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from handlers.flows.draft import ImportedRow, LeadDraft, TableLayout
from handlers.intake.csv_columns import TELLING, Columns, read_columns
from handlers.intake.csv_text import MAX_LINE, Record, encoding_of, lines, records, refused
from handlers.intake.fields import LEAD_FIELDS, MAX_SOURCE_ID, SOURCE_ID
from handlers.intake.reading import is_broken
from routing.normalise.lead import RawLead
from routing.policy.tables.sources import SourcePolicy

DELIMITERS = (",", ";", "\t", "|")
MAX_CELL = 32_767
"""Characters; what a spreadsheet's cell can hold."""
MAX_COLUMNS = 500
HEADER_BYTES = 4 * MAX_LINE
AGAIN = "and import the file again"

# A spreadsheet would run these: `=cmd|...`, `@SUM(...)`, `+HYPERLINK(...)`. Phone numbers are fine.
_FORMULA = re.compile(r"\s*(?:=[^=\s]|[@+\-][A-Za-z.]+[(|!])")
_SEPARATOR = re.compile(r"sep=(.)")


class CsvReader:
    """Reads whole files from their chunks of bytes, each time from the start."""

    def look(self, source: SourcePolicy, chunks: Iterable[bytes]) -> TableLayout:
        """How the file is to be read. RefusedError when no row of it can be a lead."""
        found: list[bytes] = []
        encoding = encoding_of(_watched(chunks, found))
        delimiter, columns = _best_delimiter(source, found, encoding)
        if not columns.is_usable:
            shown = ", ".join(columns.names[:10])
            raise refused(
                "No column of the file names or reaches anybody. Its first row must hold column "
                f"names such as email, name, phone or company, or those that the source's fields "
                f"in policy/sources.yml map. Found: {shown}."
            )
        if len(columns.names) > MAX_COLUMNS:
            raise refused(f"The file has more than {MAX_COLUMNS} columns. Leave some out.")
        return TableLayout(encoding, delimiter, columns.unknown)

    def rows(
        self, source: SourcePolicy, layout: TableLayout, chunks: Iterable[bytes], *, after: int = 0
    ) -> Iterator[ImportedRow]:
        """Every row that starts below line `after`, as a draft or with its problem."""
        found = _records(chunks, layout.encoding, layout.delimiter)
        header = next(found, None)
        if header is None:
            return
        sheet = _Sheet(source, read_columns(header.cells, source.fields))
        for record in found:
            if record.line > after:
                yield sheet.row(record)


def _watched(chunks: Iterable[bytes], found: list[bytes]) -> Iterator[bytes]:
    """The chunks; those that hold the header are kept in `found`."""
    size = 0
    for chunk in chunks:
        if size < HEADER_BYTES:
            found.append(chunk)
        size += len(chunk)
        yield chunk


def _best_delimiter(source: SourcePolicy, start: list[bytes], encoding: str) -> tuple[str, Columns]:
    """The delimiter that gives the header the most columns with a meaning."""
    found = []
    for delimiter in DELIMITERS:
        # The start may end within a character; the end of the file is looked at elsewhere.
        header = next(_records(start, encoding, delimiter), None)
        columns = read_columns(header.cells if header else [], source.fields)
        found.append((columns.known, len(columns.names), delimiter, columns))
    _, _, delimiter, columns = max(found, key=lambda one: one[:2])
    return delimiter, columns


def _records(chunks: Iterable[bytes], encoding: str, delimiter: str) -> Iterator[Record]:
    """The header first; a spreadsheet's `sep=;` line before it is no record."""
    for at, record in enumerate(records(lines(chunks, encoding), delimiter)):
        if at or not _SEPARATOR.fullmatch(delimiter.join(record.cells).strip()):
            yield record


@dataclass(frozen=True)
class _Sheet:
    """One file's source and columns."""

    source: SourcePolicy
    columns: Columns

    def row(self, record: Record) -> ImportedRow:
        problems = [record.problem] if record.problem else self._problems(record.cells)
        if problems:
            said = "; ".join(problems)
            return ImportedRow(record.line, None, f"line {record.line}: {said}, {AGAIN}.")
        return ImportedRow(record.line, self._draft(record.cells))

    def _problems(self, cells: list[str]) -> list[str]:
        """What keeps the row from being a lead, each with what to do."""
        width = len(self.columns.names)
        if len(cells) < width or any(cell.strip() for cell in cells[width:]):
            return [
                f"{len(cells)} cells where the header has {width}. Put cells that hold the "
                'delimiter or a line break in quotes ("), or add what is missing'
            ]
        found = [
            f"{self.columns.called(at)}: {problem}"
            for at, cell in enumerate(cells[:width])
            if (problem := _problem_of(cell))
        ]
        found += self._contradictions(cells) + self._formulas(cells)
        return found or self._nobody(cells)

    def _contradictions(self, cells: list[str]) -> list[str]:
        """Two columns of one meaning that say different things: nobody can tell which is right."""
        return [
            f"{' and '.join(map(self.columns.called, equals))} both hold {field}, and not the "
            "same one. Empty one of the cells"
            for field, ranks in self.columns.of_field.items()
            for equals in ranks
            if len({cells[at].strip() for at in equals} - {""}) > 1
        ]

    def _formulas(self, cells: list[str]) -> list[str]:
        used = {at for ranks in self.columns.of_field.values() for equals in ranks for at in equals}
        return [
            f"{self.columns.called(at)}: holds a formula. Put its value there"
            for at in sorted(used)
            if _FORMULA.match(cells[at])
        ]

    def _nobody(self, cells: list[str]) -> list[str]:
        source_id = self._value(cells, SOURCE_ID)
        if source_id is not None and len(source_id.strip()) > MAX_SOURCE_ID:
            return [f"{SOURCE_ID} is longer than {MAX_SOURCE_ID} characters. Shorten it"]
        if any(self._value(cells, field) for field in TELLING):
            return []
        return ["nothing names or reaches anybody. Add an e-mail, a name, a phone or a company"]

    def _value(self, cells: list[str], field: str) -> str | None:
        """The first cell of the field that is not blank, the preferred column first."""
        for equals in self.columns.of_field.get(field, ()):
            for at in equals:
                if cells[at] and not cells[at].isspace():
                    return cells[at]
        return None

    def _draft(self, cells: list[str]) -> LeadDraft:
        """The row with every column, also those without a meaning, as its payload.

        A row with no id of its own is known by what it says: the same row is the same delivery.
        """
        named = {name: cell for name, cell in zip(self.columns.names, cells, strict=False) if cell}
        payload = json.dumps(named, ensure_ascii=False, sort_keys=True).encode()
        source_id = (self._value(cells, SOURCE_ID) or "").strip() or None
        return LeadDraft(
            source=self.source,
            delivery_key=None if source_id else f"row:{hashlib.sha256(payload).hexdigest()}",
            source_id=source_id,
            raw=RawLead(**{field: self._value(cells, field) for field in LEAD_FIELDS}),
            payload=payload,
            content_type="application/json",
        )


def _problem_of(cell: str) -> str | None:
    if cell.isascii() and "\0" not in cell and len(cell) <= MAX_CELL:
        return None
    if is_broken(cell):
        return "holds characters that cannot be read. Type the cell anew"
    if len(cell) > MAX_CELL:
        return f"is longer than {MAX_CELL:,} characters. Shorten it"
    return None
