"""Rules: whether they name what exists."""

from __future__ import annotations

from collections.abc import Iterator

from routing.policy.checks import names
from routing.policy.model import Policy
from routing.policy.reading.errors import PolicyError
from routing.policy.reading.origins import Origins
from routing.policy.tables.rules import ANY, Rule

FILE = "rules.csv"


def problems(policy: Policy, origins: Origins) -> Iterator[PolicyError]:
    yield from names.ids(origins, FILE, [r.id for r in policy.rules])
    homes = _Homes(policy)
    for i, rule in enumerate(policy.rules):
        yield from _rule(homes, origins, i, rule)


class _Homes:
    """The names a rule may use, collected once for all rules."""

    def __init__(self, policy: Policy) -> None:
        self.columns = (
            names.territories(policy),
            names.segments(policy),
            names.sources(policy),
            names.bands(policy),
        )
        self.targets = {"pool": names.pools(policy), "queue": names.queues(policy)}


def _rule(homes: _Homes, origins: Origins, i: int, rule: Rule) -> Iterator[PolicyError]:
    stated = (rule.territory, rule.segment, rule.source, rule.band)
    for value, known in zip(stated, homes.columns, strict=True):
        yield from origins.unknown(FILE, (i,), None if value == ANY else value, known)
    if rule.send_to.kind != "nurture":
        yield from origins.unknown(
            FILE, (i,), rule.send_to.id or "", homes.targets[rule.send_to.kind]
        )
