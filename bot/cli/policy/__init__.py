"""`baton policy`: what the tables say, whether they hold, what they would do."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.desk import read_settings
from bot.cli.output import FINDING, AsJson, counted, fail, show_json, show_lines
from bot.cli.policy import changes, diff, replay, schema, trying, versions
from bot.connectors.enrichment.directory import DirectoryEnricher, DirectoryError
from bot.policy_folder import DIRECTORY, read_policy_folder
from routing.policy.reading.errors import PolicyErrors
from routing.policy.reading.load import load_policy_with_warnings

app = typer.Typer(no_args_is_help=True, help="Policy: the tables that decide.")


@app.callback()
def policy() -> None:
    """Policy: the tables that decide."""


trying.add_to(app)
diff.add_to(app)
schema.add_to(app)
changes.add_to(app)
versions.add_to(app)
replay.add_to(app)


@app.command()
def check(
    folder: Annotated[Path | None, typer.Argument(help="Default: BATON_POLICY_DIR.")] = None,
    as_json: AsJson = False,
) -> None:
    """Read the whole policy and report every error at once, with file and line."""
    named, folder = folder is not None, folder or read_settings().policy_dir
    errors, warnings = _problems(folder, named=named)
    if as_json:
        show_json({"errors": errors, "warnings": warnings})
    else:
        show_lines(errors)
        show_lines(f"warning: {warning}" for warning in warnings)
        if not errors:
            noted = f", with {counted(len(warnings), 'warning')}" if warnings else ""
            show_lines([f"{folder}: the policy is sound{noted}."])
    if errors:
        raise typer.Exit(FINDING)


def _problems(folder: Path, *, named: bool) -> tuple[list[str], list[str]]:
    try:
        _, warnings = load_policy_with_warnings(read_policy_folder(folder, named=named))
        DirectoryEnricher(folder / DIRECTORY)
    except FileNotFoundError as error:
        fail(str(error))
    except PolicyErrors as refused:
        return [str(error) for error in refused.errors], []
    except DirectoryError as error:
        return [str(error)], []
    return [], [str(warning) for warning in warnings]
