"""The static check of a policy: every finding, exact, at up to 10,000 rules."""

from __future__ import annotations

import time
from collections.abc import Iterator

from benchmarks.program import POLICY
from benchmarks.report import Report, middle
from bot.policy_folder import read_policy_folder
from routing.policy.check import ANALYSIS, SOUNDNESS, check
from routing.policy.model import Policy
from routing.policy.reading.load import load_policy
from routing.policy.tables.rules import Rule
from routing.policy.tables.territories import TerritoryRow

METHOD = """One thread. The example policy with as many territories (cities of Germany) and rules as
stated: a default for each territory, then rules for segment, band and source, one in ten of them
dead, and rules of equal specificity that overlap. `analysis` is what the rules do together:
unreachable, overlapping, uncovered, exactly; `soundness` is whether their names exist."""

SIZES = (10, 100, 1_000, 10_000)
ROUNDS = 3


def measure(quick: bool) -> Report:
    report = Report("Static check of a policy", METHOD)
    example = load_policy(read_policy_folder(POLICY))
    for size in SIZES:
        policy = _grown(example, size)
        rounds = [_timed(policy) for _ in range(1 if quick else ROUNDS)]
        report.add(
            "Seconds",
            {
                "rules": len(policy.rules),
                "territories": len(policy.territories),
                "soundness": middle([one[0] for one in rounds]),
                "analysis": middle([one[1] for one in rounds]),
                "findings": rounds[0][2],
            },
        )
    return report


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
