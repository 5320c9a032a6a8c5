"""`baton db`: the schema."""

from __future__ import annotations

import typer

from bot.cli.desk import open_desk
from bot.cli.output import AsJson, show_json, show_lines
from storage.schema import revision

app = typer.Typer(no_args_is_help=True, help="The database.")


@app.callback()
def database() -> None:
    """The database."""


@app.command()
def upgrade(as_json: AsJson = False) -> None:
    """Bring the schema to the newest revision; `baton run` does it too."""
    with open_desk() as ports, ports.database.reading() as work:
        now = revision(work.connection)
    if as_json:
        show_json({"revision": now})
    else:
        show_lines([f"The schema is at revision {now}."])
