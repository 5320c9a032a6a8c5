"""Take in a delivery that broke its batch: by itself, and in the end for people (R5)."""

from __future__ import annotations

from collections.abc import Callable

from handlers.flows.draft import LeadDraft
from handlers.flows.ports import Ports
from handlers.flows.steps.again import done_again
from handlers.flows.steps.taking_in.delivery import draft_of, prepare
from handlers.flows.steps.taking_in.take_in import Desk, put_on_record
from routing.normalise.lead import RawLead
from storage.taking_in.receipts import Receipt

UNREADABLE = "unreadable"


def take_in_apart(ports: Ports, receipt_id: str) -> None:
    """Take in a delivery that was set apart; does nothing for any other."""
    done_again(lambda: _take_apart(ports, receipt_id, draft_of))


def take_in_unread(ports: Ports, receipt_id: str) -> None:
    """Take in a delivery that failed again and again as a lead without fields, for people: its
    payload is kept, and what is suspicious opens a case.
    """
    done_again(lambda: _take_apart(ports, receipt_id, _unread))


def _take_apart(ports: Ports, receipt_id: str, draft_from: Callable[[Receipt], LeadDraft]) -> None:
    with ports.database.writing() as work:
        receipt = work.receipts.hold_apart(receipt_id)
        if receipt is not None:
            desk = Desk(ports, work, ports.policies.active(work), ports.clock.now())
            put_on_record(desk, prepare(ports, draft_from(receipt), receipt))


def _unread(receipt: Receipt) -> LeadDraft:
    return draft_of(receipt).model_copy(
        update={"raw": RawLead(), "source_id": None, "suspicions": (UNREADABLE,)}
    )
