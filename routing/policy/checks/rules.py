"""Rules: whether they can match, and whether they name what exists."""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_args

from routing.policy.checks import names
from routing.policy.errors import PolicyError
from routing.policy.model import ANY, Policy, Rule
from routing.policy.origins import Names, Origins
from routing.values import Band

FILE = "rules.csv"
BANDS = get_args(Band)


def problems(policy: Policy, origins: Origins) -> Iterator[PolicyError]:
    yield from names.ids(origins, FILE, [r.id for r in policy.rules])
    for i, rule in enumerate(policy.rules):
        yield from _rule(policy, origins, i, rule)
    yield from _unreachable(policy, origins)
    yield from _uncovered(policy, origins)


def _rule(policy: Policy, origins: Origins, i: int, rule: Rule) -> Iterator[PolicyError]:
    columns = (
        (rule.territory, names.territories(policy)),
        (rule.segment, names.segments(policy)),
        (rule.source, names.sources(policy)),
        (rule.band, Names("band", FILE, BANDS)),
    )
    for value, known in columns:
        yield from origins.unknown(FILE, (i,), None if value == ANY else value, known)
    if rule.send_to.kind != "nurture":
        home = names.pools(policy) if rule.send_to.kind == "pool" else names.queues(policy)
        yield from origins.unknown(FILE, (i,), rule.send_to.id or "", home)


def _unreachable(policy: Policy, origins: Origins) -> Iterator[PolicyError]:
    """Rules with the columns of another that comes first by priority, then id."""
    first: dict[tuple[str, ...], Rule] = {}
    for rule in sorted(policy.rules, key=lambda r: (-r.priority, r.id)):
        first.setdefault((rule.territory, rule.segment, rule.band, rule.source), rule)
    for i, rule in enumerate(policy.rules):
        winner = first[(rule.territory, rule.segment, rule.band, rule.source)]
        if winner.id != rule.id:
            message = f"rule {rule.id!r} never applies: {winner.id!r} has the same columns"
            yield origins.warning(FILE, (i,), f"{message} and comes first")


def _uncovered(policy: Policy, origins: Origins) -> Iterator[PolicyError]:
    """Territories (and the rest of the world) that no rule takes whole."""
    whole = {r.territory for r in policy.rules if (r.segment, r.band, r.source) == (ANY,) * 3}
    excused = set(policy.exceptions.unrouted)
    if ANY in whole:
        return
    for name in sorted({row.territory for row in policy.territories} - whole - excused):
        message = f"no default rule for territory {name!r}: some of its leads become no_rule cases"
        yield origins.warning(FILE, (), message)
    if not any(row.country == ANY for row in policy.territories):
        yield origins.warning(FILE, (), "no default rule for leads in no territory")
