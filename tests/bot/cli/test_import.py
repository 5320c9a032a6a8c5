"""`baton import`: files in, a report out, and the same command goes on after a stop (I1, I2)."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from bot.settings import Settings
from bot.wiring import adopt_policy, build
from handlers.flows.taking_in import import_leads
from tests.bot.cli.said import FINDING, OK, USAGE, Baton
from tests.conftest import POLICY
from tests.flows.imports import a_file, a_row


@pytest.fixture
def adopted(environment: None) -> None:
    """A database on which Baton has run once."""
    program = build(Settings(_env_file=None))
    adopt_policy(program.ports, POLICY)
    program.close()


@pytest.fixture
def leads_csv(tmp_path: Path) -> Path:
    file = tmp_path / "leads.csv"
    file.write_text(a_file("ann", "bea", "cleo"), encoding="utf-8")
    return file


def test_file_is_taken_in(baton: Baton, adopted: None, leads_csv: Path) -> None:
    """The summary counts the rows and says what happens to the leads."""
    said = baton("import", str(leads_csv), "--source", "event-list")

    assert said.code == OK, said.err
    assert "3 rows: 3 accepted, 0 seen before, 0 with problems" in said.out
    assert "routed without clocks; owners are told in one digest each" in said.out
    assert len(baton("lead", "find", "--json").json) == 3


def test_choices_of_the_command_win_over_the_source(
    baton: Baton, adopted: None, leads_csv: Path
) -> None:
    """Each import says whether its leads are routed, start clocks, and how they are told."""
    choices = ("--no-route", "--clocks", "--tell", "none", "--json")

    said = baton("import", str(leads_csv), "--source", "event-list", *choices)

    assert said.json["handling"] == {
        "route": False,
        "clocks": True,
        "tell": "none",
        "queue": "default_review",
    }


def test_again_does_nothing_and_says_so(baton: Baton, adopted: None, leads_csv: Path) -> None:
    """The same file twice is one import; --again reads it anew and makes no second lead."""
    first = baton("import", str(leads_csv), "--source", "event-list", "--json")

    second = baton("import", str(leads_csv), "--source", "event-list", "--json")
    third = baton("import", str(leads_csv), "--source", "event-list", "--again", "--json")

    assert (second.code, second.json) == (OK, first.json)
    assert "imported before" in second.err
    assert (third.json["accepted"], third.json["duplicates"]) == (0, 3)


def test_stopped_import_goes_on_and_reports_every_row(
    baton: Baton, adopted: None, leads_csv: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Interrupted between two batches, the same command takes the rest; the report has all."""
    monkeypatch.setattr(import_leads, "BATCH", 1)
    taken = import_leads.take_batch
    stop_at = iter([False, True])

    def interrupted(*arguments: object) -> object:
        if next(stop_at):
            raise SystemExit(130)
        return taken(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr("bot.cli.leads.imports.take_batch", interrupted)
    assert baton("import", str(leads_csv), "--source", "event-list").code == 130
    monkeypatch.setattr("bot.cli.leads.imports.take_batch", taken)

    report = tmp_path / "report.csv"
    said = baton("import", str(leads_csv), "--source", "event-list", "--report", str(report))

    assert "Going on with imp_" in said.err
    rows = list(csv.DictReader(report.open(encoding="utf-8")))
    assert [(row["line"], row["status"]) for row in rows] == [
        ("2", "accepted"),
        ("3", "accepted"),
        ("4", "accepted"),
    ]
    assert all(row["lead"] and row["receipt"] for row in rows)


def test_rows_with_problems_are_a_finding(baton: Baton, adopted: None, tmp_path: Path) -> None:
    """Exit code 1, the place of each problem on the screen and in the report; the rest is in."""
    file, report = tmp_path / "leads.csv", tmp_path / "report.csv"
    file.write_text(a_file("ann") + "short\n" + a_row("bea"), encoding="utf-8")

    said = baton("import", str(file), "--source", "event-list", "--report", str(report))

    assert said.code == FINDING
    assert "line 3: 1 cells where the header has 8" in said.out
    assert "short" not in said.out
    statuses = [row["status"] for row in csv.DictReader(report.open(encoding="utf-8"))]
    assert statuses == ["accepted", "error", "accepted"]


def test_imports_are_listed_and_shown(baton: Baton, adopted: None, leads_csv: Path) -> None:
    """By id, with all that is known of each."""
    run = baton("import", str(leads_csv), "--source", "event-list", "--json").json

    assert baton("import", "--list", "--json").json == [run]
    assert baton("import", "--status", run["id"], "--json").json == run
    assert run["id"] in baton("import", "--list").out
    assert baton("import", "--status", "imp_none").code == FINDING


def test_waiting_import_is_released_once(baton: Baton, adopted: None, leads_csv: Path) -> None:
    """Its leads wait in their queue until somebody routes them."""
    run = baton("import", str(leads_csv), "--source", "event-list", "--no-route", "--json").json

    released = baton("import", "--release", run["id"])

    assert released.code == OK
    assert "routed without clocks" in released.out
    assert baton("import", "--release", run["id"]).code == FINDING


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ((), USAGE, "Name a file and its source"),
        (("leads.csv",), USAGE, "Name a file and its source"),
        (("leads.csv", "--source", "nosuch"), USAGE, "There are: event-list"),
        (("missing.csv", "--source", "event-list"), USAGE, "does not exist"),
        (("odd.csv", "--source", "event-list"), USAGE, "must hold column names"),
    ],
)
def test_what_cannot_be_done_is_said(
    baton: Baton, adopted: None, leads_csv: Path, words: tuple[str, ...], code: int, said: str
) -> None:
    """Each refusal says what to do, and nothing is stored."""
    leads_csv.with_name("odd.csv").write_text("colour\nred\n", encoding="utf-8")

    answer = baton("import", *words)

    assert answer.code == code
    assert said in answer.err
    assert baton("import", "--list", "--json").json == []


def test_before_the_first_start_it_says_what_to_do(baton: Baton, leads_csv: Path) -> None:
    """Without a policy nobody could say how the columns are called."""
    said = baton("import", str(leads_csv), "--source", "event-list")

    assert said.code == FINDING
    assert "Start it once with `baton run`" in said.err
