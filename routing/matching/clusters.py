"""Which records are one person, from pairs: closed over certain pairs only, and bounded."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from routing.matching.features import levels
from routing.matching.record import Record

Link = tuple[float, int, int]
"""Probability and the positions of two records."""


class Clusters:
    """Groups of records by position. Two groups become one unless the whole would be too large or
    two of its members conflict."""

    def __init__(self, records: Sequence[Record], largest: int) -> None:
        self._records = records
        self._largest = largest
        self._group: dict[int, list[int]] = {}
        self._weakest: dict[int, float] = {}

    def join(self, links: Iterable[Link]) -> list[Link]:
        """Join the strongest first; returns the links that were refused."""
        return [link for link in sorted(links, key=self._order) if not self._join(link)]

    def members(self, at: int) -> list[int]:
        """The group of a record, itself included."""
        return self._group.get(at, [at])

    def first(self, at: int) -> int:
        """The position of the first record of the group: its name among groups."""
        return min(self.members(at))

    def groups(self) -> list[tuple[list[int], float]]:
        """All groups of two and more, each with the probability of its weakest link."""
        unique = {id(group): group for group in self._group.values()}
        return sorted((sorted(group), self._weakest[group[0]]) for group in unique.values())

    def _order(self, link: Link) -> tuple[float, list[str]]:
        """The strongest first, equals by their ids: the order of the records changes nothing."""
        return -link[0], sorted(self._records[at].id for at in link[1:])

    def _join(self, link: Link) -> bool:
        chance, left, right = link
        ours, theirs = self.members(left), self.members(right)
        if ours is theirs:
            return True
        if len(ours) + len(theirs) > self._largest or self._conflict(ours, theirs):
            return False
        whole = ours + theirs
        self._group.update(dict.fromkeys(whole, whole))
        self._weakest[whole[0]] = chance  # the strongest came first
        return True

    def _conflict(self, ours: list[int], theirs: list[int]) -> bool:
        return any(
            _names_conflict(self._records[one], self._records[other])
            for one in ours
            for other in theirs
        )


def _names_conflict(left: Record, right: Record) -> bool:
    found = levels(left, right)
    return "other" in (found.given, found.family, found.generation)
