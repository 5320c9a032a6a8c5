"""What is wrong with a policy: plain values with their place in the files."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from rapidfuzz import fuzz, process

LIKELY = 60
"""Similarity (0 to 100) from which a known name is offered for a misspelt one."""


LONGEST = 1000
"""Characters of an error; it may quote a cell of any length."""


@dataclass(frozen=True)
class PolicyError:
    """One problem; `line` counts from 1, None when the policy did not come from files."""

    file: str
    line: int | None
    message: str
    suggestion: str | None = None
    severity: Literal["error", "warning"] = "error"

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        hint = f" (did you mean {self.suggestion!r}?)" if self.suggestion else ""
        return f"{place}: {shortened(self.message + hint, LONGEST)}"


class PolicyErrors(Exception):
    """The policy is refused; `errors` holds every reason, in the order of files and lines."""

    def __init__(self, errors: Iterable[PolicyError]) -> None:
        self.errors = tuple(errors)
        super().__init__("\n".join(str(error) for error in self.errors))


def shortened(text: str, most: int) -> str:
    """The text, or its beginning and its end: what is wrong stands around what is quoted."""
    if len(text) <= most:
        return text
    tail = most // 3
    return f"{text[: most - tail - 3]} … {text[-tail:]}"


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that `name` most likely misspells, or None when none is near."""
    names = sorted(set(known))
    found = process.extractOne(name, names, scorer=fuzz.ratio, score_cutoff=LIKELY)
    return found[0] if found else None
