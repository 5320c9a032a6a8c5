"""`baton preview`: what Baton would make of raw leads; nothing is stored, nobody is asked."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, BinaryIO

import typer

from bot.cli.desk import read_settings
from bot.cli.output import FINDING, AsJson, fail, show_json_line
from bot.clock import SystemClock
from bot.connectors.enrichment.directory import DirectoryError
from bot.connectors.enrichment.enrichers import PolicyEnrichers
from bot.policy_folder import DIRECTORY, read_policy_folder
from handlers.flows.looking.preview import PreviewDesk
from handlers.intake.problem import RefusedError
from handlers.intake.raw_line import raw_lead
from routing.policy.model import Policy
from routing.policy.reading.errors import PolicyErrors
from routing.policy.reading.load import load_policy
from routing.policy.tables.sources import SourcePolicy

MAX_LINE = 1_048_576
"""Bytes of one line; what is longer is no lead, and is not kept in memory."""


def preview(
    source: Annotated[
        str | None, typer.Option(help="A source of policy/sources.yml. Default: the first form.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Read raw leads as JSON lines and say what Baton makes of each; nothing is stored.

    One JSON line for each line, in its order: fields, flags, score and decision, each lead decided
    by itself from an empty state. A line that is no lead gets its error and makes the exit code 1.
    The answer is JSON with and without --json.
    """
    desk = _desk(source)
    refused = 0
    for number, line in enumerate(lines_of(sys.stdin.buffer), start=1):
        try:
            answer: object = desk.preview(raw_lead(desk.source, line))
        except RefusedError as error:
            refused += 1
            answer = {"error": told(error), "line": number}
        show_json_line(answer)
    if refused:
        raise typer.Exit(FINDING)


def told(refused: RefusedError) -> str:
    return " ".join([refused.detail, *(f"{p.field} {p.detail}." for p in refused.problems)])


def lines_of(stream: BinaryIO) -> Iterator[bytes]:
    """Each line; of one that is too long only the beginning, which is then no JSON."""
    while line := stream.readline(MAX_LINE):
        yield line
        while not line.endswith(b"\n") and (line := stream.readline(MAX_LINE)):
            pass


def _desk(source: str | None) -> PreviewDesk:
    folder = read_settings().policy_dir
    policy = read_policy(folder)
    return PreviewDesk(
        policy, source_of(policy, source, folder), open_files(folder), SystemClock().now()
    )


def read_policy(folder: Path) -> Policy:
    """The policy of a folder; ends the command when it has errors."""
    try:
        return load_policy(read_policy_folder(folder))
    except FileNotFoundError as error:
        fail(str(error))
    except PolicyErrors as error:
        fail(
            f"{_few(error)}\nThe policy in {folder} has errors: see `baton policy check {folder}`."
        )


def open_files(folder: Path) -> PolicyEnrichers:
    """The files beside the policy that know companies; no service is asked."""
    enrichers = PolicyEnrichers(folder, secret_of=_no_secret)
    try:
        if (folder / DIRECTORY).exists():
            enrichers.open_file(DIRECTORY)
    except (FileNotFoundError, DirectoryError) as error:
        fail(str(error))
    return enrichers


def _no_secret(name: str) -> str | None:
    """No service is asked, so none needs its secret."""
    return None


def _few(refused: PolicyErrors) -> str:
    return "\n".join(map(str, refused.errors[:5]))


def source_of(policy: Policy, name: str | None, folder: Path) -> SourcePolicy:
    """The source of this id; the first form where none is named."""
    known = {source.id: source for source in policy.sources}
    forms = (source for source in policy.sources if source.kind == "web")
    found = known.get(name) if name is not None else next(forms, None)
    if found is None:
        wrong = f"There is no source {name!r}" if name is not None else "There is no form"
        fail(f"{wrong} in {folder}. Name one with --source: {', '.join(known) or 'none is there'}.")
    return found
