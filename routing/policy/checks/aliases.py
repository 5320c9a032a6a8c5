"""The company's own words: whether each means something Baton knows, and only one thing."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import get_args

from routing.normalise.industry import SECTORS
from routing.normalise.own_words import NOT_ONE, OwnWord
from routing.normalise.text import fold
from routing.policy.iso import country_name, region_name
from routing.policy.model import Policy
from routing.policy.reading.errors import PolicyError, nearest
from routing.policy.reading.origins import Origins
from routing.values import TitleTier

FILE = "aliases.csv"
CHOICES: dict[str, tuple[str, Collection[str]]] = {
    "industry": ("sector", SECTORS),
    "title": ("title tier", get_args(TitleTier)),
    "legal_form": ("place of a legal form", ("end", "both")),
}
"""What a value names, and which values there are."""


def problems(policy: Policy, origins: Origins) -> Iterator[PolicyError]:
    seen: set[tuple[str, str, str]] = set()
    for i, word in enumerate(policy.aliases):
        yield from _word(origins, i, word)
        land = word.value[:2] if word.vocabulary == "region" else ""
        if (key := (word.vocabulary, fold(word.raw), land)) in seen:
            message = f"{word.raw!r} stands twice in the vocabulary {word.vocabulary!r}"
            yield origins.error(FILE, (i, "raw"), message)
        seen.add(key)


def _word(origins: Origins, i: int, word: OwnWord) -> Iterator[PolicyError]:
    if not fold(word.raw):
        yield origins.error(FILE, (i, "raw"), f"{word.raw!r} holds no letters or digits")
    if word.vocabulary == "sector":
        if word.raw not in SECTORS:
            message = f"unknown sector {word.raw!r}"
            yield origins.error(FILE, (i, "raw"), message, nearest(word.raw, SECTORS))
    elif word.vocabulary in CHOICES:
        what, known = CHOICES[word.vocabulary]
        if word.value not in known and (word.value != NOT_ONE or word.vocabulary == "legal_form"):
            message = f"unknown {what} {word.value!r}, not one of {', '.join(sorted(known))}"
            yield origins.error(FILE, (i, "value"), message, nearest(word.value, known))
    elif not _is_place(word):
        code = "DE" if word.vocabulary == "country" else "US-CA"
        message = f"unknown {word.vocabulary} {word.value!r}: write its ISO code, such as {code}"
        yield origins.error(FILE, (i, "value"), message)


def _is_place(word: OwnWord) -> bool:
    if word.vocabulary == "country":
        return word.value == NOT_ONE or country_name(word.value) is not None
    return region_name(word.value) is not None
