"""A lead that nobody knows yet, as its first delivery makes it."""

from __future__ import annotations

from routing.enrichment import unread_of
from routing.lead import Lead
from routing.matching.accounts import account_key
from routing.normalise.lead import NormalisedLead
from routing.policy.model import Policy
from routing.policy.tables.sources import SourcePolicy
from routing.values import Instant


def new_lead(
    lead_id: str, clean: NormalisedLead, source: SourcePolicy, policy: Policy, now: Instant
) -> Lead:
    """The lead in the first stage, waiting to be routed; it carries what could not be read."""
    return Lead(
        id=lead_id,
        source=source.id,
        received_at=now,
        stage=policy.lifecycle.initial,
        stage_since=now,
        flags=tuple(f"{flag.field}:{flag.code}" for flag in clean.flags),
        unread=unread_of(clean),
        account=account_key(clean, policy.vocabularies),
        **clean.model_dump(exclude={"flags"}),
    )
