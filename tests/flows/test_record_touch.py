"""Acknowledging and touching: who may, once, and what stops (T1, T3, S6)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handlers.flows.ports import Ports
from handlers.flows.refusals import NotAllowedError, TooLateError
from handlers.flows.working.record_touch import acknowledge, log_first_touch
from routing.people import Person
from tests.flows.builders import actions, an_owned_lead, the_lead
from tests.support.clock import TestClock
from tests.support.engine import WaitingEngine
from tests.support.messenger import KeepingMessenger


def a_person(ports: Ports, person_id: str) -> Person:
    return ports.policies.latest_known().policy.person_by_id[person_id]


def _armed(ports: Ports, assignment_id: str) -> set[str]:
    with ports.database.reading() as work:
        clocks = work.deadlines.of_subject(assignment_id)
    return {clock.kind for clock in clocks if clock.state == "armed"}


def test_acknowledging_stops_its_clock_only(
    ports: Ports, engine: WaitingEngine, messenger: KeepingMessenger
) -> None:
    """The acknowledge clock stops, the first-touch clock runs on, the card says so (T3)."""
    lead, assignment = an_owned_lead(ports, engine)
    acknowledge(ports, assignment.id, a_person(ports, assignment.person))
    engine.run_all(ports)

    assert _armed(ports, assignment.id) == {"first_touch_reminder", "first_touch_breach"}
    (card,) = messenger.lead_cards()
    assert (card.acknowledged, card.touched, card.stage) == (True, False, "Acknowledged")
    assert [clock.state for clock in card.clocks] == ["met", "running"]
    assert actions(ports, lead)[-1] == "lead.acknowledged"


def test_acknowledging_twice_is_acknowledging_once(
    ports: Ports, engine: WaitingEngine, clock: TestClock
) -> None:
    """A double click leaves one entry on record and the first time stands."""
    lead, assignment = an_owned_lead(ports, engine)
    owner = a_person(ports, assignment.person)
    acknowledge(ports, assignment.id, owner)
    first = clock.now()
    clock.forward(timedelta(minutes=1))
    acknowledge(ports, assignment.id, owner)

    assert actions(ports, lead).count("lead.acknowledged") == 1
    with ports.database.reading() as work:
        assert work.assignments.get(assignment.id).acknowledged_at == first


def test_first_touch_acknowledges_too(ports: Ports, engine: WaitingEngine) -> None:
    """Who has called the lead has seen it: both clocks stop and the lead is being worked."""
    lead, assignment = an_owned_lead(ports, engine)
    log_first_touch(ports, assignment.id, a_person(ports, assignment.person))

    assert _armed(ports, assignment.id) == set()
    assert the_lead(ports).stage == "working"
    assert actions(ports, lead)[-2:] == ["lead.acknowledged", "lead.first_touch"]


def test_a_colleague_may_not(ports: Ports, engine: WaitingEngine) -> None:
    """Somebody else's lead cannot be acknowledged by a rep; nothing changes."""
    lead, assignment = an_owned_lead(ports, engine)
    colleague = "hugo" if assignment.person != "hugo" else "anna"

    with pytest.raises(NotAllowedError, match="or a manager can do this"):
        acknowledge(ports, assignment.id, a_person(ports, colleague))
    assert actions(ports, lead)[-1] == "lead.assigned"


def test_a_manager_may(ports: Ports, engine: WaitingEngine) -> None:
    """A manager acts for a rep, under their own name."""
    lead, assignment = an_owned_lead(ports, engine)
    acknowledge(ports, assignment.id, a_person(ports, "renata"))

    with ports.database.reading() as work:
        assert work.audit.of(f"lead:{lead.id}")[-1].actor.id == "renata"


def test_an_old_card_cannot_be_acknowledged(
    ports: Ports, engine: WaitingEngine, clock: TestClock
) -> None:
    """A click on the card of a lead that has moved on is refused."""
    _, assignment = an_owned_lead(ports, engine)
    with ports.database.writing() as work:
        work.assignments.end(assignment.id, clock.now())

    with pytest.raises(TooLateError):
        acknowledge(ports, assignment.id, a_person(ports, assignment.person))
