"""Score by explicit points: every rule that holds is a factor that can be shown (I9)."""

from __future__ import annotations

from routing.lead import Factor, LeadFacts, Score
from routing.policy.conditions import holds
from routing.policy.model import Scoring


def score(scoring: Scoring, lead: LeadFacts) -> Score:
    """The sum of all points that hold, clipped to 0..100.

    The value is None, with no factors, when a condition cannot be judged; a policy that
    `load_policy` accepted has no such condition.
    """
    try:
        factors = _factors(scoring, lead)
    except (AttributeError, TypeError):
        return Score(value=None)
    total = sum(factor.points for factor in factors)
    return Score(value=min(max(total, 0), 100), factors=factors)


def _factors(scoring: Scoring, lead: LeadFacts) -> tuple[Factor, ...]:
    return tuple(
        Factor(rule=rule.id, label=rule.label, points=rule.points)
        for rule in scoring.points
        if holds(rule.when, lead)
    )
