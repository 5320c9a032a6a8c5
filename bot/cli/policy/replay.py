"""`baton policy replay`: past decisions made again (R7)."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.desk import started
from bot.cli.output import FINDING, AsJson, fail, show_json, show_lines
from bot.policy_folder import read_policy_folder
from handlers.flows.policy.replay_policy import Repeated, replay_by, replay_same
from handlers.flows.ports import Ports
from routing.policy.model import Policy
from routing.policy.reading.errors import PolicyErrors
from routing.policy.reading.load import load_policy
from routing.replay.impact import in_words


def add_to(app: typer.Typer) -> None:
    """Add the command to the group `policy`."""
    app.command()(replay)


def replay(
    folder: Annotated[Path | None, typer.Argument(help="A policy folder to replay with.")] = None,
    version: Annotated[int | None, typer.Option(help="A version to replay with.")] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Only the newest so many.")] = None,
    as_json: AsJson = False,
) -> None:
    """Make stored decisions again: each by its own version must come out the same; exit 1 if not.

    With a folder or a version it says whom that policy would have moved.
    """
    with started() as ports:
        if folder is None and version is None:
            _show_same(replay_same(ports, limit), as_json)
        else:
            policy = _policy(ports, folder, version)
            impact = replay_by(ports, policy, version or 0, limit)
            if as_json:
                show_json(impact)
            else:
                show_lines(in_words(impact, policy))


def _show_same(done: Repeated, as_json: bool) -> None:
    if as_json:
        counts = {"decisions": done.decisions, "older": done.older, "orphans": done.orphans}
        show_json(counts | {"differing": list(done.differing)})
    else:
        show_lines(
            [f"{done.decisions:,} decisions made again, {done.differed:,} came out otherwise."]
        )
        if done.older:
            show_lines([f"{done.older:,} were made by an older arithmetic and are skipped."])
        show_lines(f"  {line}" for line in done.differing)
        if done.orphans:
            show_lines([f"{done.orphans:,} cannot be made again, for want of their policy:"])
            show_lines(f"  version {number}: {why}" for number, why in done.unread.items())
    if done.differed or done.orphans:
        raise typer.Exit(FINDING)


def _policy(ports: Ports, folder: Path | None, version: int | None) -> Policy:
    if folder is not None and version is not None:
        fail("Name a folder or a version, not both.")
    try:
        if folder is not None:
            return load_policy(read_policy_folder(folder, named=True))
        with ports.database.reading() as work:
            return ports.policies.version(work, version or 1)
    except FileNotFoundError as error:
        fail(str(error))
    except PolicyErrors as wrong:
        fail(str(wrong), FINDING)
    except KeyError:
        fail(f"There is no version {version}. See `baton policy versions`.", FINDING)
