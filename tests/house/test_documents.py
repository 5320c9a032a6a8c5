"""What the documents tell people to type exists; empty documents promise nothing."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.settings import Settings
from tests.house.commands import commands
from tests.house.modules import ROOT

PATTERNS = ("*.md", "docs/**/*.md", "policy/*.md")
PAGES = sorted(page for pattern in PATTERNS for page in ROOT.glob(pattern))
COMMANDS = commands()
GROUPS = {words[:n] for words in COMMANDS for n in range(len(words))}
VARIABLES = {str(field.validation_alias) for field in Settings.model_fields.values()}

_FENCE = re.compile(r"^```[^\n]*\n(.*?)^```", re.M | re.S)
_INLINE = re.compile(r"`([^`\n]+)`")
_PROMPT = re.compile(r"^\s*(?:[$>]\s+)?(?:[A-Z_]+=\S*\s+)*(?:\S*/bin/)?")
_LINK = re.compile(r"\]\(([^)\s#]+)(?:#[^)\s]*)?\)")
_VARIABLE = re.compile(r"\bBATON_[A-Z_]+\b")


def typed(text: str) -> Iterator[str]:
    """What a page tells people to type: lines of fenced blocks, and inline code."""
    for block in _FENCE.findall(text):
        for line in block.replace("\\\n", " ").splitlines():
            yield from (_PROMPT.sub("", part) for part in re.split(r"&&|\|\s|;", line))
    for code in _INLINE.findall(_FENCE.sub("", text)):
        yield _PROMPT.sub("", code)


def words_after(program: str, text: str) -> Iterator[list[str]]:
    for line in typed(text):
        if line.split(" ")[0] == program:
            try:
                yield shlex.split(line, comments=True)[1:]
            except ValueError:
                yield line.split()[1:]


def unknown_commands(text: str) -> list[str]:
    """Commands and options of `baton` in this page that there are not."""
    wrong = []
    for words in words_after("baton", text):
        for path in _paths(words):
            wrong += _wrong_in(path)
    return wrong


def _paths(words: list[str]) -> list[list[str]]:
    """`switch list|off|on` is three commands."""
    paths: list[list[str]] = [[]]
    for word in words:
        choices = word.split("|") if re.fullmatch(r"[a-z-]+(\|[a-z-]+)+", word) else [word]
        paths = [[*path, choice] for path in paths for choice in choices]
    return paths


def _wrong_in(path: list[str]) -> list[str]:
    words: tuple[str, ...] = ()
    for word in path:
        if words in COMMANDS:
            break
        if words not in GROUPS or not re.fullmatch(r"[a-z][a-z-]*", word):
            return []
        words = (*words, word)
        if words not in COMMANDS and words not in GROUPS:
            return ["baton " + " ".join(words)]
    if words not in COMMANDS:
        return []
    known = {option for one in COMMANDS[words].params for option in one.opts} | {"--help"}
    options = [word.strip("[]").partition("=")[0] for word in path]
    unknown = {option for option in options if option.startswith("--")} - known
    return [f"baton {' '.join(words)} {option}" for option in sorted(unknown)]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_documented_commands_exist(page: Path) -> None:
    """Every `baton ...` in a page is a command, with options that it has."""

    assert unknown_commands(page.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_documented_targets_exist(page: Path) -> None:
    """Every `make ...` in a page is a target of the Makefile."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.M))
    wanted = {
        word
        for words in words_after("make", page.read_text(encoding="utf-8"))
        for word in words
        if re.fullmatch("[a-z]+", word)
    }

    assert wanted <= targets


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_between_documents_lead_somewhere(page: Path) -> None:
    """A page, a picture or a file that is linked is there."""
    links = _LINK.findall(_FENCE.sub("", page.read_text(encoding="utf-8")))
    wrong = [
        link for link in links if "://" not in link and not link.startswith("mailto:")
        and not (page.parent / link).exists()
    ]  # fmt: skip

    assert wrong == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_documented_variables_are_read(page: Path) -> None:
    """A variable in a page that nothing reads would be set in vain."""

    assert set(_VARIABLE.findall(page.read_text(encoding="utf-8"))) <= VARIABLES


def test_every_variable_is_documented() -> None:
    """Whoever runs Baton finds each variable that it reads in the README or in docs/."""
    pages = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    text = "\n".join(page.read_text(encoding="utf-8") for page in pages)

    assert sorted(name for name in VARIABLES if not re.search(rf"\b{name}\b", text)) == []


def test_every_target_says_what_it_does() -> None:
    """Bare `make` lists them all, so each needs its line."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    (phony,) = re.findall(r"^\.PHONY: (.+)$", makefile, re.M)
    told = set(re.findall(r"^([a-z]+):.*## \S", makefile, re.M))

    assert set(phony.split()) == told
    assert {"run", "test", "check", "bench"} <= told


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("", []),
        ("Plain baton talk is no command.", []),
        ("`baton`, `baton --help`, `baton ...`", []),
        ("`baton lead find QUERY --limit 5`", []),
        ("`baton switch list|off|on`", []),
        ("`baton switch list|offf`", ["baton switch offf"]),
        ("`baton nosuch`", ["baton nosuch"]),
        ("```sh\n$ .venv/bin/baton lead nosuch x # why\n```", ["baton lead nosuch"]),
        ("```\nBATON_X=1 baton run --nosuch\n```", ["baton run --nosuch"]),
        ("```\nbaton lead find --json | jq .\n```", []),
        ("`baton policy check [FOLDER]`", []),
    ],
)
def test_reading_of_documents_finds_what_is_wrong(text: str, wrong: list[str]) -> None:
    """The reader of documents itself is tried on small pages."""

    assert unknown_commands(text) == wrong
