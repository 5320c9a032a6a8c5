"""Put a delivery on record with its lead: a new one, or the one it belongs to (I2, I5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from handlers.flows.policy_book import ActivePolicy
from handlers.flows.ports import Ports
from handlers.flows.steps.deciding.endings import leave_place
from handlers.flows.steps.deciding.rescore import note_delivery, rescore
from handlers.flows.steps.matching.merging import (
    Absorption,
    Children,
    absorb,
    before_and_after,
    carry_on,
)
from handlers.flows.steps.matching.recognise import Recognised, ask_later, index, recognise
from handlers.flows.steps.matching.unite import unite
from handlers.flows.steps.settlement import Settlement
from handlers.flows.steps.taking_in.delivery import Delivery
from handlers.flows.steps.telling import tell
from routing.lead import INCOMING, Lead
from routing.new_lead import new_lead
from routing.normalise.aliases_review import unmapped
from routing.normalise.text import fold
from storage.audit import Actor
from storage.database.base import MissingError, new_id
from storage.records.leads import Key
from storage.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class Manner:
    """How the leads of a delivery are treated; an import may treat them otherwise.

    routed: whether they go to routing; else a new one waits in `queue` and a known one stays.
    at_once: whether their work is queued here. quiet: whether owners hear nothing of a return.
    """

    routed: bool = True
    queue: str = INCOMING
    at_once: bool = True
    quiet: bool = False


@dataclass(frozen=True)
class Desk:
    """Where deliveries are taken in: one transaction, under one policy, at one moment."""

    ports: Ports
    work: UnitOfWork
    active: ActivePolicy
    now: datetime
    manner: Manner = Manner()


@dataclass(frozen=True)
class Taken:
    """Where a delivery went. `is_new`: it made the lead; `waits`: it made the lead wait anew."""

    receipt_id: str
    lead_id: str
    is_new: bool
    waits: bool


def put_on_record(desk: Desk, delivery: Delivery) -> Taken:
    """Store the lead this delivery makes, or what it says of a known one, and queue the work.

    Its receipt is stored and belongs to no lead yet.
    """
    work, draft, receipt_id = desk.work, delivery.draft, delivery.receipt.id
    fresh = _fresh_lead(desk, delivery)
    owners = work.leads.claim(delivery.lead_keys, fresh.id)
    found = Recognised(None)
    if draft.speaks_for_itself:
        found = recognise(work, desk.active.policy, fresh, owners)
    arrival = Arrival(delivery, fresh, found, owners)
    store = _create if found.lead_id is None else _attach
    lead_id, waits = store(desk, arrival)
    if desk.manner.at_once:
        engine = desk.ports.engine
        engine.submit(work, "work_lead", lead_id, key=lead_id, work_id=f"work:{receipt_id}")
    return Taken(receipt_id, lead_id, found.lead_id is None, waits)


@dataclass(frozen=True)
class Arrival:
    """A delivery as a lead of its own, and what it was recognised as."""

    delivery: Delivery
    fresh: Lead
    found: Recognised
    owners: dict[Key, str]

    @property
    def receipt_id(self) -> str:
        return self.delivery.receipt.id

    @property
    def absorption(self) -> Absorption:
        """What a known lead takes in with it."""
        keys = tuple(key for key, lead_id in self.owners.items() if lead_id == self.fresh.id)
        receipt = (self.receipt_id,)
        children: Children = {"receipts": receipt, "lead_events": receipt}
        return Absorption(self.fresh, self.found.reasons, keys, children)


def _fresh_lead(desk: Desk, delivery: Delivery) -> Lead:
    """The lead this delivery makes if it belongs to none that is known."""
    draft = delivery.draft
    came_at = delivery.receipt.received_at
    lead = new_lead(new_id("lead"), delivery.lead, draft.source, desk.active.policy, came_at)
    place = "suppressed" if draft.ignored else "queue"
    queue = None if draft.ignored else desk.manner.queue
    since = None if queue in (None, INCOMING) else desk.now
    own = {"source_id": draft.source_id, "flags": delivery.flags, "place": place, "queue": queue}
    return lead.model_copy(update=own | {"waits_since": since})


def _put_down(desk: Desk, arrival: Arrival, lead_id: str) -> None:
    """Keep the delivery as one of this lead's."""
    delivery, receipt = arrival.delivery, arrival.delivery.receipt
    desk.work.receipts.give_to(receipt.id, lead_id)
    note_delivery(desk.work, lead_id, receipt.id, delivery.draft.source, receipt.received_at)
    if delivery.draft.speaks_for_itself:
        for vocabulary, raw in unmapped(delivery.lead):
            desk.work.unread_words.note(vocabulary, fold(raw), raw, desk.now)


