"""Tables are readable at any width: no word broken, nothing cut (S4, S5)."""

from __future__ import annotations

import io
import os
import pty
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from bot.cli.table import Grid, printed
from handlers.flows.ports import Ports
from tests.bot.cli.said import Baton
from tests.support.policy_changes import changed, proposed
from tests.support.programs import BATON

WORDS = ("a", "lead_7k3m9q0d2v5x8b1c", "Falkwerke", "und", "Anlagentechnik", "2026-11-22", "11:00Z")
cells = st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join)


def shown(grid: Grid, width: int | None) -> list[str]:
    """The lines on a terminal of this width; None: in a file."""
    out = io.StringIO()
    console = Console(file=out, width=width, force_terminal=bool(width), color_system=None)
    printed(console, "title", grid)
    return out.getvalue().splitlines()


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(cells, cells, cells, cells), max_size=4), st.integers(30, 130))
def test_no_word_is_broken_and_no_line_too_long(
    rows: list[tuple[str, str, str, str]], width: int
) -> None:
    """Every word stands whole on a line that the terminal holds."""
    lines = shown(Grid(("id", "name", "reason", "since"), rows), width)

    assert max(map(len, lines)) <= width
    found = " ".join(lines).replace("│", " ").split()
    for word in (word for row in rows for cell in row for word in cell.split()):
        assert word in found


def test_the_form_follows_the_width() -> None:
    """Borders where there is room; else lines in the cells; else cell by cell."""
    grid = Grid(("id", "reason"), [("prop_1", "because it is so")])
    three = Grid(("id", "why", "by"), [("lead_7k3m9q0d2v5x8b1c", "x" * 20, "y" * 20)])

    assert shown(grid, 30)[4] == "│ prop_1 │ because it is so │"
    assert [line.rstrip() for line in shown(grid, 20)[2:]] == [
        "prop_1  because it",
        "        is so",
    ]
    assert shown(three, 40)[1:] == [
        "id   lead_7k3m9q0d2v5x8b1c",
        "why  xxxxxxxxxxxxxxxxxxxx",
        "by   yyyyyyyyyyyyyyyyyyyy",
    ]
    assert shown(Grid(("field", "value"), [("url", "z" * 60)]), 40)[1:] == ["url: " + "z" * 60]


def on_a_terminal(columns: int, *words: str) -> list[str]:
    """What `baton` shows in a terminal of this many columns: real program, real terminal."""
    ours, theirs = pty.openpty()
    environment = {**os.environ, "COLUMNS": str(columns), "TERM": "dumb", "NO_COLOR": "1"}
    running = subprocess.Popen([str(BATON), *words], stdout=theirs, stderr=theirs, env=environment)
    os.close(theirs)
    said = b""
    while piece := _read(ours):
        said += piece
    running.wait()
    os.close(ours)
    return said.decode().replace("\r\n", "\n").splitlines()


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65_536)
    except OSError:  # the other end is closed
        return b""


@pytest.fixture
def proposal(ports: Ports) -> str:
    """The id of a proposal with a long reason."""
    return proposed(ports, changed(ports, "pools.yml", "name: EMEA SDRs", "name: Others")).id


def test_ids_stand_whole_in_eighty_columns(baton: Baton, proposal: str) -> None:
    """In a real terminal, with every line within it."""
    lines = on_a_terminal(80, "policy", "proposals")

    assert max(map(len, lines)) <= 80
    assert any(proposal in line for line in lines)


def test_piped_output_is_whole(baton: Baton, proposal: str) -> None:
    """A file or another program gets each row on one line, whatever COLUMNS says."""
    environment = {**os.environ, "COLUMNS": "40"}
    command = [str(BATON), "people", "list"]
    said = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)

    (anna,) = [line for line in said.stdout.splitlines() if "anna" in line]
    assert "Anna Kowalczyk" in anna
    assert "available" in anna
