"""Leads that nobody sent, decided as if they had come; nothing is stored (R6, R7)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from handlers.flows.ports import Enrichers
from handlers.flows.steps.taking_in.raw_leads import RawLeads
from routing.decide.decision import Decision, RoutingFacts
from routing.decide.lookup.places import place_name
from routing.decide.simulation import Simulation
from routing.decide.words import in_words
from routing.lead import ALONE, Factor, LeadFacts, Relations, facts_of
from routing.normalise import RawLead
from routing.policy.model import Policy
from routing.policy.tables.sources import SourcePolicy
from routing.values import Instant


@dataclass(frozen=True)
class Hypothesis:
    """A lead to try: as a source would give it, or as the facts a decision looks at.

    `at` is when it comes, None for now; `relations` is what would be known beside it.
    """

    lead_id: str
    source: SourcePolicy
    lead: RawLead | LeadFacts
    at: Instant | None = None
    relations: Relations = ALONE
    note: str | None = None
    """What had to be assumed to read it."""
    unread: tuple[str, ...] = ()
    """Sentences about fields that nothing reads, such as misspelt ones."""


@dataclass(frozen=True)
class Tried:
    """What became of a lead, and the points its score is made of."""

    facts: RoutingFacts
    factors: Sequence[Factor]
    decision: Decision


class TrialDesk:
    """Tries leads one after the other with the people of one policy, from an empty state."""

    def __init__(self, policy: Policy, enrichers: Enrichers, now: Instant, version: int) -> None:
        self.policy = policy
        self._enrichers = enrichers
        self._now = now
        self._version = version
        self._simulation = Simulation(policy)

    def place(self, one: Hypothesis) -> Tried:
        """The lead's decision after those before it."""
        now = one.at or self._now
        lead, factors = self._read(one, now)
        facts = RoutingFacts(lead=lead, policy_version=self._version, now=now)
        complete = self._simulation.with_state(facts)
        return Tried(complete, factors, self._simulation.place(facts))

    def _read(self, one: Hypothesis, now: Instant) -> tuple[LeadFacts, Sequence[Factor]]:
        if isinstance(one.lead, LeadFacts):
            return one.lead, ()
        leads = RawLeads(self.policy, one.source, self._enrichers, now)
        lead = leads.lead(one.lead, one.lead_id)
        return facts_of(lead, one.relations), lead.score.factors if lead.score else ()


def explained(tried: Tried, policy: Policy) -> list[str]:
    """What Baton read, what the score is made of, and the decision with every reason."""
    lead = tried.facts.lead
    size = "unknown size" if lead.company_size is None else f"{lead.company_size} employees"
    read = (
        place_name(lead.country, lead.region, lead.city),
        lead.company or "no company",
        size,
        f"industry {(lead.industry or 'unknown').replace('_', ' ')}",
        f"title tier {(lead.title_tier or 'unknown').replace('_', ' ')}",
        f"from {policy.source_name(lead.source)}",
    )
    points = [f"  {factor.points:+d} {factor.label}" for factor in tried.factors]
    score = "The lead has no score." if lead.score is None else f"Its score is {lead.score}."
    flags = [f"Not certain: {'; '.join(map(_flag_words, lead.flags))}."] if lead.flags else []
    return [
        f"The lead: {'; '.join(read)}.",
        *flags,
        score,
        *points,
        "",
        *in_words(tried.decision, policy),
    ]


def _flag_words(flag: str) -> str:
    """`job_title:title_unknown` as `job title (title unknown)`."""
    field, _, code = flag.replace("_", " ").partition(":")
    return f"{field} ({code})" if code else field
