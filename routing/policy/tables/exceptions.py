"""`exceptions.yml`: what people decide instead of rules, where it waits, and how long (R5, R8)."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

from pydantic import Field

from routing.policy.tables.scoring import Condition
from routing.values import Duration, Value

CaseKind = Literal[
    "ambiguous_territory",
    "high_value",
    "missing_fields",
    "no_rule",
    "nobody_eligible",
    "uncertain_duplicate",
    "score_failed",
    "enrichment_failed",
    "suspicious_input",
    "stuck_work",
]

REVIEW = "default_review"
CASE_QUEUES: dict[CaseKind, str] = {
    "ambiguous_territory": REVIEW,
    "high_value": REVIEW,
    "missing_fields": REVIEW,
    "no_rule": REVIEW,
    "nobody_eligible": REVIEW,
    "uncertain_duplicate": "duplicate",
    "score_failed": "score_review",
    "enrichment_failed": "enrichment_review",
    "suspicious_input": REVIEW,
    "stuck_work": REVIEW,
}
"""The queue a kind of case belongs to where `queues` does not say otherwise."""


class HighValue(Value):
    """Leads whose owner a person approves first: those for which every condition of one of the
    lists holds. The score is no condition.
    """

    any_of: tuple[tuple[Condition, ...], ...] = Field(min_length=1)
    age_limit: Duration | None = None
    channel: str | None = None
    """Where its cases go, else the pool's channel or the company's."""


class ExceptionPolicy(Value):
    """`exceptions.yml`: which leads people decide, and how long a case may wait.

    A case may wait as long as its kind says (`age_limits`, or `high_value` itself), else as its
    queue does, else `age_limit`.
    """

    required_fields: tuple[str, ...] = ()
    """Lead facts without which people decide; `email|phone` asks for one of the two."""
    age_limit: Duration = timedelta(hours=4)
    age_limits: dict[CaseKind, Duration] = {}
    queues: dict[CaseKind, str] = {}
    unrouted: tuple[str, ...] = ()
    """Territories no rule is meant to cover: their leads become `no_rule` cases on purpose."""
    ambiguous: tuple[str, ...] = ()
    """Cities, regions or countries that several territories claim on purpose: people decide."""
    high_value: HighValue | None = None
