"""Somebody is away and back: at once, on record, without approval (R4, G2)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handlers.flows.looking.people_list import people_of
from handlers.flows.ports import Ports
from handlers.flows.refusals import NotAllowedError, NotFoundError, TooLateError
from handlers.flows.steps.deciding.entered_absence import Absent
from handlers.flows.steps.find_person import find_person
from handlers.flows.working.set_availability import (
    come_back,
    go_away,
    require_own_or_decider,
)
from routing.decide.words import candidates
from routing.lead import Lead
from storage.audit import Actor
from tests.flows.builders import a_stranger, receive
from tests.flows.changed_policy import PEOPLE_OF_EMEA, only, put_in_force
from tests.flows.test_record_touch import a_person
from tests.support.clock import TestClock
from tests.support.engine import WaitingEngine

PRIYA = Actor(kind="person", id="priya")
BERLIN: dict[str, str | None] = {
    "country": "DE",
    "region": None,
    "city": "Berlin",
    "company_size": "50",
}


def a_lead_from_berlin(ports: Ports, engine: WaitingEngine, number: int = 0) -> Lead:
    """A lead for the SDRs of EMEA, as far as it came."""
    before = _ids(ports)
    receive(ports, **(BERLIN | a_stranger(number)))
    engine.run_all(ports)
    with ports.database.reading() as work:
        (lead,) = [lead for lead in work.leads.find("", 1000) if lead.id not in before]
    return lead


def _ids(ports: Ports) -> set[str]:
    with ports.database.reading() as work:
        return {lead.id for lead in work.leads.find("", 1000)}


def said_of(ports: Ports, person: str) -> list[str]:
    """The audit of a person, as actions."""
    with ports.database.reading() as work:
        assert list(work.audit.faults()) == []
        return [entry.action for entry in work.audit.of(f"person:{person}")]


def _state(ports: Ports, person: str) -> str:
    with ports.database.reading() as work:
        people = people_of(work, ports.policies.active(work).policy, ports.clock.now())
    return next(one.state for one in people if one.id == person)


def test_whoever_is_away_is_passed_over(ports: Ports, engine: WaitingEngine) -> None:
    """From the next decision on, with the reason in its trace and its facts."""
    put_in_force(ports, only("elif", "hugo"))
    go_away(ports, "elif", Absent(reason="training"), actor=PRIYA)

    lead = a_lead_from_berlin(ports, engine)

    assert lead.owner == "hugo"
    with ports.database.reading() as work:
        (decision,) = work.assignments.decisions_of(lead.id)
    passed = {one.person: one.reason for one in candidates(decision.decision.trace)}
    assert passed["elif"] == "is away: training"
    absent = {m.person: m.absent_reason for m in decision.facts.pools[0].members}
    assert absent == {"elif": "training", "hugo": None}


def test_an_absence_ends_by_itself(ports: Ports, engine: WaitingEngine, clock: TestClock) -> None:
    """At its end, to the instant, the person receives leads again."""
    put_in_force(ports, only("elif"))
    until = clock.now() + timedelta(hours=2)
    go_away(ports, "elif", Absent(until), actor=PRIYA)
    clock.forward(timedelta(hours=2) - timedelta(microseconds=1))
    assert _state(ports, "elif") == "away"

    clock.forward(timedelta(microseconds=1))

    assert _state(ports, "elif") == "available"
    assert a_lead_from_berlin(ports, engine).owner == "elif"


def test_away_twice_is_one_absence(ports: Ports, clock: TestClock) -> None:
    """The same again changes nothing; another end replaces the first, both on record."""
    tomorrow = Absent(clock.now() + timedelta(days=1), "ill")
    assert go_away(ports, "elif", tomorrow, actor=PRIYA)
    assert not go_away(ports, "elif", tomorrow, actor=PRIYA)
    assert said_of(ports, "elif") == ["person.away"]

    assert go_away(ports, "elif", Absent(reason="ill"), actor=PRIYA)

    assert said_of(ports, "elif") == ["person.away", "person.away"]
    clock.forward(timedelta(days=2))
    assert _state(ports, "elif") == "away"
    assert come_back(ports, "elif", actor=PRIYA)
    assert _state(ports, "elif") == "available"


def test_a_new_absence_after_one_that_is_over(ports: Ports, clock: TestClock) -> None:
    """The row of an absence long past is in nobody's way."""
    go_away(ports, "elif", Absent(clock.now() + timedelta(hours=1)), actor=PRIYA)
    clock.forward(timedelta(days=3))

    assert go_away(ports, "elif", Absent(), actor=PRIYA)
    assert _state(ports, "elif") == "away"


