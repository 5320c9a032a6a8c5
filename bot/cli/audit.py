"""`baton audit`: prove that the record is whole."""

from __future__ import annotations

import typer

from bot.cli.desk import open_desk
from bot.cli.output import FINDING, AsJson, show_json, show_lines

app = typer.Typer(no_args_is_help=True, help="The append-only record.")


@app.callback()
def audit() -> None:
    """The append-only record."""


@app.command()
def verify(as_json: AsJson = False) -> None:
    """Check every hash of every chain; exit 1 and name each break if there is one."""
    with open_desk() as ports, ports.database.snapshot() as work:
        faults = list(work.audit.faults())
        streams, entries = work.audit.count()
    if as_json:
        show_json({"streams": streams, "entries": entries, "faults": faults})
    else:
        show_lines(faults)
        verdict = "The audit is broken" if faults else "The audit is whole"
        show_lines([f"{verdict}: {entries} entries in {streams} chains, {len(faults)} breaks."])
    if faults:
        raise typer.Exit(FINDING)
