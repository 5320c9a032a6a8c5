"""Take a delivery in: durable before it is answered, the same delivery once (I2, I5)."""

from __future__ import annotations

from handlers.flows.draft import Accepted, LeadDraft
from handlers.flows.ports import Ports
from handlers.flows.steps.again import done_again
from handlers.flows.steps.delivery import already_taken, prepare
from handlers.flows.steps.take_in import Desk, take_in


def receive_lead(ports: Ports, draft: LeadDraft) -> Accepted:
    """Store the delivery and its lead in one transaction, and queue the work.

    Raises DeliveryConflictError when the same key came before with a different body.
    """
    now = ports.clock.now()
    delivery = prepare(ports, draft)

    def received() -> Accepted:
        with ports.database.writing() as work:
            desk = Desk(ports, work, ports.policies.active(work), now)
            return already_taken(work, delivery) or take_in(desk, delivery)

    return done_again(received)
