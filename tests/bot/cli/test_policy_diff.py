"""`baton policy diff`: folders and stored versions beside each other (G2)."""

from __future__ import annotations

import shutil
from pathlib import Path

from bot.settings import Settings
from bot.wiring import adopt_policy, build
from tests.bot.cli.said import FINDING, OK, USAGE, Baton
from tests.conftest import POLICY


def _changed(tmp_path: Path, old: str, new: str) -> Path:
    folder = tmp_path / "changed"
    shutil.copytree(POLICY, folder)
    text = (folder / "people.csv").read_text(encoding="utf-8")
    assert old in text
    (folder / "people.csv").write_text(text.replace(old, new, 1), encoding="utf-8")
    return folder


def test_two_folders_are_compared_in_words(baton: Baton, tmp_path: Path) -> None:
    """Grouped by file; without the second, the folder in use is meant."""
    folder = _changed(tmp_path, "yes,400,300,1000", "yes,400,12,1000")
    said = baton("policy", "diff", str(POLICY), str(folder))

    assert (said.code, said.out.splitlines()) == (
        OK,
        ["people.csv", "  Anna Kowalczyk's daily cap is 12 instead of 300."],
    )
    assert "300" in baton("policy", "diff", str(folder)).out


def test_a_change_of_who_is_there_is_said_so(baton: Baton, tmp_path: Path) -> None:
    """Such a change needs nobody's approval."""
    folder = _changed(tmp_path, "yes,400,300,1000", "no,400,300,1000")
    said = baton("policy", "diff", str(POLICY), str(folder), "--json")

    assert said.json == {
        "differences": [
            {"file": "people.csv", "words": "Anna Kowalczyk is no longer active."}
        ],
        "only_availability": True,
    }  # fmt: skip
    assert "needs no approval" in baton("policy", "diff", str(POLICY), str(folder)).out


def test_errors_name_the_folder_they_are_in(baton: Baton, tmp_path: Path) -> None:
    """Of two folders one knows which to mend."""
    folder = _changed(tmp_path, "yes,400,300,1000", "maybe,400,300,1000")
    said = baton("policy", "diff", str(POLICY), str(folder))

    assert (said.code, f"baton policy check {folder}" in said.err) == (USAGE, True)


def test_a_stored_version_is_named_by_its_number(baton: Baton, tmp_path: Path) -> None:
    """What is in force beside what is being edited."""
    program = build(Settings())
    adopt_policy(program.ports, POLICY)
    program.close()

    assert "say the same" in baton("policy", "diff", "1").out
    assert baton("policy", "diff", "7").code == FINDING
    assert baton("policy", "diff", "/no/such/folder").code == USAGE
