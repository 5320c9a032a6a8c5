"""How commands answer: tables for people, JSON for programs, exit codes for both."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Annotated, Any, NoReturn

import typer
from pydantic import BaseModel
from rich.console import Console
from rich.table import Table
from rich.text import Text

FINDING = 1
USAGE = 2

AsJson = Annotated[bool, typer.Option("--json", help="Answer in JSON.")]

console = Console()
errors = Console(stderr=True)


def show_json(value: object) -> None:
    """Print a value, or a list of values, as JSON on standard output."""
    typer.echo(json.dumps(value, default=_plain, indent=2, ensure_ascii=False))


def _plain(value: object) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    raise TypeError(f"{type(value).__name__} has no JSON form")


def show_table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print a table; what a lead typed is shown as it is, never read as markup."""
    table = Table(title=title, title_justify="left")
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(Text("" if cell is None else str(cell)) for cell in row))
    console.print(table)


def show_lines(lines: Iterable[str]) -> None:
    for line in lines:
        console.print(Text(line), soft_wrap=True)


def fail(message: str, code: int = USAGE) -> NoReturn:
    """End with a message on standard error: 1 for a finding, 2 for what was asked wrongly."""
    errors.print(Text(message), soft_wrap=True)
    raise typer.Exit(code)
