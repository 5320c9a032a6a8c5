"""Every `baton` command: help, exit codes, and what is wrong said in one line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bot.cli.said import FINDING, OK, USAGE, Baton
from tests.house.commands import commands

COMMANDS = commands()
ANSWERING = [words for words in COMMANDS if words not in {("run",), ("sandbox",)}]


def test_commands_are_those_of_the_contract() -> None:
    """What exists is known: a command that comes or goes is a line here and in the CHANGELOG."""

    assert {" ".join(words) for words in COMMANDS} == {
        "run", "sandbox", "health", "preview",
        "lead find", "lead show", "lead why", "lead history", "lead reassign",
        "case list", "policy check", "policy explain", "policy simulate",
        "policy diff", "policy schema",
        "people list", "people away", "people back", "people hand-over", "queue list",
        "switch list", "switch on", "switch off", "audit verify",
        "duplicates scan", "duplicates list", "merge list", "merge undo", "aliases list",
        "aliases accept", "aliases dismiss", "aliases export", "db upgrade", "work list",
        "work retry", "import", "policy propose", "policy proposals", "policy show",
        "policy approve", "policy reject", "policy activate", "policy stop", "policy update",
        "policy versions", "policy rollback", "policy export", "policy replay",
    }  # fmt: skip


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_command_explains_itself(baton: Baton, words: tuple[str, ...]) -> None:
    """`--help` says in a sentence what it does."""
    said = baton(*words, "--help")
    sentence = COMMANDS[words].help.splitlines()[0]

    assert said.code == OK
    assert len(sentence) > 20
    assert sentence.split(";")[0].rstrip(".") in said.out


@pytest.mark.parametrize("words", ANSWERING, ids=" ".join)
def test_every_command_answers_in_json_too(words: tuple[str, ...]) -> None:
    """Programs can read whatever people can; the two that serve answer nobody."""

    assert "--json" in {option for one in COMMANDS[words].params for option in one.opts}


@pytest.mark.parametrize(
    "words",
    [
        ("nosuch",),
        ("lead", "nosuch"),
        ("lead", "show"),
        ("lead", "find", "--nosuch"),
        ("lead", "find", "--limit", "0"),
        ("lead", "find", "--limit", "many"),
        ("lead", "find", "a", "b"),
        ("case", "list", "--state", "nosuch"),
        ("switch", "off", "ai"),
        ("switch", "off", "nosuch", "--reason", "x"),
        ("switch", "on", "AI", "--reason", "x"),
        ("switch", "off", "ai", "--reason", ""),
        ("switch", "off", "ai", "--reason", "  "),
        ("policy", "check", "/no/such/folder"),
    ],
)
def test_what_is_asked_wrongly_is_exit_2(baton: Baton, words: tuple[str, ...]) -> None:
    """The message is on standard error, and nothing on standard output misleads a program."""
    said = baton(*words)

    assert said.code == USAGE
    assert said.err.strip()
    assert said.out == ""
    assert "Traceback" not in said.err


@pytest.mark.parametrize(
    "words",
    [("lead", "find"), ("lead", "show", "x"), ("lead", "why", "x"), ("lead", "history", "x"),
     ("case", "list"), ("health",)],
)  # fmt: skip
def test_baton_that_was_never_started_says_so(baton: Baton, words: tuple[str, ...]) -> None:
    """A fresh database is no error of the program: one line says what to do first."""
    for form in ((), ("--json",)):
        said = baton(*words, *form)
        assert (said.code, said.out) == (FINDING, "")
        assert "Start it once with `baton run`" in said.err
        assert len(said.err.strip().splitlines()) == 1


def test_database_that_is_no_database_is_said_so(
    baton: Baton, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Whatever is wrong with the database, one line names it; nobody reads a trace."""
    (tmp_path / "text.db").write_text("not a database, but long enough to have a header" * 50)
    (tmp_path / "file").touch()
    for url in (
        f"sqlite:///{tmp_path}/text.db",
        f"sqlite:///{tmp_path}/file/below.db",
        "postgresql://baton@127.0.0.1:1/nothing?connect_timeout=1",
        "mysql://localhost/x",
        "no url at all",
    ):
        monkeypatch.setenv("BATON_DATABASE_URL", url)
        said = baton("lead", "find")
        assert (said.code, said.out) == (USAGE, ""), url
        assert said.err.startswith("The database cannot be used: "), url
        assert len(said.err.strip().splitlines()) == 1, url


def test_missing_policy_folder_is_said_so(baton: Baton, monkeypatch: pytest.MonkeyPatch) -> None:
    """The folder that the settings name is missing: one line names it."""
    monkeypatch.setenv("BATON_POLICY_DIR", "/no/such/folder")
    for words in (("lead", "find"), ("policy", "check")):
        said = baton(*words)
        assert (said.code, said.out) == (USAGE, "")
        assert "/no/such/folder" in said.err
        assert len(said.err.strip().splitlines()) == 1


def test_unusable_environment_is_said_so(baton: Baton, monkeypatch: pytest.MonkeyPatch) -> None:
    """A variable that cannot be read is named with what is wrong about it."""
    monkeypatch.setenv("BATON_HTTP_PORT", "eighty")
    said = baton("lead", "find")

    assert said.code == USAGE
    assert "BATON_HTTP_PORT" in said.err
