"""Fit the matcher's weights: `python -m benchmarks.fit_matcher LEADS.csv [--write]`.

The file is a lead export with a column `entity_id` that tells which rows are one person; it is
weighed `FILE_WEIGHT` times beside a made-up population, in which namesakes are as frequent as in a
large store. Figures are held out: no pair is judged by weights that saw a pair of its left person.
"""

from __future__ import annotations

import argparse
import csv
import json
import math
import zlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.matcher_truth import TRUTH, Said, judged
from benchmarks.population_rows import population_rows
from benchmarks.report import Row
from routing.matching.candidates import candidate_pairs
from routing.matching.compare import Comparison, judge
from routing.matching.features import Levels, levels
from routing.matching.model import estimate, logistic, terms
from routing.matching.record import Record
from routing.matching.rows import record_of_row
from routing.matching.scan import settled

WEIGHTS = Path(__file__).parent.parent / "routing" / "matching" / "data" / "weights.json"
POPULATION, SEED = 40_000, 7
FILE_WEIGHT = 3
FOLDS = 5
RIDGE_SINGLE, RIDGE_PAIRED = 0.5, 3.0
LEAST = 0.02  # weights closer to zero are left out
ROUNDS = 400
FASTER, SLOWER, LONGEST_STEP = 1.2, 0.5, 1.0  # Rprop

Sample = tuple[Levels, bool]
Pattern = tuple[list[int], int, int]
"""The places of a pattern's weights, and how many pairs of two people and of one person have it."""


@dataclass(frozen=True)
class Labelled:
    """Records, the person behind each in the same order, and every candidate pair."""

    records: list[Record]
    people: list[str]
    pairs: list[tuple[int, int]]

    def is_same(self, pair: tuple[int, int]) -> bool:
        return self.people[pair[0]] == self.people[pair[1]]

    def levels(self, pair: tuple[int, int]) -> Levels:
        return levels(self.records[pair[0]], self.records[pair[1]])


def labelled(rows: Iterable[dict[str, str]]) -> Labelled:
    """The matcher never sees the truth: only the columns of `routing.matching.rows` are read."""
    rows = list(rows)
    records = [record_of_row(row, str(at)) for at, row in enumerate(rows)]
    return Labelled(records, [row[TRUTH] for row in rows], list(candidate_pairs(records)))


def samples_of(data: Labelled, without: int | None = None) -> list[Sample]:
    """Levels and truth of each candidate pair; without those that touch a person of one fold."""
    return [
        (data.levels(pair), data.is_same(pair))
        for pair in data.pairs
        if without is None or without not in {fold_of(data.people[at]) for at in pair}
    ]


def fold_of(person: str) -> int:
    return zlib.crc32(person.encode()) % FOLDS


def fit(samples: Iterable[Sample]) -> dict[str, float]:
    """The weights of the highest likelihood under a ridge, by Rprop over the distinct patterns."""
    counts: dict[Levels, list[int]] = defaultdict(lambda: [0, 0])
    for found, same in samples:
        counts[found][same] += 1
    names = ["bias", *sorted({term for found in counts for term in terms(found)})]
    place = {name: at for at, name in enumerate(names)}
    patterns = [
        ([0, *(place[term] for term in terms(found))], other, same)
        for found, (other, same) in counts.items()
    ]
    ridge = [0.0, *(RIDGE_PAIRED if " " in name else RIDGE_SINGLE for name in names[1:])]
    values = zip(names, _climb(patterns, ridge), strict=True)
    return {name: round(value, 3) for name, value in values if abs(value) >= LEAST}


def _climb(patterns: list[Pattern], ridge: list[float]) -> list[float]:
    values, steps, before = ([start] * len(ridge) for start in (0.0, 0.1, 0.0))
    for _ in range(ROUNDS):
        slope = _slope(patterns, values, ridge)
        for at, now in enumerate(slope):
            turn = now * before[at]
            change = FASTER if turn > 0 else SLOWER if turn < 0 else 1.0
            steps[at] = min(steps[at] * change, LONGEST_STEP)
            values[at] += math.copysign(steps[at], now) if now else 0.0
        before = slope
    return values


def _slope(patterns: list[Pattern], values: list[float], ridge: list[float]) -> list[float]:
    slope = [-ridge[at] * value for at, value in enumerate(values)]
    for places, other, same in patterns:
        error = same - (other + same) * logistic(sum(values[at] for at in places))
        for at in places:
            slope[at] += error
    return slope


def held_out(data: Labelled, made: list[Sample]) -> Row:
    """The figures of a scan whose every pair is judged by weights that saw no pair of its left
    person: not its own either."""
    found: dict[tuple[int, int], Comparison] = {}
    for fold in range(FOLDS):
        chance = estimate(fit([*samples_of(data, without=fold) * FILE_WEIGHT, *made]))
        for pair in data.pairs:
            if fold_of(data.people[pair[0]]) == fold:
                left, right = data.records[pair[0]], data.records[pair[1]]
                seen = data.levels(pair)
                comparison = judge(left, right, seen, chance(seen))
                if comparison.band != "no":
                    found[pair] = comparison
    result = settled(data.records, found)
    pairs = (*result.certain, *result.review)
    said = [Said(int(one.left), int(one.right), one.probability, one.band) for one in pairs]
    return judged(said, data.people)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fit_matcher", description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--write", action="store_true", help="replace the weights in use")
    order = parser.parse_args()
    with order.file.open(encoding="utf-8-sig", newline="") as file:
        data = labelled(csv.DictReader(file))
    made = samples_of(labelled(population_rows(POPULATION, SEED)))
    print("held out:", held_out(data, made))
    if order.write:
        weights = fit([*samples_of(data) * FILE_WEIGHT, *made])
        WEIGHTS.write_text(json.dumps(weights, indent=0, sort_keys=True) + "\n", encoding="utf-8")
        print(f"{len(weights)} weights written to {WEIGHTS.name}")


if __name__ == "__main__":
    main()
