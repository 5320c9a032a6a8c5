"""A company's own words: rows of policy's `aliases.csv`, put over the alias tables."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from routing.normalise.aliases import DEFAULT_ALIASES, Aliases
from routing.values import Value

Vocabulary = Literal["industry", "sector", "title", "country", "region", "legal_form"]
NOT_ONE = "-"
"""The value of a word that stays empty whatever the tables say."""


class OwnWord(Value):
    """One row of `aliases.csv`: what people write, and what it means.

    `value` is a sector for `industry`, a tier for `title`, an alpha-2 code for `country`, an ISO
    3166-2 code for `region`, `end` or `both` (where in a name it counts) for `legal_form`; or
    `NOT_ONE`. A row of `sector` maps a sector, its `raw`, to the company's own word for it.
    """

    vocabulary: Vocabulary
    raw: str
    value: str


def with_own_words(words: Iterable[OwnWord], base: Aliases = DEFAULT_ALIASES) -> Aliases:
    """The tables with a company's own words in them; `base` itself when there are none."""
    tables: dict[str, dict[str, str]] = {}
    regions: dict[str, dict[str, str]] = {}
    for word in words:
        value = "" if word.value == NOT_ONE else word.value
        if word.vocabulary == "region":
            regions.setdefault(word.value[:2], {})[word.raw] = value
        else:
            tables.setdefault(word.vocabulary, {})[word.raw] = value
    if not (tables or regions):
        return base
    return base.extended(
        countries=tables.get("country"),
        regions=regions,
        titles=tables.get("title"),
        industries=tables.get("industry"),
        legal_forms=tables.get("legal_form"),
        sectors=tables.get("sector"),
    )
