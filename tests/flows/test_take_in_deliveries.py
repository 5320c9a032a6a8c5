"""What was received becomes a lead, whatever breaks on the way (I2, R5, promise one)."""

from __future__ import annotations

from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from handlers.flows.draft import LeadDraft
from handlers.flows.ports import Ports
from handlers.flows.steps.taking_in.delivery import Delivery, draft_of, prepare
from handlers.flows.steps.taking_in.take_in import Desk, Taken, put_on_record
from handlers.flows.taking_in import take_in_apart as apart
from handlers.flows.taking_in import take_in_deliveries as flow
from handlers.flows.taking_in.receive_lead import receive_lead
from handlers.flows.taking_in.take_in_apart import take_in_apart, take_in_unread
from handlers.flows.taking_in.take_in_deliveries import take_in_deliveries
from handlers.flows.working.set_switch import set_switch
from routing.lead import Lead
from routing.normalise.lead import RawLead
from storage.audit import Actor
from storage.taking_in.receipts import Receipt
from tests.flows.builders import a_draft, a_stranger, actions, receive, the_lead
from tests.support.clock import TestClock
from tests.support.engine import WaitingEngine


def leads(ports: Ports) -> list[Lead]:
    with ports.database.reading() as work:
        return work.leads.find("", 100)


def waiting(ports: Ports) -> int:
    with ports.database.reading() as work:
        return work.receipts.waiting()[0]


def received(ports: Ports, number: int) -> None:
    """So many strangers stand in line."""
    for one in range(number):
        fields: dict[str, Any] = a_stranger(one)
        receive_lead(ports, a_draft(ports, **fields))


def refuse_leads_of(monkeypatch: pytest.MonkeyPatch, email: str | None) -> None:
    """Taking in breaks for this address, or for everybody."""

    def breaking(desk: Desk, delivery: Delivery) -> Taken:
        if email in (None, delivery.draft.raw.email):
            raise RuntimeError("broken")
        return put_on_record(desk, delivery)

    monkeypatch.setattr(flow, "put_on_record", breaking)


def test_what_is_answered_stands_in_line(ports: Ports) -> None:
    """After the answer the delivery is stored with all its source understood, and counted."""
    draft = a_draft(ports, key="k1", name="J\ud800ne \x00 Roe")
    receive_lead(ports, draft)

    assert leads(ports) == []
    assert waiting(ports) == 1
    with ports.database.reading() as work:
        (kept,) = work.receipts.in_line(10)
    assert draft_of(kept) == draft


def test_lead_is_as_old_as_its_delivery(ports: Ports, clock: TestClock) -> None:
    """The clock of speed to lead starts when it arrived, not when it was taken in (T1)."""
    receive_lead(ports, a_draft(ports))
    arrived = clock.now()
    clock.forward(timedelta(minutes=3))
    take_in_deliveries(ports)

    assert the_lead(ports).received_at == arrived


def test_same_delivery_twice_in_line_is_one(ports: Ports) -> None:
    """A repetition that comes before the first was taken in gets its receipt."""
    first = receive_lead(ports, a_draft(ports, key="k1"))
    again = receive_lead(ports, a_draft(ports, key="k1"))

    assert (again.receipt, again.status) == (first.receipt, "duplicate")
    assert waiting(ports) == 1


def test_line_keeps_the_order_of_arrival(ports: Ports, clock: TestClock) -> None:
    """What came first makes the lead, what came later returns to it."""
    for message in ("first", "second", "third"):
        receive_lead(ports, a_draft(ports, message=message))
        clock.forward(timedelta(milliseconds=1))
    take_in_deliveries(ports)

    lead = the_lead(ports)
    assert lead.message == "third"
    assert actions(ports, lead) == ["lead.received", "lead.returned", "lead.returned"]


def test_long_line_is_taken_in_batches(ports: Ports) -> None:
    """Each call takes a batch, until nobody waits."""
    received(ports, flow.BATCH + 2)

    assert [take_in_deliveries(ports) for _ in range(3)] == [flow.BATCH, 2, 0]
    assert len(leads(ports)) == flow.BATCH + 2


