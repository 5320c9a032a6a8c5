"""A lead of high value waits for a person, once (R5)."""

from __future__ import annotations

from datetime import timedelta

from handlers.flows.deciding.report_stuck import report_stuck
from handlers.flows.deciding.resolve_case import assign_to_suggested
from handlers.flows.ports import Ports
from handlers.flows.steps.deciding.endings import end_assignment, put_back, route_again
from handlers.flows.steps.settlement import Settlement
from storage.audit import Actor
from tests.flows.builders import receive, the_lead
from tests.flows.test_record_touch import a_person
from tests.support.engine import WaitingEngine
from tests.support.messenger import KeepingMessenger

BY_TEST = Actor(kind="system", id="test")


def test_a_person_approves_it_and_is_not_asked_again(
    ports: Ports, engine: WaitingEngine, messenger: KeepingMessenger
) -> None:
    """The case has the policy's choice and its own clock; routed again, the lead goes straight."""
    receive(ports, company_size="60000")
    engine.run_all(ports)
    with ports.database.reading() as work:
        case = work.cases.open_of(the_lead(ports).id)
    assert case is not None
    assert case.kind == "high_value"
    assert case.suggested_person is not None
    assert case.due_at - case.opened_at == timedelta(hours=2)
    (card,) = messenger.case_cards()
    assert card.suggestion is not None
    assert messenger.lead_cards() == []

    assign_to_suggested(ports, case.id, person=a_person(ports, "renata"))
    engine.run_all(ports)
    assert the_lead(ports).owner == case.suggested_person

    _owner_leaves(ports)
    engine.run_all(ports)
    lead = the_lead(ports)
    assert lead.place == "owner"
    with ports.database.reading() as work:
        assert [d.decision.place for d in work.assignments.decisions_of(lead.id)] == [
            "case", "owner", "owner",
        ]  # fmt: skip


def _owner_leaves(ports: Ports) -> None:
    """The lead is to be routed again."""
    with ports.database.writing() as work:
        lead = work.leads.lock(the_lead(ports).id)
        s = Settlement(ports, work, ports.policies.active(work), ports.clock.now(), BY_TEST)
        end_assignment(s, lead.id)
        route_again(s, lead, "test")


def test_work_that_broke_is_no_approval(ports: Ports, engine: WaitingEngine) -> None:
    """A lead that the engine put before people was approved by nobody."""
    receive(ports, company_size="60000")
    report_stuck(ports, the_lead(ports).id, "ValueError at decide.py:1")
    with ports.database.writing() as work:
        s = Settlement(ports, work, ports.policies.active(work), ports.clock.now(), BY_TEST)
        put_back(s, work.leads.lock(the_lead(ports).id), "mended")
    engine.run_all(ports)

    with ports.database.reading() as work:
        case = work.cases.open_of(the_lead(ports).id)
    assert case is not None
    assert case.kind == "high_value"
