"""`baton import`: take a CSV file of leads in, see how far it has come, route what waits."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from bot.cli.desk import open_desk
from bot.cli.output import FINDING, AsJson, counted, errors, fail, show_json, show_lines, show_table
from bot.cli.who import at_the_keyboard
from handlers.flows.ports import Ports
from handlers.flows.taking_in.import_leads import finish_import, rows_to_take, take_batch
from handlers.flows.taking_in.release_import import release_import
from handlers.flows.taking_in.start_import import ImportFile, start_import
from handlers.intake.problem import RefusedError
from routing.policy.tables.imports import ImportHandling, Telling
from routing.policy.tables.sources import SourcePolicy
from storage.database.base import MissingError
from storage.taking_in.imports import ImportRun

READ = 64 * 1024
SHOWN_PROBLEMS = 20
REPORT = ("line", "status", "lead", "receipt", "problem")

File = Annotated[
    Path | None, typer.Argument(exists=True, dir_okay=False, readable=True, help="A CSV file.")
]
Source = Annotated[str | None, typer.Option("--source", help="An import of policy/sources.yml.")]
Route = Annotated[bool | None, typer.Option("--route/--no-route", help="Give leads to owners.")]
Clocks = Annotated[bool | None, typer.Option("--clocks/--no-clocks", help="Start deadlines.")]
Tell = Annotated[
    Literal["each", "digest", "none"] | None, typer.Option(help="How owners hear of them.")
]
Again = Annotated[bool, typer.Option("--again", help="Read a finished file once more.")]
Report = Annotated[Path | None, typer.Option(help="Write what became of each row here, as CSV.")]
Status = Annotated[str | None, typer.Option(help="Show one import by its id.")]
Listed = Annotated[bool, typer.Option("--list", help="Show the newest imports.")]
Release = Annotated[str | None, typer.Option(help="Route the leads of an import that waits.")]


def import_file(
    file: File = None,
    source: Source = None,
    route: Route = None,
    clocks: Clocks = None,
    tell: Tell = None,
    again: Again = False,
    report: Report = None,
    status: Status = None,
    listed: Listed = False,
    release: Release = None,
    as_json: AsJson = False,
) -> None:
    """Take the leads of a CSV file in. After an interruption the same command goes on."""
    asked = Asked(report, as_json)
    if listed:
        _list(asked)
    elif status is not None or release is not None:
        _one(status or release or "", asked, releases=release is not None)
    elif file is None or source is None:
        fail("Name a file and its source: baton import leads.csv --source event-list")
    else:
        _import(file, source, Choice(route, clocks, tell), again, asked)


@dataclass(frozen=True)
class Asked:
    """How the command answers."""

    report: Path | None
    as_json: bool


@dataclass(frozen=True)
class Choice:
    """What this import does otherwise than its source's policy says; None leaves it."""

    route: bool | None
    clocks: bool | None
    tell: Telling | None

    def over(self, usual: ImportHandling) -> ImportHandling:
        chosen = {"route": self.route, "clocks": self.clocks, "tell": self.tell}
        return usual.model_copy(update={k: v for k, v in chosen.items() if v is not None})


def _import(file: Path, key: str, choice: Choice, again: bool, asked: Asked) -> None:
    with open_desk() as ports:
        source = _source(ports, key)
        handling = choice.over(source.handling or ImportHandling())
        order = ImportFile(
            source, file.name, lambda: _read(file), handling, at_the_keyboard(), again
        )
        try:
            started = start_import(ports, order)
        except RefusedError as refusal:
            fail(str(refusal))
        run = started.run
        if run.state == "finished":
            _say(f"This file was imported before ({run.id}). Nothing to do; --again reads it anew.")
        else:
            if not started.is_new:
                _say(f"Going on with {run.id} after line {run.cursor}; its options stand.")
            run = _take(ports, run, file)
        _answer(ports, run, asked)


def _source(ports: Ports, key: str) -> SourcePolicy:
    with ports.database.reading() as work:
        policy = ports.policies.active(work).policy
    found = policy.source("import", key)
    if found is None:
        keys = ", ".join(s.key for s in policy.sources if s.kind == "import") or "none"
        fail(f"There is no import source {key!r} in policy/sources.yml. There are: {keys}.")
    return found


