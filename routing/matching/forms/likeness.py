"""How two folded names compare: levels from `same` to `other`, `none` where one is missing."""

from __future__ import annotations

from functools import lru_cache

from rapidfuzz.distance import OSA, JaroWinkler

from routing.matching.forms.names import full_forms, is_known

_NEAR = 0.88  # Jaro-Winkler of two spellings of one name
_SHORTEST_PART = 3  # letters of a part that says something
RANK = {
    "same": 5,
    "nick": 4,
    "near": 3,
    "part": 3,
    "variant": 2,
    "initial": 2,
    "hint": 2,
    "far_initial": 1,
    "none": 1,
    "other": 0,
}
"""How much a level speaks for one name."""


@lru_cache(maxsize=100_000)
def given_level(left: str, right: str) -> str:
    """same, nick (forms of one name), near (a typo), variant (two known names one slip apart,
    as Steven and Stefan), initial, far_initial (of another form of the name), other."""
    if left == right:
        return "same"
    if len(left) == 1 or len(right) == 1:
        if left[0] == right[0]:
            return "initial"
        return "far_initial" if _first_letters(left) & _first_letters(right) else "other"
    if full_forms(left) & full_forms(right) or _begins(left, right):
        return "nick"
    spellings = [(left, form) for form in full_forms(right)] + [
        (form, right) for form in full_forms(left)
    ]
    if not any(_is_typo(one, other) for one, other in spellings):
        return "other"
    return "variant" if is_known(left) and is_known(right) else "near"


@lru_cache(maxsize=100_000)
def family_level(left: str, right: str) -> str:
    """same, near (a typo), part (one of two names of a double name), initial, other."""
    if left == right:
        return "same"
    if len(left) == 1 or len(right) == 1:
        return "initial" if left[0] == right[0] else "other"
    if _is_typo(left, right):
        return "near"
    short, long = sorted((left, right), key=lambda name: (len(name), name))
    is_part = len(short) > _SHORTEST_PART and (long.startswith(short) or long.endswith(short))
    return "part" if is_part else "other"


def _first_letters(name: str) -> set[str]:
    return {form[0] for form in full_forms(name)}


def _begins(left: str, right: str) -> bool:
    short, long = sorted((left, right), key=len)
    return len(short) >= _SHORTEST_PART and long.startswith(short)


def _is_typo(left: str, right: str) -> bool:
    """One slip, two in a long word, or very alike; never in words of two letters."""
    shortest = min(len(left), len(right))
    if shortest < _SHORTEST_PART:
        return False
    slips = OSA.distance(left, right, score_cutoff=2)
    return (
        slips == 1
        or (shortest > 5 and slips == 2)
        or (shortest > 4 and JaroWinkler.similarity(left, right) >= _NEAR and slips <= 2)
    )


def names_level(left: str | None, right: str | None, family: bool) -> str:
    """The level of two parts of a name of which either may be missing."""
    if left is None or right is None:
        return "none"
    return family_level(left, right) if family else given_level(left, right)
