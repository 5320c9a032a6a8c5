"""Put a delivery on record with its lead: a new one, or the one it belongs to (I2, I5)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from handlers.flows.draft import Accepted, DeliveryConflictError, LeadDraft
from handlers.flows.policy_book import ActivePolicy
from handlers.flows.ports import Ports
from handlers.flows.steps import tell
from routing.lead import INCOMING, PROFILE_FIELDS, Lead
from routing.normalise.lead import NormalisedLead, normalise
from storage.audit import Actor
from storage.base import new_id
from storage.deadlines import CLOCKS
from storage.leads import Key
from storage.receipts import Receipt
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
    def lead_keys(self) -> list[Key]:
        """What makes it certainly the same lead. A role mailbox is shared, so it is no key."""
        keys: list[Key] = []
        if self.draft.source_id:
            keys.append(("source_id", f"{self.draft.source.id}:{self.draft.source_id}"))
        if self.lead.email and not self.lead.role_mailbox:
            keys.append(("email", self.lead.email))
        return keys


def prepare(draft: LeadDraft) -> Delivery:
    """Everything about a delivery that needs no database."""
    lead = normalise(draft.raw, default_region=draft.source.default_region)
    return Delivery(draft, lead, hashlib.sha256(draft.payload).hexdigest())


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


@dataclass(frozen=True)
class Desk:
    """Where deliveries are taken in: one transaction, under one policy, at one moment."""

    ports: Ports
    work: UnitOfWork
    active: ActivePolicy
    now: datetime


def take_in(desk: Desk, delivery: Delivery) -> Accepted:
    """Store the delivery and its lead, and queue the work; it has not come before."""
    work, draft = desk.work, delivery.draft
    receipt_id, fresh_id = new_id("rcpt"), new_id("lead")
    lead_id = work.leads.claim(delivery.lead_keys, fresh_id)
    put_on_record = _create if lead_id == fresh_id else _attach
    put_on_record(desk, delivery, lead_id, receipt_id)
    work.receipts.add(
        Receipt(
            id=receipt_id,
            source=draft.source.id,
            delivery_key=delivery.key,
            body_digest=delivery.digest,
            content_type=draft.content_type,
            payload=draft.payload,
            received_at=desk.now,
            lead_id=lead_id,
        )
    )
    desk.ports.engine.submit(work, "work_lead", lead_id, key=lead_id, work_id=f"work:{receipt_id}")
    return Accepted(receipt=receipt_id, status="accepted")


def _create(desk: Desk, delivery: Delivery, lead_id: str, receipt_id: str) -> None:
    draft = delivery.draft
    lead = Lead(
        id=lead_id,
        source=draft.source.id,
        source_id=draft.source_id,
        received_at=desk.now,
        stage=desk.active.policy.lifecycle.initial,
        stage_since=desk.now,
        flags=tuple(f"{flag.field}:{flag.code}" for flag in delivery.lead.flags),
        **delivery.lead.model_dump(exclude={"flags"}),
    )
    desk.work.leads.add(lead, desk.now)
    desk.work.audit.append(
        f"lead:{lead_id}",
        "lead.received",
        actor=Actor(kind="source", id=draft.source.id),
        now=desk.now,
        correlation_id=receipt_id,
        policy_version=desk.active.version,
        after=_on_record(lead),
    )


def _attach(desk: Desk, delivery: Delivery, lead_id: str, receipt_id: str) -> None:
    """The lead came back: keep what is known, add what was missing, take the newest message."""
    work, active = desk.work, desk.active
    before = work.leads.lock(lead_id)
    news = {
        name: value
        for name in PROFILE_FIELDS
        if (value := getattr(delivery.lead, name))
        and (name == "message" or not getattr(before, name))
    }
    lead = before.model_copy(update=news)
    if _owner_left(before, active):
        _end_assignment(desk, lead_id)
    if before.place in ("nurture", "queue") or _owner_left(before, active):
        lead = lead.model_copy(update={"place": "queue", "queue": INCOMING, "owner": None})
    work.leads.save(lead, desk.now)
    work.audit.append(
        f"lead:{lead_id}",
        "lead.returned",
        actor=Actor(kind="source", id=delivery.draft.source.id),
        now=desk.now,
        correlation_id=receipt_id,
        policy_version=active.version,
        before={name: getattr(before, name) for name in news} | _whereabouts(before),
        after=news | _whereabouts(lead),
    )
    tell.redraw_cards_of(desk.ports.engine, work, lead_id)
    note = f"Came back through {delivery.draft.source.name}."
    tell.note_on_timeline(desk.ports.engine, work, lead_id, note, desk.now)


def _owner_left(lead: Lead, active: ActivePolicy) -> bool:
    """Whether its owner receives no leads any more; then it is routed anew (R4)."""
    return lead.place == "owner" and not active.policy.person(lead.owner or "").active


def _end_assignment(desk: Desk, lead_id: str) -> None:
    """Stop the owner's clocks and close their card."""
    work = desk.work
    assignment = work.assignments.current(lead_id)
    if assignment is not None:
        work.assignments.end(assignment.id, desk.now)
        work.deadlines.cancel(assignment.id, CLOCKS, desk.now)
        tell.redraw(desk.ports.engine, work, assignment.id, "lead_card")


def _whereabouts(lead: Lead) -> dict[str, str | None]:
    return {"place": lead.place, "queue": lead.queue, "owner": lead.owner}


def _on_record(lead: Lead) -> dict[str, object]:
    return lead.model_dump(mode="json", exclude_none=True, exclude={"id"})
