"""`baton duplicates`: which leads are one person."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from bot.cli.desk import read_settings, reading
from bot.cli.leads.lead_table import LeadTable, read_lead_table
from bot.cli.output import (
    FINDING,
    AsJson,
    counted,
    errors,
    fail,
    show_json,
    show_lines,
    show_table,
)
from bot.policy_folder import read_policy_folder
from handlers.intake.problem import RefusedError
from routing.matching.compare import Comparison
from routing.matching.scan import Scan
from routing.matching.scan import scan as find_pairs
from routing.normalise.aliases import DEFAULT_ALIASES, Aliases
from routing.policy.reading.errors import PolicyErrors
from routing.policy.reading.load import load_policy
from routing.policy.tables.matching import Matching

COLUMNS = ("left", "right", "probability", "band", "reasons")
SHOWN_PROBLEMS = 20
FORMULA = ("=", "+", "-", "@", "\t")
"""A spreadsheet would run a cell that begins so."""

app = typer.Typer(no_args_is_help=True, help="Duplicates: which leads are one person.")


@app.callback()
def duplicates() -> None:
    """Duplicates: which leads are one person."""


@app.command("list")
def list_pairs(
    limit: Annotated[int, typer.Option(min=1, max=10_000)] = 100, as_json: AsJson = False
) -> None:
    """Pairs of stored leads that may be one person and nobody has decided, the likeliest first."""
    with reading() as (_, work):
        pairs = work.matches.unsure(limit)
    if as_json:
        show_json(pairs)
        return
    rows = [(p.left_id, p.right_id, _share(p.probability), "; ".join(p.reasons)) for p in pairs]
    show_table(counted(len(pairs), "pair"), ("lead", "or", "probability", "reasons"), rows)


def _share(parts_of_a_million: int | None) -> str:
    return "" if parts_of_a_million is None else f"{parts_of_a_million / 1_000_000:.2f}"


@app.command()
def scan(
    file: Annotated[Path, typer.Option(exists=True, dir_okay=False, readable=True, help="A CSV.")],
    out: Annotated[Path, typer.Option(dir_okay=False, help="Write the pairs here, as CSV.")],
    as_json: AsJson = False,
) -> None:
    """Find the rows of a CSV export that are one person; nothing is stored.

    Writes left, right, probability, band and reasons of each pair, by `lead_id` or by line.
    A row that cannot be read is said with its line, left out, and makes the exit code 1.
    """
    _check_writable(out)
    matching, aliases = _policy()
    with _progress() as bar:
        try:
            reading = bar.add_task("reading", total=file.stat().st_size)
            table = read_lead_table(file, lambda size: bar.advance(reading, size), aliases)
        except RefusedError as refused:
            fail(refused.detail)
        comparing = bar.add_task(f"comparing {len(table.records):,} leads", total=None)
        found = find_pairs(
            table.records, matching, lambda pairs: bar.update(comparing, completed=pairs)
        )
    _write(out, [*found.certain, *found.review])
    _answer(table, found, out, as_json)
    if table.left_out:
        raise typer.Exit(FINDING)


def _check_writable(out: Path) -> None:
    """Before the work, not after it."""
    if not os.access(out if out.exists() else out.parent, os.W_OK):
        fail(f"{out} cannot be written: there is no such folder, or it is not yours.")


def _policy() -> tuple[Matching, Aliases]:
    """Thresholds and vocabularies of the policy folder, the defaults where there is no folder."""
    folder = read_settings().policy_dir
    if not folder.is_dir():
        errors.print(f"There is no policy in {folder}: the default thresholds stand.", markup=False)
        return Matching(), DEFAULT_ALIASES
    try:
        policy = load_policy(read_policy_folder(folder))
    except PolicyErrors as refused:
        few = "\n".join(map(str, refused.errors[:5]))
        fail(f"{few}\nThe policy has errors: see `baton policy check`.")
    return policy.matching, policy.vocabularies


@contextmanager
def _progress() -> Iterator[Progress]:
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=errors, disable=not errors.is_terminal) as bar:
        yield bar


def _write(out: Path, pairs: Iterable[Comparison]) -> None:
    try:
        with out.open("w", encoding="utf-8", newline="") as opened:
            writer = csv.writer(opened)
            writer.writerow(COLUMNS)
            for one in pairs:
                reasons = "; ".join(one.reasons)
                chance = f"{one.probability:.6f}"
                writer.writerow((_safe(one.left), _safe(one.right), chance, one.band, reasons))
    except OSError as error:
        fail(f"{out} cannot be written: {error.strerror}")


def _safe(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def _answer(table: LeadTable, found: Scan, out: Path, as_json: bool) -> None:
    said = {
        "leads": len(table.records),
        "left_out": table.left_out,
        "compared": found.compared,
        "certain": len(found.certain),
        "review": len(found.review),
        "folded": found.folded,
        "out": str(out),
    }
    if as_json:
        show_json({**said, "problems": table.problems})
        return
    for problem in table.problems[:SHOWN_PROBLEMS]:
        errors.print(problem, markup=False, soft_wrap=True)
    if len(table.problems) > SHOWN_PROBLEMS:
        errors.print(f"and {len(table.problems) - SHOWN_PROBLEMS} more; see --json.")
    show_lines(
        [
            f"{counted(len(table.records), 'lead')}, {counted(table.left_out, 'row')} left out.",
            f"{counted(len(found.certain), 'certain pair')}, {len(found.review)} to review"
            f" ({found.folded} more ask the same).",
            f"Pairs are in {out}.",
        ]
    )