def test_back_without_away_is_said_and_not_recorded(ports: Ports) -> None:
    """There was nothing to end."""

    assert not come_back(ports, "elif", actor=PRIYA)
    assert said_of(ports, "elif") == []


def test_an_absence_of_policy_is_not_ended_by_a_word(ports: Ports, clock: TestClock) -> None:
    """Who is away by the table is told where it stands; an entered absence ends all the same."""
    planned = "priya,2026-12-24,2027-01-01,holiday"
    row = ("absences.csv", planned, f"{planned}\nelif,2026-11-20,2026-11-30,leave")
    put_in_force(ports, row)
    go_away(ports, "elif", Absent(), actor=PRIYA)

    with pytest.raises(NotAllowedError, match=r"the end of Mon 30 Nov: change `absences.csv`"):
        come_back(ports, "elif", actor=PRIYA)

    clock.forward(timedelta(days=10))
    assert _state(ports, "elif") == "available"


def test_only_of_people_who_receive_leads(ports: Ports, clock: TestClock) -> None:
    """Not of a stranger, nor of somebody who left; and not into the past."""
    left = "U0SDRELIF,sdr,tobias,Europe/Berlin,business-de,yes"
    put_in_force(ports, ("people.csv", left, left.replace("yes", "no")))

    for person in ("nobody", "elif"):
        with pytest.raises(NotFoundError):
            go_away(ports, person, Absent(), actor=PRIYA)
        with pytest.raises(NotFoundError):
            come_back(ports, person, actor=PRIYA)
    with pytest.raises(TooLateError):
        go_away(ports, "hugo", Absent(clock.now()), actor=PRIYA)


def test_an_absence_of_somebody_who_left_later_harms_nobody(
    ports: Ports, engine: WaitingEngine
) -> None:
    """Their row stays on record; leads go to the others."""
    go_away(ports, "elif", Absent(), actor=PRIYA)
    row = "elif,Elif Aydin,elif.aydin@meridian.example,U0SDRELIF,sdr,tobias,Europe/Berlin,"
    put_in_force(ports, only("hugo"), ("people.csv", row, f"# {row}"))

    assert a_lead_from_berlin(ports, engine).owner == "hugo"


def test_people_are_found_by_id_name_and_address(ports: Ports) -> None:
    """Or by a part of the name that is one person's; else the answer says why not."""
    with ports.database.reading() as work:
        policy = ports.policies.active(work).policy
    for words in ("elif", "Elif Aydin", "ELIF.AYDIN@meridian.example", "aydin"):
        assert find_person(policy, words).id == "elif"
    for words in ("", "  ", "nobody"):
        with pytest.raises(NotFoundError):
            find_person(policy, words)


def test_only_oneself_or_who_decides_says_so(ports: Ports) -> None:
    """A colleague cannot send somebody away."""
    elif_, hugo = (a_person(ports, who) for who in ("elif", "hugo"))
    require_own_or_decider(elif_, elif_)
    require_own_or_decider(a_person(ports, "priya"), elif_)

    with pytest.raises(NotAllowedError):
        require_own_or_decider(hugo, elif_)


def test_with_everybody_away_people_decide(ports: Ports, engine: WaitingEngine) -> None:
    """A case, in the pool's name; nobody away gets the lead."""
    for who in PEOPLE_OF_EMEA:
        go_away(ports, who, Absent(), actor=PRIYA)

    lead = a_lead_from_berlin(ports, engine)

    assert (lead.place, lead.waits_for) == ("case", "emea-sdr")