def _take(ports: Ports, run: ImportRun, file: Path) -> ImportRun:
    """Take in what is not on record yet, under a bar where somebody looks on."""
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn())
    shown = errors.is_terminal
    with Progress(*columns, TimeRemainingColumn(), console=errors, disable=not shown) as bar:
        task = bar.add_task(file.name, total=run.size)
        chunks = _read(file, lambda size: bar.advance(task, size))
        rows = rows_to_take(ports, run, chunks)
        while (now := take_batch(ports, run.id, rows)) is not None:
            bar.update(task, description=f"{file.name}: {now.rows:,} rows")
    return finish_import(ports, run.id)


def _read(file: Path, seen: Callable[[int], object] = lambda size: None) -> Iterator[bytes]:
    with file.open("rb") as opened:
        while chunk := opened.read(READ):
            seen(len(chunk))
            yield chunk


def _one(import_id: str, asked: Asked, *, releases: bool) -> None:
    with open_desk() as ports:
        try:
            if releases:
                release_import(ports, import_id, at_the_keyboard())
            with ports.database.reading() as work:
                run = work.imports.get(import_id)
        except MissingError:
            fail(f"There is no import {import_id!r}. See baton import --list.", FINDING)
        _answer(ports, run, asked)


def _list(asked: Asked) -> None:
    with open_desk() as ports, ports.database.reading() as work:
        runs = work.imports.listed()
    if asked.as_json:
        show_json([run.as_shown() for run in runs])
        return
    rows = [
        (r.id, r.source, r.file_name, r.state, r.accepted, r.duplicates, r.errors) for r in runs
    ]
    show_table(
        "Imports", ("id", "source", "file", "state", "accepted", "duplicates", "errors"), rows
    )


def _answer(ports: Ports, run: ImportRun, asked: Asked) -> None:
    """Ends with 1 when rows have problems: somebody should look at them."""
    if asked.report is not None:
        _write_report(ports, run.id, asked.report)
    if asked.as_json:
        show_json(run.as_shown())
    else:
        show_lines(_summary(ports, run))
    if run.errors:
        raise typer.Exit(FINDING)


def _summary(ports: Ports, run: ImportRun) -> Iterator[str]:
    yield f"{run.id}: {run.state}. {counted(run.rows, 'row')}: {run.accepted:,} accepted, " + (
        f"{run.duplicates:,} seen before, {run.errors:,} with problems."
    )
    with ports.database.reading() as work:
        known = work.imports.known_before(run.id)
    if known:
        yield (
            f"{counted(known, 'accepted row')} joined a lead that was known; "
            "`baton merge list` says which and why."
        )
    yield f"Read as {run.encoding}, columns separated by {run.delimiter!r}."
    yield _what_next(run)
    if run.unknown_columns:
        yield f"Kept raw, for no field of a lead: {', '.join(run.unknown_columns)}."
    if run.errors:
        yield from _problems(ports, run)


def _what_next(run: ImportRun) -> str:
    handling = run.handling
    if not handling.route:
        return (
            f"Its leads wait in the queue {handling.queue}. baton import --release {run.id} "
            "routes them."
        )
    clocks = "with clocks" if handling.clocks else "without clocks"
    told = {"each": "one by one", "digest": "in one digest each", "none": "not at all"}
    return f"Its leads are routed {clocks}; owners are told {told[handling.tell]}."


def _problems(ports: Ports, run: ImportRun) -> Iterator[str]:
    with ports.database.reading() as work:
        found = work.imports.problems(run.id, SHOWN_PROBLEMS)
    yield from found
    if run.errors > len(found):
        yield f"…and {run.errors - len(found):,} more: --report FILE.csv has them all."


def _write_report(ports: Ports, import_id: str, path: Path) -> None:
    """Every row that is on record, also those of earlier runs; a few are in memory at a time."""
    try:
        with path.open("w", encoding="utf-8", newline="") as opened:
            writer = csv.writer(opened)
            writer.writerow(REPORT)
            with ports.database.reading() as work:
                for row in work.imports.rows_of(import_id):
                    writer.writerow(
                        (row.line, row.status, row.lead_id, row.receipt_id, row.problem)
                    )
    except OSError as error:
        fail(f"The report cannot be written: {error.strerror}.")


def _say(line: str) -> None:
    errors.print(line, markup=False, soft_wrap=True)
