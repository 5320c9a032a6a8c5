"""How commands answer: tables for people, JSON for programs, exit codes for both."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from typing import Annotated, Any, NoReturn

import typer
from pydantic import BaseModel
from rich.console import Console
from rich.text import Text

from bot.cli.table import Grid, printed

FINDING = 1
USAGE = 2

AsJson = Annotated[bool, typer.Option("--json", help="Answer in JSON.")]

# A terminal obeys these, or they reorder what stands beside them. Text from strangers holds them.
_UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")

console = Console()
errors = Console(stderr=True)


def show_json(value: object) -> None:
    """Print a value, or a list of values, as JSON on standard output."""
    typer.echo(_as_json(value, indent=2))


def show_json_line(value: object) -> None:
    """Print a value as JSON on one line of standard output."""
    typer.echo(_as_json(value, indent=None))


def _as_json(value: object, indent: int | None) -> str:
    text = json.dumps(value, default=_plain, indent=indent, ensure_ascii=False)
    return _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _plain(value: object) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    raise TypeError(f"{type(value).__name__} has no JSON form")


def show_table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print a table; what a lead typed is shown as it is, never read as markup."""
    cells = [[_safe("" if cell is None else str(cell)) for cell in row] for row in rows]
    printed(console, _safe(title), Grid(columns, cells))


def show_lines(lines: Iterable[str]) -> None:
    for line in lines:
        console.print(_literal(line), soft_wrap=True)


def _literal(text: str) -> Text:
    """The text as it is: no markup, and nothing that a terminal takes for a command."""
    return Text(_safe(text))


def _safe(text: str) -> str:
    return _UNSAFE.sub("\ufffd", text)


def fail(message: str, code: int = USAGE) -> NoReturn:
    """End with a message on standard error: 1 for a finding, 2 for what was asked wrongly."""
    errors.print(_literal(message), soft_wrap=True)
    raise typer.Exit(code)


def counted(number: int, one: str) -> str:
    """`1 lead`, `2 leads`."""
    return f"{number} {one}" if number == 1 else f"{number} {one}s"
