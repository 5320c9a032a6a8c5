"""Score by explicit points: every rule that holds is a factor that can be shown (I9)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from routing.lead import Factor, LeadFacts, Score
from routing.policy.conditions import holds
from routing.policy.tables.scoring import Scoring, Weights
from routing.scoring.engagement import Seen, engagement_factor

NOTHING_SEEN = Seen((), datetime.min.replace(tzinfo=UTC))
WEIGHTS = "weights"
"""What is said to have failed when no rule did."""


def score(scoring: Scoring, lead: LeadFacts, seen: Seen = NOTHING_SEEN) -> Score:
    """Fit and engagement, each the sum of its factors clipped to 0..100, weighed and added.

    Never raises: with a rule that cannot be judged the value is None, and `failed` names it. A
    policy that `load_policy` accepted has no such rule.
    """
    sheet = _Sheet()
    try:
        sheet.count(scoring, lead, seen)
        return _scored(scoring.weights, sheet)
    except Exception as error:  # whatever a rule does, the lead goes on without a score
        failed = f"{sheet.judging} ({type(error).__name__})"
        return Score(value=None, factors=(*sheet.fit, *sheet.engagement), failed=failed)


@dataclass
class _Sheet:
    """A score being counted, and the rule it has come to."""

    fit: list[Factor] = field(default_factory=list)
    engagement: list[Factor] = field(default_factory=list)
    judging: str = WEIGHTS

    def count(self, scoring: Scoring, lead: LeadFacts, seen: Seen) -> None:
        for rule in scoring.points:
            self.judging = rule.id
            if holds(rule.when, lead):
                self.fit.append(Factor(rule=rule.id, label=rule.label, points=rule.points))
        for kind in scoring.engagement:
            self.judging = kind.rule
            factor = engagement_factor(kind, seen)
            if factor is not None:
                self.engagement.append(factor)
        self.judging = WEIGHTS


def _scored(weights: Weights, sheet: _Sheet) -> Score:
    fit, engagement = _clipped_sum(sheet.fit), _clipped_sum(sheet.engagement)
    per_cent = fit * weights.fit + engagement * weights.engagement
    return Score(
        value=min((per_cent + 50) // 100, 100),
        factors=(*sheet.fit, *sheet.engagement),
        fit=fit,
        engagement=engagement,
    )


def _clipped_sum(factors: Iterable[Factor]) -> int:
    return min(max(sum(factor.points for factor in factors), 0), 100)