def _create(desk: Desk, arrival: Arrival) -> tuple[str, bool]:
    """A new lead; gives its id, and that it waits to be routed."""
    work, lead, draft = desk.work, arrival.fresh, arrival.delivery.draft
    work.leads.add(lead, desk.now)
    _put_down(desk, arrival, lead.id)
    if draft.speaks_for_itself:
        index(work, desk.active.policy, lead)
    for other_id in ask_later(work, lead.id, arrival.found.unsure, desk.now):
        tell.redraw_cards_of(desk.ports.engine, work, other_id)
    work.audit.append(
        f"lead:{lead.id}",
        "lead.received",
        actor=Actor(kind="source", id=draft.source.id),
        now=desk.now,
        correlation_id=arrival.receipt_id,
        policy_version=desk.active.version,
        reason=draft.ignored,
        after=lead.model_dump(mode="json", exclude_none=True, exclude={"id"}),
    )
    return lead.id, True


def _attach(desk: Desk, arrival: Arrival) -> tuple[str, bool]:
    """The lead came back; gives its id, and whether it left its place for the incoming queue."""
    work, source = desk.work, arrival.delivery.draft.source
    s = Settlement(desk.ports, work, desk.active, desk.now, Actor(kind="source", id=source.id))
    known_id = str(arrival.found.lead_id)
    before = work.leads.hold_all({known_id, *arrival.found.also}).get(known_id)
    if before is None:
        raise MissingError(known_id)
    _put_down(desk, arrival, before.id)
    done = absorb(s, before, arrival.absorption)
    work.audit.append(
        f"lead:{before.id}",
        "lead.returned",
        actor=s.actor,
        now=desk.now,
        correlation_id=arrival.receipt_id,
        policy_version=desk.active.version,
        reason="; ".join(done.reasons),
        **before_and_after(done, done.merged),
    )
    united = unite(s, before.id, arrival.found.also)
    lead = united.lead if united else done.merged
    if united and united.is_new_union and desk.manner.routed:
        carry_on(s, lead, arrival.receipt_id)
        waits = lead.place == "queue"
    else:
        waits = _put_in_its_place(desk, s, lead, arrival.receipt_id)
    if not desk.manner.quiet:
        tell.redraw_cards_of(desk.ports.engine, work, lead.id)
        note = f"Came back through {source.name}."
        tell.note_on_timeline(desk.ports.engine, work, lead.id, note, desk.now)
    return lead.id, waits


def _put_in_its_place(desk: Desk, s: Settlement, lead: Lead, receipt_id: str) -> bool:
    """A lead that nobody works is routed again when it comes back, and so is one whose owner
    receives no leads any more (R4); any other is scored anew. Gives whether it waits.
    """
    if desk.manner.at_once:
        s.work.imported_leads.release(lead.id)
    left = lead.place == "owner" and not s.active.policy.person(lead.owner or "").active
    idle = left or lead.place in ("nurture", "queue")
    if not desk.manner.routed or not idle or lead.queue == INCOMING:
        rescore(s, lead, routed=desk.manner.routed)
        return False
    leave_place(s, lead, about=receipt_id)
    return True
