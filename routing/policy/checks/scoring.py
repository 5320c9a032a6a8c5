"""Points, engagement, bands and data quality: whether they can hold, and name what exists."""

from __future__ import annotations

from collections.abc import Iterator

from routing.lead import PROFILE_FIELDS
from routing.policy.checks import conditions, names
from routing.policy.model import Policy
from routing.policy.reading.errors import PolicyError, nearest
from routing.policy.reading.origins import Origins
from routing.policy.tables.scoring import Condition, PointRule

FILE = "scoring.yml"


def problems(policy: Policy, origins: Origins) -> Iterator[PolicyError]:
    scoring = policy.scoring
    yield from names.ids(origins, FILE, [p.id for p in scoring.points], ("points",))
    if scoring.medium >= scoring.high:
        yield origins.error(FILE, ("medium",), "medium must be below high")
    for i, rule in enumerate(scoring.points):
        where = names.At(FILE, ("points", i, "when"))
        yield from conditions.problems(policy, origins, where, rule.when)
    yield from _stated_twice(policy, origins)
    yield from _engagement(policy, origins)
    for name in scoring.quality.fields:
        if name not in PROFILE_FIELDS:
            at = ("quality", "fields", name)
            hint = nearest(name, PROFILE_FIELDS)
            yield origins.error(FILE, at, f"unknown field {name!r}", hint)


def _stated_twice(policy: Policy, origins: Origins) -> Iterator[PolicyError]:
    """Rules with one condition: together they give other points than each of them says."""
    first: dict[Condition, PointRule] = {}
    for i, rule in enumerate(policy.scoring.points):
        words = sorted({word.casefold() for word in rule.when.is_in})
        other = first.setdefault(rule.when.model_copy(update={"is_in": tuple(words)}), rule)
        if other is rule:
            continue
        message = f"{rule.id!r} has the condition of {other.id!r}"
        if (rule.points < 0) != (other.points < 0):
            yield origins.error(FILE, ("points", i), f"{message} and says the opposite")
        else:
            yield origins.warning(FILE, ("points", i), f"{message}: both points are given")


def _engagement(policy: Policy, origins: Origins) -> Iterator[PolicyError]:
    rules = policy.scoring.engagement
    yield from names.ids(origins, FILE, [rule.kind for rule in rules], ("engagement",))
    for i, rule in enumerate(rules):
        if rule.cap < abs(rule.points):
            message = f"cap {rule.cap} is less than one event gives ({abs(rule.points)})"
            yield origins.error(FILE, ("engagement", i, "cap"), message)
    if rules and not policy.scoring.weights.engagement:
        message = "engagement counts 0 per cent: none of its events changes a score"
        yield origins.warning(FILE, ("weights", "engagement"), message)