def test_one_that_breaks_holds_up_no_other(
    ports: Ports, engine: WaitingEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is set apart with work of its own; everybody else becomes a lead."""
    refuse_leads_of(monkeypatch, a_stranger(1)["email"])
    received(ports, 4)
    while take_in_deliveries(ports):
        pass

    assert len(leads(ports)) == 3
    assert waiting(ports) == 1
    assert [job.flow for job in engine.waiting].count("take_in_apart") == 1


def test_one_set_apart_is_taken_in_once_it_can_be(
    ports: Ports, engine: WaitingEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The trouble over, its own work makes the lead, once."""
    with monkeypatch.context() as trouble:
        refuse_leads_of(trouble, None)
        received(ports, 1)
        take_in_deliveries(ports)
    (job,) = engine.waiting
    take_in_apart(ports, *job.arguments)
    take_in_apart(ports, *job.arguments)

    assert the_lead(ports).email == a_stranger(0)["email"]
    assert waiting(ports) == 0


def test_one_that_never_can_be_read_goes_to_people(
    ports: Ports, engine: WaitingEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the end it is a lead without fields, in a case, with its payload kept."""

    def breaking(ports: Ports, draft: LeadDraft, receipt: Receipt) -> Delivery:
        if draft.raw != RawLead():
            raise RecursionError
        return prepare(ports, draft, receipt)

    monkeypatch.setattr(flow, "prepare", breaking)
    monkeypatch.setattr(apart, "prepare", breaking)
    received(ports, 1)
    take_in_deliveries(ports)
    (job,) = engine.waiting
    engine.waiting.clear()
    take_in_unread(ports, *job.arguments)
    engine.run_all(ports)

    lead = the_lead(ports)
    assert (lead.place, lead.flags) == ("case", ("suspicious:unreadable",))
    with ports.database.reading() as work:
        assert [receipt for receipt, _ in work.receipts.of_lead(lead.id)] == list(job.arguments)


def test_without_its_work_there_is_no_lead(ports: Ports, engine: WaitingEngine) -> None:
    """Lead, audit and work are one transaction; when it fails the delivery stands in line."""

    def refuse(*_: object, **__: object) -> None:
        raise RuntimeError("no engine")

    receive_lead(ports, a_draft(ports))
    engine.submit = refuse  # type: ignore[method-assign]
    with pytest.raises(RuntimeError):
        take_in_deliveries(ports)

    assert leads(ports) == []
    assert waiting(ports) == 1
    with ports.database.reading() as work:
        assert work.audit.count() == (1, 1)  # the policy's own entry


def test_lost_connection_leaves_everybody_in_line(
    ports: Ports, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the database goes away nothing is set apart: it was nobody's fault."""

    def away(*_: object) -> None:
        raise OperationalError("away", None, Exception("connection lost"))

    received(ports, 2)
    with monkeypatch.context() as trouble:
        trouble.setattr(type(ports.database), "writing", away)
        with pytest.raises(OperationalError):
            take_in_deliveries(ports)
    take_in_deliveries(ports)

    assert len(leads(ports)) == 2


def test_two_replicas_share_the_line(ports: Ports) -> None:
    """Two that take in at once make each lead once."""
    received(ports, 30)
    start = Barrier(2)

    def replica() -> None:
        start.wait()
        while waiting(ports):
            take_in_deliveries(ports)

    threads = [Thread(target=replica) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    found = leads(ports)
    assert len(found) == len({lead.email for lead in found}) == 30
    assert all(actions(ports, lead) == ["lead.received"] for lead in found)


def test_switch_off_keeps_everybody_in_line(ports: Ports) -> None:
    """Turned off, deliveries are stored and wait; turned on, they become leads (G3)."""
    actor = Actor(kind="person", id="ops")
    set_switch(ports, "intake", is_on=False, actor=actor, reason="test")
    received(ports, 2)
    assert take_in_deliveries(ports) == 0
    assert waiting(ports) == 2

    set_switch(ports, "intake", is_on=True, actor=actor, reason="test")
    assert take_in_deliveries(ports) == 2


def test_repetition_after_the_lead_is_known_gets_its_receipt(ports: Ports) -> None:
    """The answer is the same before and after it was taken in."""
    first = receive(ports, key="k1")
    again = receive_lead(ports, a_draft(ports, key="k1"))

    assert (again.receipt, again.status) == (first.receipt, "duplicate")
