"""Guarded repair of misspelt names: one nearest meaning with a margin, or nothing.

Near is not enough: `Neverland` lies one letter from `Nederland`. Every difference must be a slip
that fingers and ears make (`slip.py`), word by word.
"""

from collections.abc import Iterable, Mapping
from functools import lru_cache

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

from routing.normalise.slip import LONG, SHORTEST, allowed_slips, is_slip_of

Bucket = dict[str, str]  # name -> value, names of one first letter and one length


def nearest(
    word: str, table: Mapping[str, str], most: int = 2, changed_from: int = LONG
) -> str | None:
    """Return the one value whose names lie nearest to `word`, or None.

    Names must begin with the same letter and be at least as near as `allowed_slips`, and `most`;
    when names of two values (an empty value included) lie equally near there is no answer. A
    changed letter counts as a slip in words and phrases of `changed_from` letters and more.
    """
    slips = min(allowed_slips(word), most)
    if not slips or len(word) > 40 or not word.isascii():
        return None
    return _best(
        word, slips, changed_from, _candidates(_Identity(table), word[0], len(word), slips)
    )


def _best(word: str, slips: int, changed_from: int, names: Iterable[Bucket]) -> str | None:
    near: dict[int, set[str]] = {}
    likely: set[tuple[int, str]] = set()
    for bucket in names:
        found_near = extract(
            word, bucket.keys(), scorer=OSA.distance, score_cutoff=slips, limit=None
        )
        for name, distance, _ in found_near:
            value = bucket[name]
            near.setdefault(distance, set()).add(value)
            if is_slip_of(word, name, changed_from):
                likely.add((distance, value))
    nearest_values = near[min(near)] if near else set()
    found = nearest_values.pop() if len(nearest_values) == 1 else ""
    return found if found and (min(near), found) in likely else None


class _Identity:
    """A frozen table hashed by identity, so that its buckets can be cached."""

    def __init__(self, table: Mapping[str, str]) -> None:
        self.table = table

    def __hash__(self) -> int:
        return id(self.table)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Identity) and other.table is self.table


@lru_cache(maxsize=512)
def _buckets(table: _Identity) -> dict[tuple[str, int], Bucket]:
    buckets: dict[tuple[str, int], Bucket] = {}
    for name, value in table.table.items():
        if name and name.isascii() and len(name) >= SHORTEST:
            buckets.setdefault((name[0], len(name)), {})[name] = value
    return buckets


def _candidates(table: _Identity, letter: str, length: int, slips: int) -> Iterable[Bucket]:
    buckets = _buckets(table)
    for size in range(length - slips, length + slips + 1):
        if (letter, size) in buckets:
            yield buckets[letter, size]
