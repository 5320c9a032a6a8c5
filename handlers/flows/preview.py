"""What Baton would make of one raw lead, by itself and from an empty state; nothing is stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from handlers.flows.ports import EnrichmentFailedError, Enricher
from handlers.flows.work_lead import usable
from routing.decide.decide import decide
from routing.decide.decision import Decision, RoutingFacts
from routing.lead import Factor, Lead, facts_of
from routing.normalise import NormalisedLead, RawLead, aliases_of, normalise
from routing.policy.model import Policy, SourcePolicy
from routing.scoring.points import score
from routing.values import Value

PREVIEWED = "preview"
"""The id of a lead that is nowhere."""

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
    enricher: Enricher
    now: datetime

    def preview(self, raw: RawLead) -> Preview:
        """The raw lead through the code that real leads go through."""
        clean = normalise(
            raw, default_region=self.source.default_region, aliases=aliases_of(self.policy.aliases)
        )
        lead = self._lead(clean)
        enriched = self._enriched(lead)
        lead = lead.model_copy(update=enriched)
        points = score(self.policy.scoring, facts_of(lead))
        lead = lead.model_copy(update={"score": points})
        facts = RoutingFacts(lead=facts_of(lead), policy_version=1, now=self.now)
        return Preview(
            fields={name: getattr(clean, name) for name in FIELDS},
            flags=lead.flags,
            enriched=enriched,
            score=points.value,
            factors=points.factors,
            decision=decide(self.policy, facts),
        )

    def _lead(self, clean: NormalisedLead) -> Lead:
        return Lead(
            id=PREVIEWED,
            source=self.source.id,
            received_at=self.now,
            stage=self.policy.lifecycle.initial,
            stage_since=self.now,
            flags=tuple(f"{flag.field}:{flag.code}" for flag in clean.flags),
            **clean.model_dump(exclude={"flags"}),
        )

    def _enriched(self, lead: Lead) -> dict[str, str | int]:
        """What the provider knows of the lead's company and the sender left open."""
        if lead.domain is None:
            return {}
        try:
            found: Mapping[str, str | int] = usable(self.enricher.look_up(lead.domain))
        except EnrichmentFailedError:
            return {}
        return {name: value for name, value in found.items() if not getattr(lead, name)}
