"""Who waits is looked at without holding anything, and sees what a decision would (R4, R8)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest

from handlers.flows.deciding.fill_places import fill_places
from handlers.flows.ports import Ports
from handlers.flows.steps.deciding.entered_absence import Absent
from handlers.flows.steps.deciding.glance import Glance
from handlers.flows.steps.deciding.waiting_line import WaitingLine
from handlers.flows.steps.matching.relations import relations_of, relations_of_all
from handlers.flows.working.set_availability import come_back, go_away
from routing.lead import ALONE, Lead
from storage.unit_of_work import Database, UnitOfWork
from tests.flows.builders import a_stranger, actions, now_of, receive
from tests.flows.changed_policy import emea, only, put_in_force
from tests.flows.test_set_availability import BERLIN, PRIYA, a_lead_from_berlin
from tests.support.clock import TestClock
from tests.support.engine import WaitingEngine


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """One entry for each transaction that may write, from now on."""
    begun: list[str] = []
    writing = Database.writing

    @contextmanager
    def counted(database: Database) -> Iterator[UnitOfWork]:
        begun.append("writing")
        with writing(database) as work:
            yield work

    monkeypatch.setattr(Database, "writing", counted)
    return begun


def _waiting(ports: Ports, engine: WaitingEngine, number: int = 2) -> list[Lead]:
    put_in_force(ports, only("elif"))
    go_away(ports, "elif", Absent(), actor=PRIYA)
    return [a_lead_from_berlin(ports, engine, one) for one in range(number)]


def _glance(ports: Ports) -> tuple[Glance, WaitingLine]:
    line = WaitingLine(ports)
    glance = Glance(ports, line.deciders, ports.clock.now())
    glance.take_in(line.firsts)
    return glance, line


def test_a_look_that_changes_nothing_writes_nothing(
    ports: Ports, engine: WaitingEngine, clock: TestClock, written: list[str]
) -> None:
    """However often it comes, for cases and for openings: no writing place, no pool is held."""
    _waiting(ports, engine)
    put_in_force(ports, only("elif", "hugo"), emea("wait"))
    clock.forward(timedelta(hours=4))
    night = a_lead_from_berlin(ports, engine, 9)
    assert night.place == "queue"
    fill_places(ports)
    written.clear()

    for _ in range(3):
        clock.forward(timedelta(seconds=5))
        fill_places(ports)

    assert written == []


def test_who_can_go_is_seen_as_soon_as_somebody_is_back(
    ports: Ports, engine: WaitingEngine
) -> None:
    """A glance that is old says what was so: whoever acts on it decides again."""
    (first,) = _waiting(ports, engine, 1)
    old, line = _glance(ports)
    come_back(ports, "elif", actor=PRIYA)
    fresh, _ = _glance(ports)

    one = line.firsts[0]
    assert one.lead_id == first.id
    assert (old.has_to_wait(one), fresh.has_to_wait(one)) == (True, False)
    old.forget_people()
    assert not old.has_to_wait(one)


def test_what_a_glance_saw_wrongly_changes_nothing(
    ports: Ports, engine: WaitingEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where somebody was free for a moment only, the decision under the pool's lock holds."""
    leads = _waiting(ports, engine)
    before = [actions(ports, lead) for lead in leads]
    monkeypatch.setattr(Glance, "has_to_wait", lambda *_: False)

    fill_places(ports)

    assert [now_of(ports, lead) for lead in leads] == leads
    assert [actions(ports, lead) for lead in leads] == before


def test_of_many_leads_is_known_what_is_known_of_each(
    ports: Ports, engine: WaitingEngine, clock: TestClock
) -> None:
    """An owner before, an owner of the account, an open question, or nothing: read together or
    alone it is the same."""
    receive(ports, **a_stranger(1))
    engine.run_all(ports)
    clock.forward(timedelta(minutes=1))
    of_her_account = {"name": "Otto Neu", "email": "otto@abel-boris-works.com", "phone": None}
    receive(ports, **(a_stranger(1) | of_her_account))
    receive(ports, **(a_stranger(1) | {"name": "Bo Abel", "email": None}))
    receive(ports, **(BERLIN | a_stranger(2)))
    put_in_force(ports, only("elif"))
    go_away(ports, "elif", Absent(), actor=PRIYA)
    engine.run_all(ports)
    with ports.database.reading() as work:
        policy, leads = ports.policies.active(work).policy, work.leads.find("", 10)
        together = relations_of_all(work, policy, leads, clock.now())
        alone = {lead.id: relations_of(work, policy, lead, clock.now()) for lead in leads}

    assert together == alone
    assert sum(one == ALONE for one in alone.values()) == 1
    assert len(leads) == 4
