"""Names of people: which given names are forms of one name, and how a family name sounds.

Nicknames are those of the `nicknames` package (English) and of `data/nicknames.tsv` (others).
"""

from __future__ import annotations

import re
from collections import defaultdict
from functools import lru_cache
from importlib.resources import files
from itertools import groupby

from nicknames import NickNamer, name_triplets

_DATA = files("routing.matching.data")
_FORMS_IN_KEYS = 2
_GENERATION = re.compile(r"\b(jr|sr|junior|senior|ii|iii|iv)\b\.?\s*$", re.I)
_SAME_GENERATION = {"junior": "jr", "ii": "jr", "senior": "sr"}
_LONGEST_GENERATION = 20  # characters at the end of a name in which it may stand
_SOUNDS = (
    ("sch", "x"), ("tch", "x"), ("ch", "x"), ("sh", "x"), ("ph", "f"), ("gh", "g"), ("kn", "n"),
    ("wr", "r"), ("ck", "k"), ("qu", "k"), ("dt", "t"), ("th", "t"),
)  # fmt: skip
_ALIKE = str.maketrans("cqzvwdj", "kksfftg")


def _rows(name: str) -> list[str]:
    text = _DATA.joinpath(name).read_text(encoding="utf-8")
    return [line for line in text.split("\n") if line and not line.startswith("#")]


def _nicknames() -> dict[str, set[str]]:
    """Full name -> its nicknames."""
    table: dict[str, set[str]] = defaultdict(set)
    for triplet in name_triplets():
        if triplet.relationship == "has_nickname":
            table[triplet.name1].add(triplet.name2)
    for row in _rows("nicknames.tsv"):
        full, short = row.split("\t")
        table[full].update(short.split("|"))
    return table


_NICKNAMES = _nicknames()
_FULL_NAMES = NickNamer(nickname_lookup=_NICKNAMES).canonical_lookup
_KNOWN = frozenset(_NICKNAMES) | frozenset(_FULL_NAMES)
COMMON_FAMILY_NAMES = frozenset(" ".join(_rows("common_family_names.txt")).split())


@lru_cache(maxsize=50_000)
def full_forms(given: str) -> frozenset[str]:
    """The name and every full name it is a nickname of."""
    return frozenset({given, *_FULL_NAMES.get(given, ())})


def is_known(given: str) -> bool:
    """Whether the word is a given name or nickname that the tables know, hence no typo."""
    return given in _KNOWN


@lru_cache(maxsize=50_000)
def key_forms(given: str) -> tuple[str, ...]:
    """The one or two names under which forms of one given name meet: those with most nicknames."""
    ranked = sorted(full_forms(given), key=lambda name: (-len(_NICKNAMES.get(name, ())), name))
    return tuple(ranked[:_FORMS_IN_KEYS])


@lru_cache(maxsize=50_000)
def sound(name: str) -> str:
    """The consonants of a folded name as they sound: `Müller` and `Mueller`, `Philips`, `Filip`."""
    for written, heard in _SOUNDS:
        name = name.replace(written, heard)
    name = name.translate(_ALIKE)
    first, rest = name[:1], [char for char in name[1:] if char not in "aeiouyh"]
    return first + "".join(char for char, _ in groupby(rest))


def generation(name: str) -> str | None:
    """jr, sr, iii or iv from the end of a name as written; None where it says nothing of it."""
    found = _GENERATION.search(name[-_LONGEST_GENERATION:])
    return _SAME_GENERATION.get(found[1].lower(), found[1].lower()) if found else None
