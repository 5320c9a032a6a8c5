"""The static check of a policy: every finding, exact, at up to 10,000 rules."""

from __future__ import annotations

import time
from collections.abc import Iterator

from benchmarks.program import POLICY
from benchmarks.report import Report, Row, middle
from benchmarks.tangled_policy import Tangle, tangled
from bot.policy_folder import read_policy_folder
from routing.policy.check import ANALYSIS, SOUNDNESS, check
from routing.policy.model import Policy
from routing.policy.reading.load import load_policy
from routing.policy.tables.rules import Rule
from routing.policy.tables.territories import TerritoryRow

METHOD = """One thread. The example policy with as many territories (cities of Germany) and rules as
stated: a default for each territory, then rules for segment, band and source, one in ten of them
dead, and rules of equal specificity that overlap. `analysis` is what the rules do together:
unreachable, overlapping, uncovered, exactly; `soundness` is whether their names exist. The tangled
policies have 500 territories, a fifth of the places shared by two, segments of industries and title
tiers, and rules drawn by chance: in each column a value or, in the stated share of rules, `*`."""

SIZES = (10, 100, 1_000, 10_000)
ROUNDS = 3
TANGLES = {
    "few *": Tangle((0, 0.1, 0.1, 0.1)),
    "half *": Tangle((0.1, 0.5, 0.5, 0.5)),
    "most *": Tangle((0.02, 0.7, 0.7, 0.7)),
    "half without territory": Tangle((0.5, 0.3, 0.3, 0.3)),
    "half *, many columns": Tangle((0.1, 0.5, 0.5, 0.5), segments=30, sources=40),
    "most *, many columns": Tangle((0.02, 0.7, 0.7, 0.7), segments=30, sources=40),
}


def measure(quick: bool) -> Report:
    report = Report("Static check of a policy", METHOD)
    example = load_policy(read_policy_folder(POLICY))
    rounds = 1 if quick else ROUNDS
    for size in SIZES:
        report.add("Seconds", _row(_grown(example, size), rounds))
    for name, tangle in TANGLES.items():
        policy = tangled(example, tangle)
        columns: Row = {"rules drawn": name, "segments": len(policy.segments)}
        row = columns | {"sources": len(policy.sources)} | _row(policy, rounds)
        report.add("Seconds for tangled rules", row)
    return report


def _row(policy: Policy, rounds: int) -> Row:
    took = [_timed(policy) for _ in range(rounds)]
    return {
        "rules": len(policy.rules),
        "territories": len(policy.territories),
        "soundness": middle([one[0] for one in took]),
        "analysis": middle([one[1] for one in took]),
        "findings": took[0][2],
    }


def _timed(policy: Policy) -> tuple[float, float, int]:
    started = time.perf_counter()
    sound = check(policy, checks=SOUNDNESS)
    between = time.perf_counter()
    found = check(policy, checks=ANALYSIS)
    return between - started, time.perf_counter() - between, len(sound) + len(found)


def _grown(example: Policy, rules: int) -> Policy:
    cities = max(rules // 10, 1)
    rows = (
        TerritoryRow(territory=f"city-{n}", country="DE", city=f"City {n}") for n in range(cities)
    )
    grown = {
        "territories": (*example.territories, *rows),
        "rules": (*example.rules[: rules // 5], *_rules(example, rules, cities)),
    }
    return example.model_copy(update=grown)


def _rules(example: Policy, count: int, cities: int) -> Iterator[Rule]:
    targets = [f"pool:{pool.id}" for pool in example.pools]
    sources = [source.id for source in example.sources]
    for n in range(count - min(len(example.rules), count // 5)):
        kind, city = n % 10, f"city-{(n // 10) % cities}"
        columns: dict[str, str] = {"territory": city}
        if kind in (1, 2, 3):
            columns["band"] = ("high", "medium", "low")[kind - 1]
        elif kind in (4, 5):
            columns |= {"segment": example.segments[kind - 4].id, "band": "high"}
        elif kind in (6, 7, 8):
            columns |= {"segment": "enterprise", "source": sources[kind - 6]}
        elif kind == 9:
            columns |= {"band": "low", "source": sources[n % len(sources)]}
        yield Rule.model_validate(
            {"id": f"grown-{n}", "send_to": targets[n % len(targets)]} | columns
        )
