"""Every likely pair among many records: the comparison of the single look-up, pair by pair."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from routing.matching.candidates import candidate_pairs
from routing.matching.clusters import Clusters, Link
from routing.matching.compare import DEFAULT, Comparison, compare
from routing.matching.features import levels
from routing.matching.record import Record
from routing.policy.tables.matching import Matching

CHAINED = "both are certainly one person with a third lead"
REFUSED = "kept from merging: others of its group conflict, or the group would be too large"
_STEP = 10_000  # pairs between two reports of progress

Positions = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Scan:
    """What a scan found. Pairs are in the order of the records, certain ones closed over.

    A question that another one answers is not asked twice: of all pairs between two groups of
    certainly one person only the most likely is in `review`; `folded` counts the others.
    `compared` counts candidate pairs.
    """

    certain: tuple[Comparison, ...]
    review: tuple[Comparison, ...]
    compared: int
    folded: int


def scan(
    records: Sequence[Record],
    matching: Matching = DEFAULT,
    progress: Callable[[int], None] = lambda compared: None,
) -> Scan:
    """Find the pairs; `progress` is told now and then how many were compared."""
    found: dict[Positions, Comparison] = {}
    compared = 0
    for left, right in candidate_pairs(records):
        compared += 1
        comparison = compare(records[left], records[right], matching)
        if comparison.band != "no":
            found[left, right] = comparison
        if not compared % _STEP:
            progress(compared)
    return replace(settled(records, found, matching), compared=compared)


def settled(
    records: Sequence[Record], found: Mapping[Positions, Comparison], matching: Matching = DEFAULT
) -> Scan:
    """What the comparisons in `certain` and `review` come to, taken together."""
    clusters = Clusters(records, matching.largest_cluster)
    known = dict(found)
    for _, left, right in clusters.join(_certain_links(known)):
        refused = known[left, right]
        known[left, right] = replace(refused, band="review", reasons=(*refused.reasons, REFUSED))
    certain, review = _closed(records, clusters, known), _questions(clusters, known)
    folded = sum(pair.band == "review" for pair in known.values()) - len(review)
    return Scan(certain, review, len(known), folded)


def _certain_links(found: dict[Positions, Comparison]) -> list[Link]:
    return [(one.probability, *at) for at, one in found.items() if one.band == "certain"]


def _closed(
    records: Sequence[Record], clusters: Clusters, found: dict[Positions, Comparison]
) -> tuple[Comparison, ...]:
    """All pairs of each group: as compared where that was certain, else chained."""
    pairs: dict[Positions, Comparison] = {}
    for group, weakest in clusters.groups():
        for at, left in enumerate(group):
            for right in group[at + 1 :]:
                one = found.get((left, right))
                direct = one if one and one.band == "certain" else None
                pairs[left, right] = direct or _chained(records[left], records[right], weakest)
    return tuple(pairs[at] for at in sorted(pairs))


def _chained(left: Record, right: Record, weakest: float) -> Comparison:
    return Comparison(left.id, right.id, weakest, "certain", (CHAINED,), levels(left, right))


def _questions(clusters: Clusters, found: dict[Positions, Comparison]) -> tuple[Comparison, ...]:
    """The most likely pair in review between any two groups."""
    best: dict[Positions, Positions] = {}
    for at, one in found.items():
        groups = sorted(map(clusters.first, at))
        if one.band != "review" or groups[0] == groups[1]:
            continue
        key = (groups[0], groups[1])
        if key not in best or _order(one) < _order(found[best[key]]):
            best[key] = at
    return tuple(found[at] for at in sorted(best.values()))


def _order(one: Comparison) -> tuple[float, list[str]]:
    """The most likely first, equals by their ids: the order of the records changes nothing."""
    return -one.probability, sorted((one.left, one.right))
