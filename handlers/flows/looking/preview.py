"""What Baton would make of one raw lead, by itself and from an empty state; nothing is stored."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from handlers.flows.ports import Enrichers
from handlers.flows.steps.taking_in.raw_leads import RawLeads
from routing.decide.decide import decide
from routing.decide.decision import Decision, RoutingFacts
from routing.lead import Factor, Lead, facts_of
from routing.normalise import RawLead
from routing.policy.model import Policy
from routing.policy.tables.sources import SourcePolicy
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
    enrichers: Enrichers
    now: datetime

    def preview(self, raw: RawLead) -> Preview:
        """The raw lead through the code that real leads go through."""
        leads = RawLeads(self.policy, self.source, self.enrichers, self.now)
        clean = leads.clean(raw)
        before = leads.new(PREVIEWED, clean)
        lead = leads.complete(before)
        facts = RoutingFacts(lead=facts_of(lead), policy_version=1, now=self.now)
        return Preview(
            fields={name: getattr(clean, name) for name in FIELDS},
            flags=before.flags,
            enriched=_changed(before, lead),
            score=lead.score.value if lead.score else None,
            factors=lead.score.factors if lead.score else (),
            decision=decide(self.policy, facts),
        )


def _changed(before: Lead, after: Lead) -> dict[str, str | int]:
    found = {name: getattr(after, name) for name in FIELDS}
    return {name: v for name, v in found.items() if v is not None and v != getattr(before, name)}
