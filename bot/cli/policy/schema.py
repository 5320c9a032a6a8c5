"""`baton policy schema`: JSON Schema of the policy's files, for editors."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.output import AsJson, fail, show_json, show_lines
from routing.policy.reading.errors import nearest
from routing.policy.reading.load import FILES
from routing.policy.reading.schema import schemas

OPTION = typer.Option(help="One file of the policy: rules.csv, pools or sla.yml.")
OUT = typer.Option(help="Write NAME.schema.json for each file into this folder.")


def add_to(app: typer.Typer) -> None:
    app.command()(schema)


def schema(
    file: Annotated[str | None, OPTION] = None,
    out: Annotated[Path | None, OUT] = None,
    as_json: AsJson = False,
) -> None:
    """Show the JSON Schema of the policy's files, for editors that check while you type.

    Of a CSV file it is the schema of one row: its columns. The answer is JSON with and without
    --json, unless --out writes files.
    """
    found = schemas()
    if file is not None:
        name = _named(file)
        found = {name: found[name]}
    if out is None:
        show_json(found if file is None else next(iter(found.values())))
        return
    written = [_write(out, name, one) for name, one in found.items()]
    show_json(written) if as_json else show_lines(written)


def _named(file: str) -> str:
    """The file of this name, with or without its ending."""
    known = {name.partition(".")[0]: name for name in FILES}
    found = known.get(file.partition(".")[0])
    if found is None or ("." in file and file != found):
        hint = nearest(file, (*known, *FILES))
        fail(f"{file!r} is no file of a policy.{f' Did you mean {hint}?' if hint else ''}")
    return found


def _write(folder: Path, name: str, schema: object) -> str:
    path = folder / f"{name.partition('.')[0]}.schema.json"
    text = json.dumps(schema, indent=2, ensure_ascii=False)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{text}\n", encoding="utf-8")
    except OSError as error:
        fail(f"{path} cannot be written: {error.strerror}.")
    return str(path)
