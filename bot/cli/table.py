"""Tables that can be read at any width: no word is broken, and none is cut.

Where lines are long enough, a table with borders; where they are not, one without, whose cells
take several lines; and where even that would be longer than each row as a list of its cells, that.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil

from rich.cells import cell_len
from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

BORDERS = 3
"""Characters that a bordered table needs beside each column, and one at its end."""
GAP = 2
"""Characters between the columns of a table without borders."""


@dataclass(frozen=True)
class Grid:
    """The cells of a table as plain text, at least one column."""

    columns: Sequence[str]
    rows: Sequence[Sequence[str]]

    @property
    def lines(self) -> list[int]:
        """The width of each column's longest line."""
        return [max(map(cell_len, _lines(column))) for column in self._down()]

    @property
    def words(self) -> list[int]:
        """The width of each column's longest word."""
        return [max(map(cell_len, " ".join(column).split())) for column in self._down()]

    def _down(self) -> list[list[str]]:
        return [list(column) for column in zip(self.columns, *self.rows, strict=True)]


def laid_out(grid: Grid, width: int | None) -> Iterator[RenderableType]:
    """The table in so many characters; as wide as it is without a width."""
    if width is None or sum(grid.lines) + BORDERS * len(grid.columns) + 1 <= width:
        yield _bordered(grid)
        return
    widths = _widths(grid, width)
    if widths is not None and _height(grid, widths) <= _stacked_height(grid):
        yield _open(grid, widths)
    else:
        yield from map(Text, _stacked(grid, width))


def whole_width(grid: Grid) -> int:
    """Characters of the bordered table."""
    return sum(grid.lines) + BORDERS * len(grid.columns) + 1


def _bordered(grid: Grid) -> Table:
    table = Table()
    for column in grid.columns:
        table.add_column(Text(column), no_wrap=True)
    return _filled(table, grid)


def _open(grid: Grid, widths: Sequence[int]) -> Table:
    table = Table(box=None, padding=(0, GAP, 0, 0), pad_edge=False)
    for column, width in zip(grid.columns, widths, strict=True):
        table.add_column(Text(column), width=width)
    return _filled(table, grid)


def _filled(table: Table, grid: Grid) -> Table:
    for row in grid.rows:
        table.add_row(*map(Text, row))
    return table


def _widths(grid: Grid, width: int) -> list[int] | None:
    """Room for each column, no word broken; None when there is too little for that."""
    widths, wanted = grid.words, grid.lines
    spare = width - sum(widths) - GAP * (len(widths) - 1)
    if spare < 0:
        return None
    by_need = sorted(range(len(widths)), key=lambda at: wanted[at] - widths[at])
    for place, at in enumerate(by_need):
        given = min(wanted[at] - widths[at], spare // (len(widths) - place))
        widths[at] += given
        spare -= given
    return widths


def _height(grid: Grid, widths: Sequence[int]) -> int:
    """About how many lines the rows take."""
    return sum(
        max(
            sum(max(1, ceil(cell_len(line) / width)) for line in cell.split("\n"))
            for cell, width in zip(row, widths, strict=True)
        )
        for row in grid.rows
    )


def _stacked_height(grid: Grid) -> int:
    return sum(1 + sum(cell.count("\n") + 1 for cell in row if cell) for row in grid.rows)


def _stacked(grid: Grid, width: int) -> Iterator[str]:
    """Each row as lines of `column  cell`, a blank line between; of two columns each in a line."""
    if len(grid.columns) == 2:
        for name, value in grid.rows:
            yield from _wrapped(f"{name}: ", value, width)
        return
    label = max(map(cell_len, grid.columns)) + GAP
    for number, row in enumerate(grid.rows):
        if number:
            yield ""
        for column, cell in zip(grid.columns, row, strict=True):
            if cell:
                yield from _wrapped(column.ljust(label), cell, width)


def _wrapped(head: str, cell: str, width: int) -> Iterator[str]:
    indent = " " * len(head)
    for number, line in enumerate(cell.split("\n")):
        yield from textwrap.wrap(
            line,
            max(width, len(head) + 1),
            initial_indent=indent if number else head,
            subsequent_indent=indent,
            break_long_words=False,
            break_on_hyphens=False,
        ) or [indent if number else head.rstrip()]


def _lines(cells: Sequence[str]) -> list[str]:
    return [line for cell in cells for line in cell.split("\n")]


def printed(console: Console, title: str, grid: Grid) -> None:
    """The table, fit for a terminal; whole for a file or another program."""
    width = console.width if console.is_terminal else None
    console.print(Text(title, style="italic"), soft_wrap=True)
    wide = console if width else Console(width=max(whole_width(grid), console.width))
    for part in laid_out(grid, width):
        wide.print(part, soft_wrap=isinstance(part, Text))
