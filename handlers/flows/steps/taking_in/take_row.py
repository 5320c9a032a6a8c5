"""One row of an import put on record: a lead, a delivery seen before, or a problem (I1, I2)."""

from __future__ import annotations

from dataclasses import dataclass

from handlers.flows.ports import Ports
from handlers.flows.steps.taking_in.delivery import Delivery
from handlers.flows.steps.taking_in.take_in import Desk, Manner, put_on_record
from routing.lead import INCOMING
from storage.database.base import MissingError
from storage.taking_in.imports import ImportRun, RowOutcome
from storage.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class PreparedRow:
    """A row made ready outside any transaction, or its problem."""

    line: int
    delivery: Delivery | None
    problem: str | None


def treatment(ports: Ports, work: UnitOfWork, run: ImportRun) -> Desk:
    """Where and how the rows of this import are taken in."""
    handling = run.handling
    manner = Manner(
        routed=handling.route,
        queue=INCOMING if handling.route else handling.queue,
        at_once=False,
        quiet=handling.tell != "each",
    )
    return Desk(ports, work, ports.policies.active(work), ports.clock.now(), manner)


def outcome_of(desk: Desk, import_id: str, row: PreparedRow) -> RowOutcome:
    """Take the row in; its lead is treated as the import says when it waits because of it."""
    delivery = row.delivery
    if delivery is None:
        return RowOutcome(import_id=import_id, line=row.line, status="error", problem=row.problem)
    receipt = delivery.receipt
    if not desk.work.receipts.keep(receipt):
        known = desk.work.receipts.find(receipt.source, receipt.delivery_key or "")
        if known is None:
            raise MissingError(receipt.delivery_key)
        return RowOutcome(
            import_id=import_id,
            line=row.line,
            status="duplicate",
            lead_id=known.lead_id,
            receipt_id=known.id,
        )
    taken = put_on_record(desk, delivery)
    if taken.waits:
        desk.work.imported_leads.hold(import_id, [taken.lead_id])
    return RowOutcome(
        import_id=import_id,
        line=row.line,
        status="accepted",
        lead_id=taken.lead_id,
        receipt_id=taken.receipt_id,
        is_new=taken.is_new,
    )
