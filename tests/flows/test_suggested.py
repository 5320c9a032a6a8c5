"""Whom a case suggests, and what becomes of it when they are away (R4, R5, S2)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handlers.flows.deciding.resolve_case import Choice, assign_to, assign_to_suggested
from handlers.flows.ports import Ports
from handlers.flows.refusals import AwayError
from handlers.flows.steps.deciding.entered_absence import Absent
from handlers.flows.working.set_availability import go_away
from routing.lead import Lead
from storage.deciding.cases import ExceptionCase
from tests.flows.builders import now_of
from tests.flows.changed_policy import only, open_cap, put_in_force
from tests.flows.test_record_touch import a_person
from tests.flows.test_set_availability import PRIYA, a_lead_from_berlin
from tests.support.clock import TestClock
from tests.support.engine import WaitingEngine
from tests.support.messenger import KeepingMessenger

ELIF_S_END = "tobias,Europe/Berlin,business-de,yes,400,300,1000"


def _case_of(ports: Ports, lead: Lead) -> ExceptionCase:
    with ports.database.reading() as work:
        case = work.cases.open_of(lead.id)
    assert case is not None
    assert case.kind == "nobody_eligible"
    return case


def test_who_is_full_comes_before_who_is_away(
    ports: Ports, engine: WaitingEngine, clock: TestClock, messenger: KeepingMessenger
) -> None:
    """Although they have more open leads; the card's trace says the same, the stored decision
    keeps what policy found.
    """
    put_in_force(ports, only("elif", "hugo"), open_cap(ELIF_S_END, "1,300,1000"))
    go_away(ports, "hugo", Absent(clock.now() + timedelta(days=3)), actor=PRIYA)
    assert a_lead_from_berlin(ports, engine, 0).owner == "elif"

    case = _case_of(ports, a_lead_from_berlin(ports, engine, 1))

    assert case.suggested_person == "elif"
    assert "has 1 open leads, the cap is 1" in str(case.suggested_reason)
    with ports.database.reading() as work:
        found = work.assignments.decision(str(case.decision_id)).decision.suggestion
    assert found is not None
    assert found.person == "hugo"
    card = messenger.case_cards()[-1]
    assert (card.suggestion, "Hugo" in card.trace[-1]) == ("Elif Aydin", False)


def test_who_left_is_not_suggested(ports: Ports, engine: WaitingEngine, clock: TestClock) -> None:
    """Somebody who comes back is; where everybody is away until further notice, nobody."""
    put_in_force(ports, only("elif", "hugo"))
    go_away(ports, "elif", Absent(reason="hands over their leads"), actor=PRIYA)
    go_away(ports, "hugo", Absent(clock.now() + timedelta(days=3)), actor=PRIYA)
    one = _case_of(ports, a_lead_from_berlin(ports, engine, 0))
    assert one.suggested_person == "hugo"

    go_away(ports, "hugo", Absent(), actor=PRIYA)
    two = _case_of(ports, a_lead_from_berlin(ports, engine, 1))
    assert (two.suggested_person, two.suggested_reason) == (None, None)


def test_somebody_away_gets_the_lead_knowingly(
    ports: Ports, engine: WaitingEngine, clock: TestClock
) -> None:
    """The suggestion is refused with when they are back, as any owner not meant; meant, it is
    done.
    """
    put_in_force(ports, only("hugo"))
    go_away(ports, "hugo", Absent(clock.now() + timedelta(days=3), "fair"), actor=PRIYA)
    lead = a_lead_from_berlin(ports, engine)
    case, renata = _case_of(ports, lead), a_person(ports, "renata")

    with pytest.raises(AwayError, match=r"Hugo Lindqvist is away \(fair, until "):
        assign_to_suggested(ports, case.id, person=renata)
    with pytest.raises(AwayError):
        assign_to(ports, case.id, Choice("hugo"), person=renata)
    assert now_of(ports, lead).place == "case"

    assign_to(ports, case.id, Choice("hugo", is_away_meant=True), person=renata)
    assert now_of(ports, lead).owner == "hugo"
