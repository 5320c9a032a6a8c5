"""`baton policy export`: a version's files in a folder."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.desk import reading
from bot.cli.output import FINDING, AsJson, fail, show_json, show_lines
from storage.database.base import MissingError


def add_to(app: typer.Typer) -> None:
    """Add the command to the group `policy`."""
    app.command()(export)


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
