"""What waits is decided anew as any lead is: by its own policy, by what is true now (R4, R8)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy.exc import OperationalError

from handlers.flows.deciding.fill_places import fill_places
from handlers.flows.deciding.report_stuck import report_stuck
from handlers.flows.ports import Ports
from handlers.flows.steps.deciding.decide_lead import decided
from handlers.flows.steps.deciding.entered_absence import Absent
from handlers.flows.steps.settlement import Settlement
from handlers.flows.working.enforce_sla import enforce_sla
from handlers.flows.working.set_availability import come_back, go_away
from routing.lead import INCOMING, Lead
from storage.deciding.assignments import StoredDecision
from storage.deciding.cases import cases
from tests.flows.builders import actions, now_of
from tests.flows.changed_policy import emea, only, put_in_force
from tests.flows.test_set_availability import PRIYA, a_lead_from_berlin
from tests.support.clock import TestClock
from tests.support.engine import WaitingEngine
from tests.support.policy_changes import approved, changed, proposed

TO_SDRS = "default-emea-central,emea-central,*,*,*,0,pool:emea-sdr"
TO_ENTERPRISE = TO_SDRS.replace("pool:emea-sdr", "pool:enterprise-emea")

OPENS_AT_TEN = "calendars.yml", '"09:00-12:30", "13:15', '"10:00-12:30", "13:15'


def _everybody_is_in_the_share(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("handlers.flows.policy_book.is_in_share", lambda *_: True)


def test_a_lead_of_a_share_waits_by_the_policy_that_is_tried(
    ports: Ports, engine: WaitingEngine, clock: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The policy in force has somebody for it, but it is not the one that decides this lead."""
    _everybody_is_in_the_share(monkeypatch)
    for who in ("ingrid", "mateo"):
        go_away(ports, who, Absent(), actor=PRIYA)
    tried = changed(ports, "rules.csv", TO_SDRS, TO_ENTERPRISE)
    approved(ports, proposed(ports, tried), share=True)
    lead = a_lead_from_berlin(ports, engine, 1)
    assert (lead.place, lead.waits_for) == ("case", "enterprise-emea")

    clock.forward(timedelta(minutes=1))
    fill_places(ports)

    assert now_of(ports, lead) == lead
    with ports.database.reading() as work:
        assert [one.policy_version for one in work.assignments.decisions_of(lead.id)] == [2]


