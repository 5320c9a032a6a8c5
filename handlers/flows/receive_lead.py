"""Take a delivery in: durable before it is answered, the same delivery once (I2, I5)."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Literal

from sqlalchemy.exc import IntegrityError

from handlers.flows.policy_book import ActivePolicy
from handlers.flows.ports import Ports
from handlers.flows.steps import tell
from routing.lead import INCOMING, PROFILE_FIELDS, Lead
from routing.normalise.lead import NormalisedLead, RawLead, normalise
from routing.policy.model import SourcePolicy
from routing.values import Value
from storage.audit import Actor
from storage.base import new_id
from storage.deadlines import CLOCKS
from storage.leads import Key
from storage.receipts import Receipt
from storage.unit_of_work import UnitOfWork


class LeadDraft(Value):
    """One delivery as its source parsed it.

    `delivery_key` is what the sender tells deliveries apart by (Idempotency-Key, webhook id,
    message id), `source_id` the record's id in the source. `payload` is the body as received.
    """

    source: SourcePolicy
    delivery_key: str | None
    source_id: str | None
    raw: RawLead
    payload: bytes
    content_type: str


class Accepted(Value):
    """The answer to a delivery: its receipt, and whether it was seen before."""

    receipt: str
    status: Literal["accepted", "duplicate"]


class DeliveryConflictError(Exception):
    """The key of this delivery belongs to another one with a different body."""


def receive_lead(ports: Ports, draft: LeadDraft) -> Accepted:
    """Store the delivery and its lead in one transaction, and queue the work.

    Raises DeliveryConflictError when the same key came before with a different body.
    """
    now = ports.clock.now()
    digest = hashlib.sha256(draft.payload).hexdigest()
    normalised = normalise(draft.raw, default_region=draft.source.default_region)
    try:
        with ports.database.writing() as work:
            return _seen(work, draft, digest) or _store(ports, work, draft, digest, normalised, now)
    except IntegrityError:
        # Another replica stored the same delivery between our look and our write.
        with ports.database.reading() as work:
            seen = _seen(work, draft, digest)
        if seen is None:
            raise
        return seen


def _delivery_key(draft: LeadDraft, digest: str) -> str | None:
    if draft.delivery_key is not None:
        return f"key:{draft.delivery_key}"
    return f"source_id:{draft.source_id}:{digest}" if draft.source_id else None


def _seen(work: UnitOfWork, draft: LeadDraft, digest: str) -> Accepted | None:
    key = _delivery_key(draft, digest)
    known = work.receipts.find(draft.source.id, key) if key else None
    if known is None:
        return None
    if known.body_digest != digest:
        raise DeliveryConflictError(draft.delivery_key)
    return Accepted(receipt=known.id, status="duplicate")


def _store(
    ports: Ports,
    work: UnitOfWork,
    draft: LeadDraft,
    digest: str,
    normalised: NormalisedLead,
    now: datetime,
) -> Accepted:
    active = ports.policies.active(work)
    receipt_id = new_id("rcpt")
    fresh_id = new_id("lead")
    lead_id = work.leads.claim(_keys(draft, normalised), fresh_id)
    if lead_id == fresh_id:
        _create(work, draft, normalised, lead_id, receipt_id, active, now)
    else:
        _attach(ports, work, draft, normalised, lead_id, receipt_id, active, now)
    work.receipts.add(
        Receipt(
            id=receipt_id,
            source=draft.source.id,
            delivery_key=_delivery_key(draft, digest),
            body_digest=digest,
            content_type=draft.content_type,
            payload=draft.payload,
            received_at=now,
            lead_id=lead_id,
        )
    )
    ports.engine.submit(work, "work_lead", lead_id, key=lead_id, work_id=f"work:{receipt_id}")
    return Accepted(receipt=receipt_id, status="accepted")


def _keys(draft: LeadDraft, normalised: NormalisedLead) -> list[Key]:
    """What makes it certainly the same lead. A role mailbox is shared, so it is no key."""
    keys: list[Key] = []
    if draft.source_id:
        keys.append(("source_id", f"{draft.source.id}:{draft.source_id}"))
    if normalised.email and not normalised.role_mailbox:
        keys.append(("email", normalised.email))
    return keys


def _create(
    work: UnitOfWork,
    draft: LeadDraft,
    normalised: NormalisedLead,
    lead_id: str,
    receipt_id: str,
    active: ActivePolicy,
    now: datetime,
) -> None:
    lead = Lead(
        id=lead_id,
        source=draft.source.id,
        source_id=draft.source_id,
        received_at=now,
        stage=active.policy.lifecycle.initial,
        stage_since=now,
        flags=tuple(f"{flag.field}:{flag.code}" for flag in normalised.flags),
        **normalised.model_dump(exclude={"flags"}),
    )
    work.leads.add(lead, now)
    work.audit.append(
        f"lead:{lead_id}",
        "lead.received",
        actor=Actor(kind="source", id=draft.source.id),
        now=now,
        correlation_id=receipt_id,
        policy_version=active.version,
        after=_on_record(lead),
    )


def _attach(
    ports: Ports,
    work: UnitOfWork,
    draft: LeadDraft,
    normalised: NormalisedLead,
    lead_id: str,
    receipt_id: str,
    active: ActivePolicy,
    now: datetime,
) -> None:
    """The lead came back: keep what is known, add what was missing, take the newest message."""
    before = work.leads.lock(lead_id)
    news = {
        name: value
        for name in PROFILE_FIELDS
        if (value := getattr(normalised, name)) and (name == "message" or not getattr(before, name))
    }
    lead = before.model_copy(update=news)
    if _owner_left(before, active):
        _end_assignment(ports, work, lead_id, now)
    if before.place in ("nurture", "queue") or _owner_left(before, active):
        lead = lead.model_copy(update={"place": "queue", "queue": INCOMING, "owner": None})
    work.leads.save(lead, now)
    work.audit.append(
        f"lead:{lead_id}",
        "lead.returned",
        actor=Actor(kind="source", id=draft.source.id),
        now=now,
        correlation_id=receipt_id,
        policy_version=active.version,
        before={name: getattr(before, name) for name in news} | _whereabouts(before),
        after=news | _whereabouts(lead),
    )
    tell.redraw_cards_of(ports.engine, work, lead_id)
    tell.note_on_timeline(
        ports.engine, work, lead_id, f"Came back through {draft.source.name}.", now
    )


def _owner_left(lead: Lead, active: ActivePolicy) -> bool:
    """Whether its owner receives no leads any more; then it is routed anew (R4)."""
    return lead.place == "owner" and not active.policy.person(lead.owner or "").active


def _end_assignment(ports: Ports, work: UnitOfWork, lead_id: str, now: datetime) -> None:
    """Stop the owner's clocks and close their card."""
    assignment = work.assignments.current(lead_id)
    if assignment is not None:
        work.assignments.end(assignment.id, now)
        work.deadlines.cancel(assignment.id, CLOCKS, now)
        tell.redraw(ports.engine, work, assignment.id, "lead_card")


def _whereabouts(lead: Lead) -> dict[str, str | None]:
    return {"place": lead.place, "queue": lead.queue, "owner": lead.owner}


def _on_record(lead: Lead) -> dict[str, object]:
    return lead.model_dump(mode="json", exclude_none=True, exclude={"id"})
