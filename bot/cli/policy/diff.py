"""`baton policy diff`: what differs between two policies, in words."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.desk import read_settings
from bot.cli.leads.preview import read_policy
from bot.cli.output import AsJson, show_json, show_lines
from bot.cli.policy.trying import stored_policy
from routing.policy.diff import differences, is_only_availability
from routing.policy.model import Policy


def add_to(app: typer.Typer) -> None:
    app.command()(diff)


def diff(
    old: Annotated[str, typer.Argument(help="A folder, or the number of a stored version.")],
    new: Annotated[str | None, typer.Argument(help="As OLD. Default: BATON_POLICY_DIR.")] = None,
    as_json: AsJson = False,
) -> None:
    """Say in words what differs between two policies; spaces and comments are no difference."""
    before = _policy(old)
    after = _policy(new or str(read_settings().policy_dir))
    found = differences(before, after)
    present = is_only_availability(before, after)
    if as_json:
        show_json(
            {"differences": [one.model_dump() for one in found], "only_availability": present}
        )
        return
    for file, group in groupby(found, key=lambda one: one.file):
        show_lines([file, *(f"  {one.words}" for one in group)])
    if not found:
        show_lines(["Both policies say the same."])
    elif present:
        show_lines(["Only who is there differs: such a change needs no approval."])


def _policy(name: str) -> Policy:
    return stored_policy(int(name)) if name.isdigit() else read_policy(Path(name))
