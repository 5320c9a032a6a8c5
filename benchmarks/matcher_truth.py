"""Who is who: leads with their truth, and how well what was said of them agrees with it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from benchmarks.report import Row

TRUTH = "entity_id"
CLOSED_FROM = 0.7
"""Pairs from this probability on are followed to their ends for the closure."""

Pair = tuple[int, int]


@dataclass(frozen=True)
class Said:
    """One pair of a scan, by positions."""

    left: int
    right: int
    probability: float
    band: str


@dataclass(frozen=True)
class Agreement:
    """How many pairs were said and true, of how many that are true."""

    said: int
    right: int
    true: int

    @property
    def precision(self) -> float:
        return self.right / self.said if self.said else 1.0

    @property
    def recall(self) -> float:
        return self.right / self.true

    @property
    def f1(self) -> float:
        return 2 * self.right / (self.said + self.true)


def judged(said: Sequence[Said], people: Sequence[str]) -> Row:
    """The figures the matcher is held to; `people` says who stands behind each position."""
    certain = _agreement([one for one in said if one.band == "certain"], people)
    review = _agreement([one for one in said if one.band == "review"], people)
    likely = [one for one in said if one.band == "certain" or one.probability >= CLOSED_FROM]
    return {
        "leads": len(people),
        "certain precision": f"{certain.precision:.4f}",
        "certain recall": f"{certain.recall:.3f}",
        "closure F1": f"{closure(likely, people).f1:.3f}",
        "review/1,000": f"{review.said / len(people) * 1000:.1f}",
        "true of them": f"{review.precision:.2f}",
    }


def _agreement(said: Sequence[Said], people: Sequence[str]) -> Agreement:
    right = sum(people[one.left] == people[one.right] for one in said)
    return Agreement(len(said), right, _pairs_within(people))


def closure(said: Iterable[Said], people: Sequence[str]) -> Agreement:
    """The agreement of the groups that these pairs make when they are followed to their ends."""
    group = list(range(len(people)))
    for one in said:
        group[_root(group, one.left)] = _root(group, one.right)
    roots = [_root(group, at) for at in range(len(group))]
    right = _pairs_within(zip(roots, people, strict=True))
    return Agreement(_pairs_within(roots), right, _pairs_within(people))


def _pairs_within(groups: Iterable[object]) -> int:
    return sum(number * (number - 1) // 2 for number in Counter(groups).values())


def _root(group: list[int], at: int) -> int:
    while group[at] != at:
        group[at] = group[group[at]]
        at = group[at]
    return at
