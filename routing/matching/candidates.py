"""Which pairs of many records to compare: those that share a key, found in bounded memory."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from itertools import combinations, groupby

from routing.matching.keys import BLOCK, keys
from routing.matching.record import Record

_SLICES = 16  # the keys are sorted a sixteenth at a time
_LOW = (1 << 32) - 1


def candidate_pairs(records: Sequence[Record]) -> Iterator[tuple[int, int]]:
    """The positions of every two records that share a key, each pair once, in order.

    A key that more than `BLOCK` records carry is passed over, so there are at most `BLOCK` / 2
    pairs for each key of a record, whatever the records are.
    """
    hashes, owners = _all_keys(records)
    found = array("Q")
    for part in range(_SLICES):
        for block in _blocks(hashes, owners, part):
            found.extend(left << 32 | right for left, right in combinations(block, 2))
    for pair, _ in groupby(sorted(found)):
        yield pair >> 32, pair & _LOW


def _all_keys(records: Sequence[Record]) -> tuple[array[int], array[int]]:
    hashes, owners = array("q"), array("I")
    for at, record in enumerate(records):
        own = keys(record)
        hashes.extend(own)
        owners.extend([at] * len(own))
    return hashes, owners


def _blocks(hashes: array[int], owners: array[int], part: int) -> Iterator[list[int]]:
    """The positions of the records under each key of one part that two to `BLOCK` carry."""
    mine = sorted(at for at, key in enumerate(hashes) if key % _SLICES == part)
    mine.sort(key=hashes.__getitem__)
    for _, block in groupby(mine, key=hashes.__getitem__):
        positions = [owners[at] for at in block]
        if 1 < len(positions) <= BLOCK:
            yield positions
