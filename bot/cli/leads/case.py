"""`baton case`: what waits for people."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from bot.cli.desk import reading
from bot.cli.output import AsJson, counted, show_json, show_table

app = typer.Typer(no_args_is_help=True, help="Exception cases.")


@app.callback()
def case() -> None:
    """Exception cases."""


@app.command("list")
def list_cases(
    state: Annotated[Literal["open", "resolved"], typer.Option(help="Which cases.")] = "open",
    limit: Annotated[int, typer.Option(min=1, max=10_000)] = 200,
    as_json: AsJson = False,
) -> None:
    """Cases in this state, oldest first."""
    with reading() as (_, work):
        cases = work.cases.listed(state, limit)
    if as_json:
        show_json(cases)
        return
    rows = [(c.id, c.lead_id, c.kind, c.reason, f"{c.due_at:%Y-%m-%d %H:%M}Z") for c in cases]
    show_table(counted(len(cases), "case"), ("case", "lead", "kind", "reason", "due"), rows)
