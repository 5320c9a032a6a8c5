"""Bands no score reaches, people nobody answers for, and queues nothing goes to."""

from __future__ import annotations

from collections.abc import Iterator

from routing.policy.model import Policy
from routing.policy.reading.errors import PolicyError
from routing.policy.reading.origins import Origins

SCORING, PEOPLE, QUEUES = "scoring.yml", "people.csv", "queues.yml"
OF_CASES = frozenset({"default_review", "duplicate", "score_review", "enrichment_review"})
"""Queues that work needs whatever the rules say (R8)."""


def problems(policy: Policy, origins: Origins) -> Iterator[PolicyError]:
    yield from _bands(policy, origins)
    yield from _without_manager(policy, origins)
    if origins.complete("rules.csv", "sources.yml"):
        yield from _unused_queues(policy, origins)


def _bands(policy: Policy, origins: Origins) -> Iterator[PolicyError]:
    scoring = policy.scoring
    if not scoring.medium and scoring.high > scoring.medium:
        message = "medium begins at 0, so no score is ever low"
        yield origins.warning(SCORING, ("medium",), message)
    most = _most_points(policy)
    for band, start in (("high", scoring.high), ("medium", scoring.medium)):
        if (scoring.points or scoring.engagement) and most < start:
            message = f"no score is ever {band}: all points together give {most}, it needs {start}"
            yield origins.warning(SCORING, (band,), message)


def _most_points(policy: Policy) -> int:
    """A bound that no score passes: every rule with points holds, and no other."""
    scoring = policy.scoring
    fit = min(sum(max(rule.points, 0) for rule in scoring.points), 100)
    done = min(sum(rule.cap for rule in scoring.engagement if rule.points > 0), 100)
    weights = scoring.weights
    return min((fit * weights.fit + done * weights.engagement + 50) // 100, 100)


def _without_manager(policy: Policy, origins: Origins) -> Iterator[PolicyError]:
    for i, person in enumerate(policy.people):
        if person.active and person.role in ("sdr", "ae") and not person.manager:
            message = f"{person.name} ({person.role}) has no manager"
            message = f"{message}: the managers' channel hears of clocks they miss"
            yield origins.warning(PEOPLE, (i,), message)


def _unused_queues(policy: Policy, origins: Origins) -> Iterator[PolicyError]:
    used = {rule.send_to.id for rule in policy.rules if rule.send_to.kind == "queue"}
    used |= {source.handling.queue for source in policy.sources if source.handling}
    for i, queue in enumerate(policy.queues):
        if queue.id not in used | OF_CASES:
            message = f"no rule and no import sends leads to queue {queue.id!r}"
            yield origins.warning(QUEUES, (i,), message)
