"""Take a delivery in: durable before it is answered, the same delivery once (I2, I5)."""

from __future__ import annotations

from datetime import datetime

from handlers.flows.draft import Accepted, LeadDraft
from handlers.flows.ports import Ports
from handlers.flows.steps.delivery import Delivery, already_taken, prepare
from handlers.flows.steps.take_in import Desk, take_in
from storage.races import lost_race

ATTEMPTS = 4


def receive_lead(ports: Ports, draft: LeadDraft) -> Accepted:
    """Store the delivery and its lead in one transaction, and queue the work.

    Raises DeliveryConflictError when the same key came before with a different body.
    """
    now = ports.clock.now()
    delivery = prepare(ports, draft)
    for _ in range(ATTEMPTS - 1):
        try:
            return _received(ports, delivery, now)
        except Exception as error:
            # Somebody stored the same delivery, or merged its lead away, since we looked.
            if not lost_race(error):
                raise
    return _received(ports, delivery, now)


def _received(ports: Ports, delivery: Delivery, now: datetime) -> Accepted:
    with ports.database.writing() as work:
        desk = Desk(ports, work, ports.policies.active(work), now)
        return already_taken(work, delivery) or take_in(desk, delivery)
