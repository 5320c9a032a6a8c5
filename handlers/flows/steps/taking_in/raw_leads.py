"""A raw lead as it would come to its first decision; nothing is stored, no service is asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from handlers.flows.ports import Enrichers, EnrichmentFailedError
from routing.enrichment import Answer, filled, open_fields, read, read_again
from routing.lead import Lead, facts_of
from routing.new_lead import new_lead
from routing.normalise import RawLead, normalise
from routing.normalise.lead import NormalisedLead
from routing.policy.model import Policy
from routing.policy.tables.enrichment import Provider
from routing.policy.tables.sources import SourcePolicy
from routing.scoring.engagement import DELIVERED, Event, Seen
from routing.scoring.points import score

SECONDS = 5.0
"""How long a file may take to answer."""


@dataclass(frozen=True)
class RawLeads:
    """What raw leads are read with: one policy, one source, one moment (UTC)."""

    policy: Policy
    source: SourcePolicy
    enrichers: Enrichers
    now: datetime

    def lead(self, raw: RawLead, lead_id: str) -> Lead:
        """Cleaned, with what the files beside the policy know, and scored."""
        return self.complete(self.new(lead_id, self.clean(raw)))

    def clean(self, raw: RawLead) -> NormalisedLead:
        region, aliases = self.source.default_region, self.policy.vocabularies
        return normalise(raw, default_region=region, aliases=aliases)

    def new(self, lead_id: str, clean: NormalisedLead) -> Lead:
        return new_lead(lead_id, clean, self.source, self.policy, self.now)

    def complete(self, lead: Lead) -> Lead:
        lead = self._enriched(lead)
        points = score(self.policy.scoring, facts_of(lead), self._delivery())
        return lead.model_copy(update={"score": points})

    def _delivery(self) -> Seen:
        """All that the lead has done so far: it came."""
        return Seen((Event(kind=DELIVERED[self.source.kind], at=self.now),), self.now)

    def _enriched(self, lead: Lead) -> Lead:
        if lead.domain is None:
            return lead
        enrichment, aliases = self.policy.enrichment, self.policy.vocabularies
        for provider in enrichment.providers:
            wanted = open_fields(lead, enrichment.fields, provider, self.now)
            found = self._asked(provider, lead.domain) if wanted else {}
            answer = Answer(provider, self.now, found)
            lead = filled(lead, read(answer, lead, enrichment, aliases))
        return read_again(lead, aliases, self.now)

    def _asked(self, provider: Provider, domain: str) -> Mapping[str, str | int]:
        if provider.http is not None:
            return {}
        try:
            return self.enrichers.ask(provider, domain, seconds=SECONDS)
        except EnrichmentFailedError:
            return {}
