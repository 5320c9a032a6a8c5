"""Receive a delivery: durable before it is answered, the same delivery once (I2).

Nothing else happens here, so that a burst of leads is answered at the speed of the disk; what
was received is taken in by `take_in_deliveries` right afterwards, in the order it came.
"""

from __future__ import annotations

from handlers.flows.draft import Accepted, DeliveryConflictError, LeadDraft
from handlers.flows.ports import Ports
from handlers.flows.steps.taking_in.delivery import in_line, receipt_of
from storage.taking_in.receipts import Receipt
from storage.unit_of_work import UnitOfWork


def receive_lead(ports: Ports, draft: LeadDraft) -> Accepted:
    """Store the delivery in line to be taken in.

    Raises DeliveryConflictError when the same key came before with a different body.
    """
    receipt = in_line(receipt_of(draft, ports.clock.now()), draft)
    with ports.database.writing() as work:
        if work.receipts.keep(receipt):
            return Accepted(receipt=receipt.id, status="accepted")
        return _answered_before(work, receipt)


def _answered_before(work: UnitOfWork, receipt: Receipt) -> Accepted:
    known = work.receipts.find(receipt.source, receipt.delivery_key or "")
    if known is None or known.body_digest != receipt.body_digest:
        raise DeliveryConflictError(receipt.delivery_key)
    return Accepted(receipt=known.id, status="duplicate")
