"""Commands on a database on which Baton was never started: clear words, never a traceback."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from bot.policy_folder import read_policy_folder
from handlers.flows.policy_book import PolicyBook
from storage.database.engine import open_engine
from storage.schema import upgrade
from storage.unit_of_work import Database
from tests.bot.cli.said import FINDING, OK, Baton
from tests.conftest import POLICY
from tests.support.clock import TestClock

REASON = ("--reason", "To try it.")
NEED_A_POLICY = (
    ("health",),
    ("lead", "find"),
    ("lead", "show", "x"),
    ("lead", "why", "x"),
    ("lead", "history", "x"),
    ("lead", "reassign", "x", "--to", "elif", *REASON),
    ("people", "hand-over", "elif", "--to", "hugo", *REASON),
    ("case", "list"),
    ("queue", "list"),
    ("queue", "list", "holding"),
    ("people", "list"),
    ("people", "away", "elif"),
    ("people", "back", "elif"),
    ("policy", "proposals"),
    ("policy", "versions"),
    ("policy", "show", "prop_1"),
    ("policy", "propose", *REASON),
    ("policy", "approve", "prop_1", "--as", "priya"),
    ("policy", "reject", "prop_1", "--as", "priya", *REASON),
    ("policy", "activate", "prop_1", "--as", "priya"),
    ("policy", "stop", "prop_1", "--as", "priya", *REASON),
    ("policy", "update", "prop_1"),
    ("policy", "rollback", *REASON),
    ("policy", "export", "folder"),
    ("policy", "replay"),
    ("policy", "diff", "1"),
    ("policy", "explain", '{"country": "DE"}', "--version", "1"),
    ("duplicates", "list"),
    ("aliases", "list"),
    ("aliases", "accept", "industry", "Pizza", "-"),
    ("aliases", "export"),
    ("merge", "list"),
    ("work", "list"),
    ("import", "leads.csv", "--source", "event-list"),
)


@pytest.mark.parametrize("words", NEED_A_POLICY, ids=" ".join)
def test_what_needs_a_policy_says_to_start_baton(baton: Baton, words: tuple[str, ...]) -> None:
    """On an empty database and on one that has only its tables: exit code 1, and what to do."""
    Path("leads.csv").write_text("email,full_name\njane@acme.example,Jane Roe\n")
    for _ in range(2):
        said = baton(*words)

        assert said.code == FINDING
        assert "Start it once with `baton run`" in said.err
        assert said.out == ""
        assert baton("db", "upgrade").code == OK


@pytest.mark.parametrize(
    "words",
    [("switch", "list"), ("switch", "off", "ai", *REASON), ("audit", "verify"), ("work", "retry")],
    ids=" ".join,
)
def test_what_needs_none_just_works(baton: Baton, words: tuple[str, ...]) -> None:
    """Switches and the audit are there from the beginning."""
    assert baton(*words).code == OK


def test_work_can_be_left_before_any_start(
    baton: Baton, database_url: str, clock: TestClock, tmp_path: Path
) -> None:
    """A start that broke off behind the policy has made no tables for work: commands make them."""
    engine = open_engine(database_url)
    upgrade(engine)
    with Database(engine).writing() as work:
        PolicyBook().adopt(work, read_policy_folder(POLICY), clock.now())
    engine.dispose()
    for name, text in read_policy_folder(POLICY).items():
        (tmp_path / name).write_text(text)
    company = yaml.safe_load((tmp_path / "company.yml").read_text())
    company["policy_changes"] = {"share": 30}
    (tmp_path / "company.yml").write_text(yaml.safe_dump(company))

    assert baton("policy", "propose", str(tmp_path), *REASON).code == OK
    assert baton("people", "away", "elif").code == OK
    assert baton("people", "back", "elif").code == OK