def test_a_lead_of_a_share_holds_up_none_of_the_policy_in_force(
    ports: Ports, engine: WaitingEngine, clock: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both wait for one pool, which has other people in the tried policy: the second goes."""
    put_in_force(ports, only("elif"))
    for who in ("elif", "hugo"):
        go_away(ports, who, Absent(), actor=PRIYA)
    tried = changed(ports, "pools.yml", "{person: elif}", "{person: hugo}")
    approved(ports, proposed(ports, tried), share=True)
    in_share = set[str]()
    monkeypatch.setattr("handlers.flows.policy_book.is_in_share", lambda one, _: one in in_share)
    leads = []
    for number in (1, 2):
        leads.append(a_lead_from_berlin(ports, engine, number))
        clock.forward(timedelta(minutes=1))
    assert {lead.waits_for for lead in leads} == {"emea-sdr"}
    in_share.add(leads[0].id)

    come_back(ports, "elif", actor=PRIYA)
    engine.run_all(ports)
    assert [now_of(ports, lead).owner for lead in leads] == [None, "elif"]


def test_a_lead_of_a_share_does_not_wait_behind_one_of_the_policy_in_force(
    ports: Ports, engine: WaitingEngine, clock: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both wait for one pool, and the first goes on waiting: its policy has nobody. Who is behind
    it goes by its own, and so do all behind that one that the same policy decides."""
    put_in_force(ports, only("elif"))
    for who in ("elif", "hugo"):
        go_away(ports, who, Absent(), actor=PRIYA)
    tried = changed(ports, "pools.yml", "{person: elif}", "{person: hugo}")
    approved(ports, proposed(ports, tried), share=True)
    in_share = set[str]()
    monkeypatch.setattr("handlers.flows.policy_book.is_in_share", lambda one, _: one in in_share)
    leads = []
    for number in range(5):
        leads.append(a_lead_from_berlin(ports, engine, number))
        clock.forward(timedelta(minutes=1))
    in_share |= {leads[2].id, leads[4].id}

    come_back(ports, "hugo", actor=PRIYA)
    engine.run_all(ports)

    assert [now_of(ports, x).owner for x in leads] == [None, None, "hugo", None, "hugo"]


def _openings(ports: Ports, lead: Lead) -> list[tuple[str, datetime]]:
    with ports.database.reading() as work:
        clocks = work.deadlines.of_subject(lead.id)
    return [(one.state, one.due_at) for one in clocks if one.kind == "opening"]


def _at_night(ports: Ports, engine: WaitingEngine, clock: TestClock, number: int = 1) -> list[Lead]:
    """Leads that wait until 09:00 in Berlin, eleven hours from now, for Elif alone."""
    put_in_force(ports, only("elif"), emea("wait"))
    clock.forward(timedelta(hours=4))
    leads = [a_lead_from_berlin(ports, engine, one) for one in range(number)]
    assert {(lead.place, lead.queue) for lead in leads} == {("queue", "holding")}
    return leads


def _tick(ports: Ports, engine: WaitingEngine) -> None:
    enforce_sla(ports)
    engine.run_all(ports)


def test_an_opening_with_nobody_there_is_put_before_people(
    ports: Ports, engine: WaitingEngine, clock: TestClock
) -> None:
    """All that waited for it become cases as one that comes now does; the next looks change
    nothing, and whoever comes back gets them."""
    leads = _at_night(ports, engine, clock, 3)
    go_away(ports, "elif", Absent(), actor=PRIYA)
    clock.forward(timedelta(hours=11))
    _tick(ports, engine)

    fresh = a_lead_from_berlin(ports, engine, 9)
    now = [now_of(ports, lead) for lead in leads]
    assert {lead.place for lead in (*now, fresh)} == {"case"}
    with ports.database.reading() as work:
        assert {getattr(work.cases.open_of(x.id), "kind", None) for x in now} == {"nobody_eligible"}
    said = [actions(ports, lead) for lead in leads]
    fill_places(ports)
    fill_places(ports)
    assert [actions(ports, lead) for lead in leads] == said

    come_back(ports, "elif", actor=PRIYA)
    engine.run_all(ports)
    assert {now_of(ports, lead).owner for lead in leads} == {"elif"}


def test_a_case_becomes_a_wait_for_the_opening(
    ports: Ports, engine: WaitingEngine, clock: TestClock
) -> None:
    """Whoever comes back at night has it waiting until the morning, as one that comes then."""
    put_in_force(ports, only("elif"), emea("wait"))
    go_away(ports, "elif", Absent(), actor=PRIYA)
    clock.forward(timedelta(hours=4))
    lead = a_lead_from_berlin(ports, engine, 1)
    assert lead.place == "case"

    come_back(ports, "elif", actor=PRIYA)
    engine.run_all(ports)
    assert (now_of(ports, lead).place, now_of(ports, lead).queue) == ("queue", "holding")
    with ports.database.reading() as work:
        assert work.cases.open_of(lead.id) is None

    clock.forward(timedelta(hours=11))
    _tick(ports, engine)
    assert now_of(ports, lead).owner == "elif"


def test_a_later_opening_is_waited_for(
    ports: Ports, engine: WaitingEngine, clock: TestClock
) -> None:
    """The pool's people are others now, who begin later: its clock moves, once, on record."""
    (lead,) = _at_night(ports, engine, clock)
    ((_, nine),) = _openings(ports, lead)
    put_in_force(ports, only("elif"), emea("wait"), OPENS_AT_TEN)

    fill_places(ports)
    fill_places(ports)

    assert sorted(_openings(ports, lead)) == [
        ("armed", nine + timedelta(hours=1)),
        ("cancelled", nine),
    ]
    assert actions(ports, lead) == ["lead.received", "lead.queued", "lead.queued"]


def test_an_opening_that_changes_nothing_is_followed_by_the_next(
    ports: Ports, engine: WaitingEngine, clock: TestClock
) -> None:
    """The hours changed after its clock ran out: another is armed, and nobody is told anything."""
    (lead,) = _at_night(ports, engine, clock)
    ((_, nine),) = _openings(ports, lead)
    put_in_force(ports, only("elif"), emea("wait"), OPENS_AT_TEN)
    clock.forward(timedelta(hours=11))

    _tick(ports, engine)
    fill_places(ports)

    assert _openings(ports, lead) == [("fired", nine), ("armed", nine + timedelta(hours=1))]
    assert actions(ports, lead) == ["lead.received", "lead.queued"]


@pytest.mark.parametrize("at_night", [False, True])
def test_one_that_cannot_be_decided_holds_up_nobody(
    ports: Ports,
    engine: WaitingEngine,
    clock: TestClock,
    monkeypatch: pytest.MonkeyPatch,
    at_night: bool,
) -> None:
    """Out of a case or a queue, those behind it are placed; it goes back to routing, whose
    attempts end on the stuck list, and its case is closed."""
    if at_night:
        first, second = _at_night(ports, engine, clock, 2)
        clock.forward(timedelta(hours=11))
    else:
        put_in_force(ports, only("elif"))
        go_away(ports, "elif", Absent(), actor=PRIYA)
        first, second = (a_lead_from_berlin(ports, engine, one) for one in range(2))
        come_back(ports, "elif", actor=PRIYA)
    engine.waiting.clear()

    def failing(s: Settlement, lead: Lead) -> StoredDecision:
        if lead.id == first.id:
            raise ValueError("broken")
        return decided(s, lead)

    monkeypatch.setattr("handlers.flows.deciding.fill_places.decided", failing)
    fill_places(ports)

    assert now_of(ports, second).owner == "elif"
    assert now_of(ports, first).queue == INCOMING
    assert ("work_lead", (first.id,)) in [(job.flow, job.arguments) for job in engine.waiting]
    with ports.database.reading() as work:
        assert work.cases.open_of(first.id) is None
        last = work.audit.of(f"lead:{first.id}")[-1]
    assert last.action == "lead.queued"
    assert last.details is not None
    assert last.details["reason"] == "looking for a free place failed (ValueError)"
    report_stuck(ports, first.id, "ValueError at decide.py:1")
    assert now_of(ports, first).place == "case"


def test_a_case_about_something_else_holds_up_nobody(
    ports: Ports, engine: WaitingEngine, clock: TestClock
) -> None:
    """Its answer is what it waits for, whatever else is stored of it: it stays, those behind go."""
    put_in_force(ports, only("elif"))
    go_away(ports, "elif", Absent(), actor=PRIYA)
    first, second = (a_lead_from_berlin(ports, engine, one) for one in range(2))
    with ports.database.writing() as work:
        asked = cases.update().where(cases.c.lead_id == first.id).values(kind="high_value")
        work.connection.execute(asked)
    first = now_of(ports, first)

    come_back(ports, "elif", actor=PRIYA)
    engine.run_all(ports)

    assert now_of(ports, second).owner == "elif"
    assert now_of(ports, first) == first
    with ports.database.reading() as work:
        assert not work.waiting.anybody()


def test_trouble_of_the_database_is_nobodys_fault(
    ports: Ports, engine: WaitingEngine, clock: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The whole look is tried again by the engine, and the lead stays where it waits."""
    (lead,) = _at_night(ports, engine, clock)
    clock.forward(timedelta(hours=11))

    def failing(s: Settlement, lead: Lead) -> StoredDecision:
        raise OperationalError("SELECT 1", {}, Exception("gone"))

    monkeypatch.setattr("handlers.flows.deciding.fill_places.decided", failing)
    with pytest.raises(OperationalError):
        fill_places(ports)
    assert now_of(ports, lead) == lead
