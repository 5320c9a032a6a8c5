"""How a share of the new leads fares by the policy that is tried, beside the others (G2)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta

from routing.decide.decision import Decision
from routing.policy.model import Policy
from storage.policy.proposals import Proposal
from storage.unit_of_work import UnitOfWork

MOST = 5
"""Places that the words name on either side."""


@dataclass
class Side:
    """New leads by one policy: where they went, and how soon their owners acknowledged them."""

    leads: int = 0
    places: Counter[str] = field(default_factory=Counter)
    exceptions: int = 0
    acknowledged: int = 0
    took: timedelta = timedelta()

    def add(self, decision: Decision, took: timedelta | None) -> None:
        self.leads += 1
        self.places[decision.owner or decision.queue or decision.case or decision.place] += 1
        self.exceptions += decision.place == "case"
        if took is not None:
            self.acknowledged += 1
            self.took += took


@dataclass(frozen=True)
class Comparison:
    tried: Side
    in_force: Side


def compare_share(work: UnitOfWork, proposal: Proposal) -> Comparison:
    """Decisions about leads that came since the share began, by both policies."""
    comparison = Comparison(Side(), Side())
    if proposal.since is None:
        return comparison
    tried = set(work.policies.tried(proposal.id))
    for row in work.assignments.about_leads_since(proposal.since):
        side = comparison.tried if row.policy_version in tried else comparison.in_force
        side.add(row.decision, row.took)
    return comparison


def trial_in_words(comparison: Comparison, policy: Policy) -> tuple[str, ...]:
    """Two lines for each side."""
    return (
        *_side("The version that is tried", comparison.tried, policy),
        *_side("The version in force", comparison.in_force, policy),
    )


def _side(name: str, side: Side, policy: Policy) -> tuple[str, ...]:
    if not side.leads:
        return (f"{name}: no new leads yet.",)
    share = side.exceptions * 100 // side.leads
    places = [f"{policy.person(place).name} {n}" for place, n in side.places.most_common(MOST)]
    more = len(side.places) - MOST
    soon = "none acknowledged yet"
    if side.acknowledged:
        minutes = side.took / side.acknowledged / timedelta(minutes=1)
        soon = f"{side.acknowledged} acknowledged, after {minutes:.0f} minutes on average"
    return (
        f"{name}: {side.leads} new leads, {share} % exceptions, {soon}.",
        f"  {', '.join(places)}{f' and {more} more' if more > 0 else ''}",
    )
