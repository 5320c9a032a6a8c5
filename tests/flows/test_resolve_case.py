"""People decide what policy cannot: one winner, on record (R5, S2)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from handlers.flows.deciding.resolve_case import Choice, assign_to, assign_to_suggested
from handlers.flows.ports import Ports
from handlers.flows.refusals import NotAllowedError, NotFoundError, TooLateError
from storage.deciding.cases import ExceptionCase
from tests.flows.builders import actions, receive, the_assignment, the_lead
from tests.flows.test_record_touch import a_person
from tests.support.engine import WaitingEngine
from tests.support.messenger import KeepingMessenger


def an_open_case(ports: Ports, engine: WaitingEngine) -> ExceptionCase:
    """Portland without a state: two territories claim it alike."""
    receive(ports, city="Portland", region=None)
    engine.run_all(ports)
    with ports.database.reading() as work:
        case = work.cases.open_of(the_lead(ports).id)
    assert case is not None
    assert case.kind == "ambiguous_territory"
    return case


def test_taking_the_suggestion_assigns(
    ports: Ports, engine: WaitingEngine, messenger: KeepingMessenger
) -> None:
    """The suggested person becomes the owner, gets the card, and the case says who decided."""
    case = an_open_case(ports, engine)
    assign_to_suggested(ports, case.id, person=a_person(ports, "renata"))
    engine.run_all(ports)

    lead = the_lead(ports)
    assert (lead.place, lead.owner) == ("owner", case.suggested_person)
    assert len(messenger.lead_cards()) == 1
    (card,) = messenger.case_cards()
    assert not card.open
    assert card.outcome is not None
    assert "Renata Duarte" in card.outcome
    assert actions(ports, lead)[-1] == "lead.assigned"
    with ports.database.reading() as work:
        assert {d.state for d in work.deadlines.of_subject(case.id)} == {"cancelled"}


def test_another_owner_with_a_reason(ports: Ports, engine: WaitingEngine) -> None:
    """A manager may choose anybody active; who, whom and why stand in the decision."""
    case = an_open_case(ports, engine)
    manager = a_person(ports, "renata")
    assign_to(ports, case.id, Choice("hugo", "knows them"), person=manager)

    lead = the_lead(ports)
    with ports.database.reading() as work:
        decision = work.assignments.decisions_of(lead.id)[-1]
    assert lead.owner == "hugo"
    assert decision.decided_by == "renata"
    assert decision.decision.reason == "Renata Duarte gave it to Hugo Lindqvist: knows them"


def test_rep_may_not_decide(ports: Ports, engine: WaitingEngine) -> None:
    """A rep who presses a case's button changes nothing."""
    case = an_open_case(ports, engine)

    with pytest.raises(NotAllowedError):
        assign_to_suggested(ports, case.id, person=a_person(ports, "anna"))
    assert the_lead(ports).place == "case"


def test_unknown_owner_is_refused(ports: Ports, engine: WaitingEngine) -> None:
    """Only somebody in the policy can own a lead; the case stays open."""
    case = an_open_case(ports, engine)

    with pytest.raises(NotFoundError):
        assign_to(ports, case.id, Choice("nobody"), person=a_person(ports, "renata"))
    assert the_lead(ports).place == "case"


def test_two_managers_at_once_one_wins(ports: Ports, engine: WaitingEngine) -> None:
    """Two people press at the same instant: one owner, and the other is told who was first."""
    case = an_open_case(ports, engine)
    ready = Barrier(2)

    def press(manager: str, owner: str) -> str:
        ready.wait()
        try:
            person = a_person(ports, manager)
            assign_to(ports, case.id, Choice(owner), person=person)
        except TooLateError as late:
            return str(late)
        return "won"

    with ThreadPoolExecutor(2) as threads:
        answers = sorted(threads.map(press, ("renata", "tobias"), ("anna", "hugo")))

    assert answers[1] == "won"
    assert answers[0].startswith("Already resolved: Assigned to ")
    with ports.database.reading() as work:
        assert the_assignment(work, the_lead(ports)).person in ("anna", "hugo")
