"""A delivery as it is kept, and made ready to be taken in (I2)."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime

from handlers.flows.draft import LeadDraft
from handlers.flows.ports import Ports
from routing.lead import AUTOMATIC, SUSPICIOUS
from routing.normalise.lead import NormalisedLead, normalise
from storage.database.base import new_id
from storage.records.leads import Key
from storage.taking_in.receipts import Receipt

KEPT_BESIDE = {"payload", "content_type"}
"""Fields of a draft that have columns of their own in its receipt."""


def receipt_of(draft: LeadDraft, now: datetime) -> Receipt:
    """The receipt of a delivery that has just arrived; it belongs to no lead yet."""
    digest = draft.fingerprint or hashlib.sha256(draft.payload).hexdigest()
    return Receipt.model_construct(
        id=new_id("rcpt"),
        source=draft.source.id,
        delivery_key=_key(draft, digest),
        body_digest=digest,
        content_type=draft.content_type,
        payload=draft.payload,
        received_at=now,
        lead_id=None,
        draft=None,
        waits=None,
    )


def in_line(receipt: Receipt, draft: LeadDraft) -> Receipt:
    """The receipt as it waits for its draft to be taken in."""
    kept = draft.model_dump(mode="json", exclude=KEPT_BESIDE, exclude_defaults=True)
    return receipt.model_copy(update={"draft": json.dumps(kept), "waits": "in_line"})


def _key(draft: LeadDraft, digest: str) -> str | None:
    """What makes two deliveries of one source the same; None when nothing tells them apart."""
    if draft.delivery_key is not None:
        return f"key:{draft.delivery_key}"
    return f"source_id:{draft.source_id}:{digest}" if draft.source_id else None


def draft_of(receipt: Receipt) -> LeadDraft:
    """The draft that waits in the receipt."""
    kept = json.loads(receipt.draft or "{}")
    beside = {"payload": receipt.payload, "content_type": receipt.content_type}
    return LeadDraft.model_validate(kept | beside)


@dataclass(frozen=True)
class Delivery:
    """A draft with its receipt, normalised outside any transaction where that is possible."""

    draft: LeadDraft
    lead: NormalisedLead
    receipt: Receipt

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


def prepare(ports: Ports, draft: LeadDraft, receipt: Receipt) -> Delivery:
    """Everything about a delivery that needs no database, by the policy last seen in force."""
    words = ports.policies.latest_known().policy.vocabularies
    lead = normalise(draft.raw, default_region=draft.source.default_region, aliases=words)
    return Delivery(draft, lead, receipt)
