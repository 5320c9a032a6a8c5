"""A delivery made ready outside any transaction, and whether it came before (I2)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from handlers.flows.draft import Accepted, DeliveryConflictError, LeadDraft
from handlers.flows.ports import Ports
from routing.lead import AUTOMATIC, SUSPICIOUS
from routing.normalise.lead import NormalisedLead, normalise
from storage.leads import Key
from storage.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class Delivery:
    """A draft made ready outside any transaction: normalised, and with its body's digest."""

    draft: LeadDraft
    lead: NormalisedLead
    digest: str

    @property
    def key(self) -> str | None:
        """What makes two deliveries of one source the same; None when nothing tells them apart."""
        if self.draft.delivery_key is not None:
            return f"key:{self.draft.delivery_key}"
        source_id = self.draft.source_id
        return f"source_id:{source_id}:{self.digest}" if source_id else None

    @property
    def flags(self) -> tuple[str, ...]:
        """What people should know of it, as `field:code`."""
        odd = [f"{flag.field}:{flag.code}" for flag in self.lead.flags]
        odd += [f"{SUSPICIOUS}:{why}" for why in self.draft.suspicions]
        return (*odd, f"{AUTOMATIC}:{self.draft.ignored}") if self.draft.ignored else tuple(odd)

    @property
    def lead_keys(self) -> list[Key]:
        """What makes it certainly the same lead. A role mailbox is shared, so it is no key; and
        what is suspicious or automatic proves nobody's identity, nor does an id that anybody may
        type.
        """
        keys: list[Key] = []
        if not self.draft.speaks_for_itself:
            return keys
        if self.draft.source_id and self.draft.source.has_own_ids:
            keys.append(("source_id", f"{self.draft.source.id}:{self.draft.source_id}"))
        if self.lead.email and not self.lead.role_mailbox:
            keys.append(("email", self.lead.email))
        return keys


def prepare(ports: Ports, draft: LeadDraft) -> Delivery:
    """Everything about a delivery that needs no database, by the policy last seen in force."""
    words = ports.policies.latest_known().policy.vocabularies
    lead = normalise(draft.raw, default_region=draft.source.default_region, aliases=words)
    digest = draft.fingerprint or hashlib.sha256(draft.payload).hexdigest()
    return Delivery(draft, lead, digest)


def already_taken(work: UnitOfWork, delivery: Delivery) -> Accepted | None:
    """The answer this delivery had before, if it came before.

    Raises DeliveryConflictError when its key came with a different body.
    """
    key = delivery.key
    known = work.receipts.find(delivery.draft.source.id, key) if key else None
    if known is None:
        return None
    if known.body_digest != delivery.digest:
        raise DeliveryConflictError(delivery.draft.delivery_key)
    return Accepted(receipt=known.id, status="duplicate")
