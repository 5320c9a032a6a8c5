"""`baton policy versions` and `export`: what is stored, and its files in a folder."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.desk import reading
from bot.cli.output import FINDING, AsJson, counted, fail, show_json, show_lines, show_table
from handlers.flows.policy.roll_back_policy import taken_back
from storage.database.base import MissingError
from storage.policy.policies import PolicyVersion

Limit = Annotated[int, typer.Option(min=1, max=10_000)]


def add_to(app: typer.Typer) -> None:
    """Add the commands to the group `policy`."""
    app.command()(versions)
    app.command()(export)


def versions(limit: Limit = 20, as_json: AsJson = False) -> None:
    """Policy versions, the newest first; the version in force is marked."""
    with reading() as (_, work):
        found = work.policies.listed(limit)
        active = work.policies.active_version()
        undone = taken_back(work.policies.once_in_force())
    if as_json:
        show_json([v.model_dump(mode="json", exclude={"files"}) | {"in_force": v.version == active}
                   for v in found])  # fmt: skip
        return
    rows = [
        (
            v.version,
            _standing(v, active, undone),
            f"{v.activated_at:%Y-%m-%d %H:%M}Z" if v.activated_at else "",
            v.activated_by,
            f"back to version {v.restores}" if v.restores else v.proposal_id,
        )
        for v in found
    ]
    names = ("version", "state", "since", "by", "came from")
    show_table(counted(len(found), "version"), names, rows)


def _standing(version: PolicyVersion, active: int | None, undone: Collection[int]) -> str:
    if version.version == active:
        return "in force"
    if version.activated_at is None:
        return "tried"
    return "rolled back" if version.version in undone else "earlier"


def export(
    folder: Annotated[Path, typer.Argument(help="A folder, made when it is not there.")],
    version: Annotated[int | None, typer.Option(help="Default: the one in force.")] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Overwrite files that say something else.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Write a version's files into a folder, to put them under version control."""
    with reading() as (_, work):
        wanted = version or work.policies.active_version() or 1
        try:
            files = work.policies.get(wanted).files
        except MissingError:
            fail(f"There is no version {wanted}. See `baton policy versions`.", FINDING)
    if not force:
        _require_no_loss(folder, files)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            (folder / name).write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        fail(f"{error.filename} cannot be written: {error.strerror}.")
    if as_json:
        show_json({"version": wanted, "files": sorted(files)})
    else:
        show_lines([f"{len(files)} files of version {wanted} are in {folder}."])


def _require_no_loss(folder: Path, files: Mapping[str, str]) -> None:
    """End the command, nothing written, when a file would lose what it says."""
    lost = [name for name, text in sorted(files.items()) if _says_else(folder / name, text)]
    if lost:
        fail(
            f"{folder} has other content in {', '.join(lost)}: nothing is written. Name another "
            "folder, or overwrite them with --force.",
            FINDING,
        )


def _says_else(path: Path, text: str) -> bool:
    if not path.exists():
        return False
    try:
        return path.read_bytes() != text.encode()
    except OSError:
        return True
