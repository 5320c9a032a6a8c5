"""Every `baton` command there is, by its words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from typer.main import get_command

from bot.cli import app

Words = tuple[str, ...]


def commands() -> dict[Words, Any]:
    """The words of each command, `("lead", "find")`, and the command that click made of it."""
    return dict(_below((), get_command(app)))


def _below(words: Words, command: Any) -> Iterator[tuple[Words, Any]]:
    inner = getattr(command, "commands", None)
    if inner is None:
        yield words, command
        return
    for name, one in inner.items():
        yield from _below((*words, name), one)
