"""Bytes of a CSV file to records, a few at a time: encoding, line ends, quotes (I1).

What is wrong with one record stays with it: a quote that is never closed costs its own line, not
the rest of the file.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from http import HTTPStatus

from handlers.intake.problem import RefusedError

MAX_LINE = 100_000
"""Characters of one record, over all of its lines."""
MAX_LINES = 200
"""Lines of one record."""
QUOTE = '"'
START = 4
"""Bytes that tell what kind of file it is."""

_MULTIBYTE = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
)
_HIGH = re.compile(rb"[\x80-\xff]")
_WORKBOOK = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the file, counted from 1. Of one that is too long only the start is kept."""

    number: int
    text: str


@dataclass(frozen=True, slots=True)
class Record:
    """The cells of the record that starts on `line`, or why they cannot be told apart."""

    line: int
    cells: list[str]
    problem: str | None = None


def encoding_of(chunks: Iterable[bytes]) -> str:
    """The encoding of the whole file: by its byte order mark, UTF-8 where all of it is, else
    Windows-1252. A file with both kinds of bytes counts as UTF-8 and loses single rows.

    Raises RefusedError for what is no text.
    """
    start = b""
    decoder = codecs.getincrementaldecoder("utf-8")("strict")
    is_utf8, size, zeros, high, in_utf8 = True, 0, 0, 0, 0
    for chunk in chunks:
        start += chunk[: START - len(start)]
        size += len(chunk)
        zeros += chunk.count(0)
        # ASCII is counted by nobody: most files are nothing else.
        if not chunk.isascii():
            in_utf8 += sum(len(run) for run in _MULTIBYTE.findall(chunk))
            high += len(_HIGH.findall(chunk))
        is_utf8 = is_utf8 and _decodes(decoder, chunk)
    if not size:
        raise refused("The file is empty. Export it again.")
    found = _by_its_start(start)
    if found is None and zeros * 10 > size:
        raise refused("The file is no text, or UTF-16 without a byte order mark. Save it as UTF-8.")
    if found is not None or (is_utf8 and _decodes(decoder, b"", final=True)):
        return found or "utf-8"
    return "utf-8" if in_utf8 * 2 > high else "cp1252"


def _by_its_start(start: bytes) -> str | None:
    if start.startswith(_WORKBOOK):
        raise refused("The file is an Excel workbook. Save it as CSV (UTF-8) and import that.")
    if start.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        raise refused("The file is UTF-32. Save it as UTF-8.")
    return next((encoding for bom, encoding in _BOMS if start.startswith(bom)), None)


def _decodes(decoder: codecs.IncrementalDecoder, chunk: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(chunk, final)
    except UnicodeDecodeError:
        return False
    return True


def lines(chunks: Iterable[bytes], encoding: str) -> Iterator[Line]:
    """The file's lines without their ends, whichever those are; bytes that are no text become
    lone surrogates, which no later step takes for text.
    """
    number, rest = 0, ""
    for text in _decoded(chunks, encoding):
        *whole, rest = (rest + text).split("\n")
        for line in whole:
            number += 1
            yield Line(number, line[: MAX_LINE + 1])
        rest = rest[: MAX_LINE + 1]
    if rest:
        yield Line(number + 1, rest)


def _decoded(chunks: Iterable[bytes], encoding: str) -> Iterator[str]:
    errors = "surrogatepass" if encoding == "utf-16" else "surrogateescape"
    decoder = io.IncrementalNewlineDecoder(
        codecs.getincrementaldecoder(encoding)(errors), translate=True
    )
    for chunk in chunks:
        yield decoder.decode(chunk)
    try:
        yield decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        yield _CUT_OFF


_CUT_OFF = "\ud800"
"""Stands for half of a character at the end of the file."""


class _Lines:
    """Lines that can be given back."""

    def __init__(self, ahead: Iterator[Line]) -> None:
        self._ahead = ahead
        self._again: deque[Line] = deque()

    def take(self) -> Line | None:
        return self._again.popleft() if self._again else next(self._ahead, None)

    def give_back(self, several: list[Line]) -> None:
        self._again.extendleft(reversed(several))


def records(all_lines: Iterator[Line], delimiter: str) -> Iterator[Record]:
    """Every record that is not blank, those that cannot be read included."""
    ahead = _Lines(all_lines)
    while (line := ahead.take()) is not None:
        if QUOTE in line.text:
            record = _quoted(line, ahead, delimiter)
        else:
            record = Record(line.number, line.text.split(delimiter), _too_long(line.text))
        if record.problem or any(cell and not cell.isspace() for cell in record.cells):
            yield record


def _quoted(first: Line, ahead: _Lines, delimiter: str) -> Record:
    """A record that may go on over several lines. What it took in vain is given back."""
    taken = [first]
    while True:
        text = "\n".join(line.text for line in taken)
        try:
            cells = next(csv.reader([text], delimiter=delimiter, strict=True))
            return Record(first.number, cells, _too_long(text))
        except csv.Error as error:
            is_open = "unexpected end" in str(error)
            if not (is_open and _take_up_to_quote(taken, ahead)):
                ahead.give_back(taken[1:])
                return Record(first.number, [], _OPEN if is_open else _STRAY)


_OPEN = 'a quote (") is opened and never closed. Close it, or delete it'
_STRAY = 'a quote (") stands within a quoted cell. Write it twice ("")'


def _take_up_to_quote(taken: list[Line], ahead: _Lines) -> bool:
    """Take lines up to the next that could close the quote; False when none may."""
    size = sum(len(line.text) for line in taken)
    while len(taken) < MAX_LINES and size <= MAX_LINE and (line := ahead.take()) is not None:
        taken.append(line)
        size += len(line.text)
        if QUOTE in line.text:
            return True
    return False


def _too_long(text: str) -> str | None:
    if len(text) <= MAX_LINE:
        return None
    return f"the row is longer than {MAX_LINE:,} characters. Shorten it"


def refused(detail: str) -> RefusedError:
    """The whole file cannot be used."""
    return RefusedError(HTTPStatus.UNPROCESSABLE_ENTITY, detail)
