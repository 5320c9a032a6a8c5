"""What Baton would make of one raw lead, by itself and from an empty state; nothing is stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from handlers.flows.ports import Enrichers, EnrichmentFailedError
from routing.decide.decide import decide
from routing.decide.decision import Decision, RoutingFacts
from routing.enrichment import Answer, filled, open_fields, read, read_again
from routing.lead import Factor, Lead, facts_of
from routing.new_lead import new_lead
from routing.normalise import RawLead, normalise
from routing.normalise.lead import NormalisedLead
from routing.policy.enrichment import Provider
from routing.policy.model import Policy, SourcePolicy
from routing.scoring.engagement import DELIVERED, Event, Seen
from routing.scoring.points import score
from routing.values import Value

PREVIEWED = "preview"
"""The id of a lead that is nowhere."""
SECONDS = 5.0
"""How long a file may take to answer."""

FIELDS = (
    *("email", "email_domain", "mailbox_class", "role_mailbox", "phone", "phone_ext"),
    *("country", "region", "city", "company", "domain", "given_name", "family_name"),
    *("title", "title_tier", "industry", "company_size"),
)
"""The normalised fields of a preview, in this order."""


class Preview(Value):
    """One raw lead as Baton reads it.

    `fields` holds each of `FIELDS`, None where not certain; `flags` are `field:code`. `enriched`
    is what the provider adds before the score and the decision, which count it.
    """

    fields: dict[str, str | int | bool | None]
    flags: tuple[str, ...]
    enriched: dict[str, str | int] = {}
    score: int | None
    factors: tuple[Factor, ...]
    decision: Decision


@dataclass(frozen=True)
class PreviewDesk:
    """What previews are made with: one policy, one source, one moment (UTC)."""

    policy: Policy
    source: SourcePolicy
    enrichers: Enrichers
    now: datetime

    def preview(self, raw: RawLead) -> Preview:
        """The raw lead through the code that real leads go through."""
        clean = self._clean(raw)
        before = self._new(PREVIEWED, clean)
        lead = self._scored(self._enriched(before))
        facts = RoutingFacts(lead=facts_of(lead), policy_version=1, now=self.now)
        return Preview(
            fields={name: getattr(clean, name) for name in FIELDS},
            flags=before.flags,
            enriched=_changed(before, lead),
            score=lead.score.value if lead.score else None,
            factors=lead.score.factors if lead.score else (),
            decision=decide(self.policy, facts),
        )

    def lead(self, raw: RawLead, lead_id: str = PREVIEWED) -> Lead:
        """The lead as it would come to its first decision: cleaned, enriched by files, scored."""
        return self._scored(self._enriched(self._new(lead_id, self._clean(raw))))

    def _clean(self, raw: RawLead) -> NormalisedLead:
        region, aliases = self.source.default_region, self.policy.vocabularies
        return normalise(raw, default_region=region, aliases=aliases)

    def _new(self, lead_id: str, clean: NormalisedLead) -> Lead:
        return new_lead(lead_id, clean, self.source, self.policy, self.now)

    def _scored(self, lead: Lead) -> Lead:
        points = score(self.policy.scoring, facts_of(lead), self._delivery())
        return lead.model_copy(update={"score": points})

    def _delivery(self) -> Seen:
        """All that the lead has done so far: it came."""
        return Seen((Event(kind=DELIVERED[self.source.kind], at=self.now),), self.now)

    def _enriched(self, lead: Lead) -> Lead:
        """The lead with what the files beside the policy know; no service is asked."""
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


def _changed(before: Lead, after: Lead) -> dict[str, str | int]:
    found = {name: getattr(after, name) for name in FIELDS}
    return {name: v for name, v in found.items() if v is not None and v != getattr(before, name)}
