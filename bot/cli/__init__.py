"""The `baton` command: one group a file, one line each."""

from __future__ import annotations

from importlib import metadata
from typing import Annotated

import typer

from bot.cli import audit, database, health, people, policy, run, switch, work
from bot.cli.leads import aliases, case, duplicates, imports, lead, merge, preview, queue

app = typer.Typer(
    name="baton",
    help="A Slack-first lead router: policy decides, people override, nothing is lost.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.callback(invoke_without_command=True)
def baton(version: Annotated[bool, typer.Option("--version", help="Say which.")] = False) -> None:
    """A Slack-first lead router: policy decides, people override, nothing is lost."""
    if version:
        typer.echo(f"baton {metadata.version('baton')}")
        raise typer.Exit


app.command("run")(run.run)
app.command("sandbox")(run.sandbox)
app.command("health")(health.health)
app.command("import")(imports.import_file)
app.command("preview")(preview.preview)
app.add_typer(lead.app, name="lead")
app.add_typer(case.app, name="case")
app.add_typer(queue.app, name="queue")
app.add_typer(people.app, name="people")
app.add_typer(policy.app, name="policy")
app.add_typer(switch.app, name="switch")
app.add_typer(duplicates.app, name="duplicates")
app.add_typer(aliases.app, name="aliases")
app.add_typer(merge.app, name="merge")
app.add_typer(audit.app, name="audit")
app.add_typer(work.app, name="work")
app.add_typer(database.app, name="db")


def main() -> None:
    app()
