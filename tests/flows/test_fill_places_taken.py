"""A lead that was taken from somebody holds up none of those that wait with it (R4, R8)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handlers.flows.deciding.fill_places import fill_places
from handlers.flows.ports import Ports
from handlers.flows.steps.deciding.endings import put_back
from handlers.flows.steps.deciding.entered_absence import Absent
from handlers.flows.steps.settlement import Settlement
from handlers.flows.working.set_availability import come_back, go_away
from routing.lead import Lead, LeadFacts, Relations, facts_of
from tests.flows.builders import now_of
from tests.flows.changed_policy import only, put_in_force
from tests.flows.test_reassign import BY_POLICY, moved
from tests.flows.test_set_availability import PRIYA, a_lead_from_berlin
from tests.support.clock import TestClock
from tests.support.engine import WaitingEngine


def test_a_lead_taken_from_the_only_one_holds_up_nobody(
    ports: Ports, engine: WaitingEngine, clock: TestClock
) -> None:
    """Whoever it was taken from is back: they get the leads behind it, and it goes on waiting."""
    put_in_force(ports, only("hugo"))
    taken = a_lead_from_berlin(ports, engine, 0)
    moved(ports, [taken], BY_POLICY)
    go_away(ports, "hugo", Absent(), actor=PRIYA)
    behind = []
    for number in (1, 2):
        clock.forward(timedelta(minutes=5))
        behind.append(a_lead_from_berlin(ports, engine, number))
    assert [lead.waits_for for lead in behind] == [now_of(ports, taken).waits_for] * 2

    fill_places(ports)
    assert [now_of(ports, lead).owner for lead in behind] == [None, None]
    come_back(ports, "hugo", actor=PRIYA)
    engine.run_all(ports)

    assert [now_of(ports, lead).owner for lead in behind] == ["hugo", "hugo"]
    assert now_of(ports, taken).place == "case"


def test_who_is_back_gets_the_lead_they_had_before_those_in_front_of_it(
    ports: Ports, engine: WaitingEngine, clock: TestClock
) -> None:
    """A lead with an owner to go back to does not wait for whoever stands in front of it (I7)."""
    put_in_force(ports, only("hugo"))
    mine = a_lead_from_berlin(ports, engine, 2)
    put_in_force(ports, only("elif"))
    for one in ("elif", "hugo"):
        go_away(ports, one, Absent(), actor=PRIYA)
    stranger = a_lead_from_berlin(ports, engine, 3)
    clock.forward(timedelta(minutes=5))
    with ports.database.writing() as work:
        active = ports.policies.for_lead(work, mine.id)
        held = work.leads.lock(mine.id)
        put_back(Settlement(ports, work, active, clock.now(), PRIYA), held, "a trial")
    engine.run_all(ports)
    assert stranger.waits_for == now_of(ports, mine).waits_for

    come_back(ports, "hugo", actor=PRIYA)
    engine.run_all(ports)

    assert now_of(ports, mine).owner == "hugo"
    assert now_of(ports, stranger).owner is None


def test_one_that_cannot_be_seen_holds_up_nobody(
    ports: Ports, engine: WaitingEngine, clock: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever is wrong with the first lead at a glance: it is decided by itself, the others go."""
    put_in_force(ports, only("hugo"))
    go_away(ports, "hugo", Absent(), actor=PRIYA)
    leads = []
    for number in range(3):
        clock.forward(timedelta(minutes=5))
        leads.append(a_lead_from_berlin(ports, engine, number))

    def failing(lead: Lead, relations: Relations) -> LeadFacts:
        if lead.id == leads[0].id:
            raise ValueError("no facts")
        return facts_of(lead, relations)

    monkeypatch.setattr("handlers.flows.steps.deciding.glance.facts_of", failing)
    come_back(ports, "hugo", actor=PRIYA)
    engine.run_all(ports)

    assert [now_of(ports, lead).owner for lead in leads] == ["hugo"] * 3
