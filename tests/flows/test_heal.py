"""What was forgotten is taken up again, and what waits on purpose is left alone (promise one)."""

from __future__ import annotations

from datetime import timedelta

from handlers.flows.deciding.report_stuck import report_stuck
from handlers.flows.deciding.retry_stuck import retry_stuck
from handlers.flows.deciding.work_lead import work_lead
from handlers.flows.ports import Ports
from handlers.flows.working.set_switch import set_switch
from handlers.jobs.heal import PATIENCE, heal
from storage.audit import Actor
from storage.switches import SwitchName
from storage.work import FailingWork
from tests.flows.builders import a_stranger, actions, receive, the_lead
from tests.flows.test_send_message import an_owed_card
from tests.support.clock import TestClock
from tests.support.engine import WaitingEngine
from tests.support.messenger import KeepingMessenger

LATER = PATIENCE + timedelta(seconds=1)


def _turn_off(ports: Ports, name: SwitchName) -> None:
    set_switch(ports, name, is_on=False, actor=Actor(kind="person", id="oscar"), reason="trial")


def test_forgotten_lead_is_worked_after_all(
    ports: Ports, engine: WaitingEngine, clock: TestClock
) -> None:
    """A lead whose work vanished from the engine is submitted again and gets its owner."""
    receive(ports)
    engine.waiting.clear()
    assert heal(ports) == 0
    clock.forward(LATER)

    assert heal(ports) == 1
    assert heal(ports) == 0
    assert len(engine.waiting) == 1
    engine.run_all(ports)
    assert the_lead(ports).place == "owner"


def test_what_waits_behind_other_work_is_not_forgotten(
    ports: Ports, engine: WaitingEngine, clock: TestClock
) -> None:
    """In a backlog nothing is submitted a second time, neither leads nor messages."""
    receive(ports)
    work_lead(ports, the_lead(ports).id)
    receive(ports, **a_stranger(1))
    waiting = list(engine.waiting)
    clock.forward(LATER)

    assert heal(ports) == 0
    assert engine.waiting == waiting
    assert {job.flow for job in waiting} >= {"work_lead", "send_message"}


def test_forgotten_message_is_sent_after_all(
    ports: Ports, engine: WaitingEngine, clock: TestClock, messenger: KeepingMessenger
) -> None:
    """A card that stayed in the outbox is sent, once."""
    an_owed_card(ports, engine)
    clock.forward(LATER)
    heal(ports)
    engine.run_all(ports)

    assert len(messenger.lead_cards()) == 1


def test_work_behind_a_switch_is_not_piled_up(
    ports: Ports, engine: WaitingEngine, clock: TestClock
) -> None:
    """While a workflow is off its work waits; healing adds nothing to it."""
    receive(ports)
    engine.waiting.clear()
    _turn_off(ports, "routing")
    clock.forward(LATER)

    assert heal(ports) == 0


def test_stuck_lead_becomes_a_case(
    ports: Ports, engine: WaitingEngine, messenger: KeepingMessenger
) -> None:
    """A lead whose routing fails again and again is put before people."""
    receive(ports)
    engine.waiting.clear()
    lead = the_lead(ports)
    report_stuck(ports, lead.id, "ValueError at decide.py:1")
    report_stuck(ports, lead.id, "ValueError at decide.py:1")
    engine.run_all(ports)

    (card,) = messenger.case_cards()
    assert (the_lead(ports).place, card.title) == ("case", "Work is stuck")
    assert actions(ports, lead) == ["lead.received", "case.opened"]


def test_stuck_work_tries_again_when_a_person_says_so(
    ports: Ports, engine: WaitingEngine, clock: TestClock
) -> None:
    """After its cause is mended, stuck work runs again and leaves the list."""
    receive(ports)
    engine.waiting.clear()
    lead = the_lead(ports)
    with ports.database.writing() as work:
        work.work.fail(
            FailingWork(
                work_id="work:1",
                flow="work_lead",
                key=lead.id,
                arguments=(lead.id,),
                attempts=8,
                state="stuck",
                error="ValueError at decide.py:1",
                changed_at=clock.now(),
            )
        )

    assert [one.work_id for one in retry_stuck(ports)] == ["work:1"]
    engine.run_all(ports)
    assert the_lead(ports).place == "owner"
    with ports.database.reading() as work:
        assert work.work.stuck() == []
