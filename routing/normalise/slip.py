"""Whether one spelling is another one with likely slips, and not simply another word.

Likely: two neighbours swapped, a letter left out, a letter doubled; in long words also a vowel for
a vowel, a sound for its like (c and k), or a vowel too many. The plurals of a phrase do not matter.
"""

from collections.abc import Iterator

from routing.normalise.text import words

LONG = 9  # letters from which a changed letter, or a vowel too many, may be a slip
SHORTEST = 5  # letters; shorter words are one slip away from too many others

_TOO_MANY = frozenset("aeiouys")
_VOWELS = frozenset("aeiouy")
_SOUNDS = frozenset(
    map(
        frozenset,
        ["ck", "cs", "cz", "sz", "ks", "iy", "vw", "fv", "gj", "cq", "kq", "bp", "dt", "mn"],
    )
)
JOINS = words("and und et y e en og och i")
_NEVER = 9  # more slips than any word may hold


def allowed_slips(word: str) -> int:
    """Return how many slips a word of its length may hold."""
    return 0 if len(word) < SHORTEST else 1 if len(word) < LONG else 2


def is_slip_of(typed: str, name: str, changed_from: int = LONG) -> bool:
    """Tell whether folded `typed` is `name` with likely slips only, word by word.

    changed_from: letters of the whole from which a changed letter may be a slip.
    """
    left, right = typed.split(), name.split()
    if len(left) != len(right):
        return typed.replace(" ", "") == name.replace(" ", "")
    if len(left) > 1:
        left, right = ([_without_plural(word) for word in side] for side in (left, right))
    is_long = len(typed) >= changed_from
    return all(_is_one_word(*pair, is_long) for pair in zip(left, right, strict=True))


def _without_plural(word: str) -> str:
    return word.rstrip("s") if len(word) > 4 else word


def _is_one_word(typed: str, name: str, is_long: bool) -> bool:
    if typed == name or (typed in JOINS and name in JOINS):
        return True
    return typed[0] == name[0] and _slips(typed, name, allowed_slips(typed), is_long) != _NEVER


def _slips(typed: str, name: str, most: int, is_long: bool) -> int:
    """How many likely slips part the two spellings; `_NEVER` when more than `most`."""
    if typed == name:
        return 0
    if not most:
        return _NEVER
    at = next((i for i, (a, b) in enumerate(zip(typed, name, strict=False)) if a != b), None)
    at = min(len(typed), len(name)) if at is None else at
    rest = (_slips(*way, most - 1, is_long) for way in _mended(typed, name, at, is_long))
    return min((1 + slips for slips in rest if slips != _NEVER), default=_NEVER)


def _mended(typed: str, name: str, at: int, is_long: bool) -> Iterator[tuple[str, str]]:
    """Both spellings behind their first difference, once for each slip that explains it."""
    left, right = typed[at:], name[at:]
    if len(left) > 1 and left[:2] == right[1::-1]:
        yield left[2:], right[2:]
    if right and (left or len(typed) >= LONG - 2):
        yield left, right[1:]
    again = typed[at - 1 : at] if len(typed) < LONG - 2 else typed[max(at - 2, 0) : at]
    if left and (left[0] in again or (len(typed) >= LONG - 1 and left[0] in _TOO_MANY)):
        yield left[1:], right
    if left and right and is_long and _sound_alike(left[0], right[0]):
        yield left[1:], right[1:]


def _sound_alike(one: str, other: str) -> bool:
    return {one, other} <= _VOWELS or frozenset((one, other)) in _SOUNDS
