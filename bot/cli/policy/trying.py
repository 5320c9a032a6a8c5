"""`baton policy explain` and `simulate`: leads that nobody sent, decided as if they had come."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, BinaryIO

import typer

from bot.cli.desk import read_settings, reading
from bot.cli.leads.preview import lines_of, open_files, read_policy, source_of, told
from bot.cli.output import FINDING, AsJson, fail, show_json, show_json_line, show_lines
from bot.clock import SystemClock
from handlers.flows.looking.try_out import Hypothesis, TrialDesk, explained
from handlers.intake.hypothesis import hypothesis
from handlers.intake.problem import RefusedError
from routing.decide.shares import Tally
from routing.given import instant
from routing.policy.model import Policy
from storage.database.base import MissingError

STANDARD_INPUT = "-"
FOLDER = 0
"""The version of a policy that is not stored."""

Version = Annotated[
    int | None, typer.Option(min=1, help="A stored version. Default: the policy folder.")
]
Source = Annotated[
    str | None, typer.Option(help="The source of leads that name none. Default: the first form.")
]
At = Annotated[
    str | None,
    typer.Option(help="When leads without received_at come, 2026-11-23T09:00Z. Default: now."),
]


def add_to(app: typer.Typer) -> None:
    app.command()(explain)
    app.command()(simulate)


def explain(
    lead: Annotated[str, typer.Argument(help="A JSON file, - for standard input, or JSON itself.")],
    version: Version = None,
    source: Source = None,
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """Say where a lead would go and why: every step, every rule and person passed over.

    The lead has the plain names of `baton preview`, or it is normalised already: score, country,
    company_size, title_tier and the other facts of a decision. Nothing is stored.
    """
    trial = _trial(version, source, at)
    try:
        one = trial.read(_text_of(lead))
    except RefusedError as error:
        fail(told(error).replace("The body", "The lead"))
    if one.unread:
        fail(" ".join(one.unread))
    tried = trial.desk.place(one)
    if as_json:
        score = {"value": tried.facts.lead.score, "factors": list(tried.factors)}
        answer = {"facts": tried.facts, "score": score, "decision": tried.decision}
        show_json(_noted(one) | answer)
    else:
        show_lines([*_noted(one).values(), *explained(tried, trial.desk.policy)])


def simulate(
    leads: Annotated[str, typer.Argument(help="JSON lines or a CSV file; - is standard input.")],
    version: Version = None,
    source: Source = None,
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """Route leads one after the other from an empty state; nothing is stored.

    One JSON line for each lead with its decision and trace, and a last line with the summary by
    owner and pool. A line that is no lead gets its error and makes the exit code 1. The answer is
    JSON with and without --json.
    """
    trial = _trial(version, source, at)
    tally, refused = Tally(trial.desk.policy), 0
    with _opened(leads) as stream:
        for number, line in _records(leads, stream):
            try:
                one = trial.read(line, number)
            except RefusedError as error:
                refused += 1
                show_json_line({"lead": number, "error": told(error)})
                continue
            decision = trial.desk.place(one).decision
            tally.count(decision)
            answer = {"lead": number, "id": one.lead_id} | _noted(one) | {"decision": decision}
            show_json_line(answer)
    show_json_line({"summary": tally.summary(refused)})
    if refused:
        raise typer.Exit(FINDING)


def _noted(one: Hypothesis) -> dict[str, Any]:
    notes = [*([one.note] if one.note else []), *one.unread]
    return {"note": " ".join(notes)} if notes else {}


class _Trial:
    """The desk, and how its leads are read."""

    def __init__(self, policy: Policy, version: int, source: str | None, now: datetime) -> None:
        folder = read_settings().policy_dir
        self._sources = {one.id: one for one in policy.sources}
        self._default = source_of(policy, source, folder)
        self.desk = TrialDesk(policy, open_files(folder), now, version)

    def read(self, line: bytes, number: int = 1) -> Hypothesis:
        return hypothesis(line, self._sources, self._default, number)


def _trial(version: int | None, source: str | None, at: str | None) -> _Trial:
    now = SystemClock().now() if at is None else _instant(at)
    if version is None:
        return _Trial(read_policy(read_settings().policy_dir), FOLDER, source, now)
    return _Trial(stored_policy(version), version, source, now)


def stored_policy(version: int) -> Policy:
    """A version of the database; ends the command when there is none."""
    with reading() as (ports, work):
        try:
            return ports.policies.version(work, version)
        except MissingError:
            fail(f"There is no policy version {version}.", FINDING)


def _instant(text: str) -> datetime:
    try:
        return instant(text)
    except ValueError:
        fail(f"{text!r} is not an instant with its time zone, such as 2026-11-23T09:00:00Z.")


def _text_of(lead: str) -> bytes:
    if lead.lstrip().startswith("{"):
        return lead.encode()
    if lead.startswith("lead_") and not Path(lead).exists():
        fail(f"{lead} is the id of a lead that is stored: see `baton lead why {lead}`.")
    with _opened(lead) as stream:
        return stream.read()


@contextmanager
def _opened(name: str) -> Iterator[BinaryIO]:
    if name == STANDARD_INPUT:
        yield sys.stdin.buffer
        return
    try:
        with Path(name).open("rb") as stream:
            yield stream
    except OSError as error:
        fail(f"{name} cannot be read: {error.strerror}.")


def _records(name: str, stream: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Each lead as a line of JSON, with its number: of its line, or of the row in a `.csv` file."""
    if not name.endswith(".csv"):
        lines = enumerate(lines_of(stream), start=1)
        yield from ((number, line) for number, line in lines if line.strip())
        return
    text = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="")
    try:
        for number, row in enumerate(csv.DictReader(text, restkey=""), start=1):
            stated = {name: value for name, value in row.items() if name and value}
            yield number, json.dumps(stated).encode()
    except (csv.Error, UnicodeDecodeError) as error:
        fail(f"{name} cannot be read as CSV in UTF-8: {error}.")
