"""Take in what was received: it becomes a lead, or goes to the one it belongs to (I5)."""

from __future__ import annotations

from handlers.flows.ports import Ports
from handlers.flows.steps.again import done_again
from handlers.flows.steps.taking_in.delivery import draft_of, prepare
from handlers.flows.steps.taking_in.take_in import Desk, put_on_record
from storage.taking_in.receipts import Receipt
from storage.unit_of_work import UnitOfWork

BATCH = 10
"""Deliveries of one transaction: senders that arrive meanwhile wait for it on SQLite."""


def take_in_deliveries(ports: Ports) -> int:
    """Take in the first of those that wait in line; gives how many.

    One that cannot be taken in is set apart, so that it holds up no other: it is tried again by
    itself (`take_in_apart`).
    """
    with ports.database.reading() as work:
        # The place of the only writer on SQLite is not taken for nothing, twenty times a second.
        if not (work.receipts.in_line(1) and work.switches.is_on("intake")):
            return 0
    try:
        return _take_in(ports, BATCH)
    except Exception:  # one of the batch: which one shows when they go one by one
        return _take_in_or_set_apart(ports)


def _take_in(ports: Ports, most: int) -> int:
    return done_again(lambda: _one_transaction(ports, most))


def _one_transaction(ports: Ports, most: int) -> int:
    with ports.database.writing() as work:
        waiting = _held_in_line(work, most)
        desk = Desk(ports, work, ports.policies.active(work), ports.clock.now())
        for receipt in waiting:
            put_on_record(desk, prepare(ports, draft_of(receipt), receipt))
        return len(waiting)


def _held_in_line(work: UnitOfWork, most: int) -> list[Receipt]:
    """The first in line; nobody when another replica takes from it."""
    return work.receipts.in_line(most) if work.receipts.is_my_turn() else []


def _take_in_or_set_apart(ports: Ports) -> int:
    try:
        return _take_in(ports, 1)
    except Exception:  # its own work is tried again, and in the end people see it
        return _set_first_apart(ports)


def _set_first_apart(ports: Ports) -> int:
    with ports.database.writing() as work:
        for receipt in _held_in_line(work, 1):
            work.receipts.set_apart(receipt.id)
            ports.engine.submit(
                work, "take_in_apart", receipt.id, key=receipt.id, work_id=f"apart:{receipt.id}"
            )
            return 1
    return 0
