"""An incoming lead gets its place, its owner, its clocks and its reasons (R1 to R7, T1)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.policy_folder import read_policy_folder
from handlers.flows.deciding.work_lead import work_lead
from handlers.flows.ports import Ports
from routing.decide.decide import decide
from tests.conftest import POLICY
from tests.flows.builders import (
    a_stranger,
    actions,
    an_owned_lead,
    receive,
    the_assignment,
    the_lead,
)
from tests.support.engine import WaitingEngine
from tests.support.messenger import KeepingMessenger
from tests.support.policies import enacted


def test_lead_goes_to_an_owner_with_one_card(
    ports: Ports, engine: WaitingEngine, messenger: KeepingMessenger
) -> None:
    """A lead that policy can decide ends with one owner and one DM, every step on record."""
    lead, assignment = an_owned_lead(ports, engine)

    assert (lead.place, lead.owner, lead.queue) == ("owner", assignment.person, None)
    (card,) = messenger.lead_cards()
    assert (card.name, card.company, card.open) == ("Jane Roe", "Acme Widgets", True)
    assert card.why_you
    assert actions(ports, lead) == ["lead.received", "lead.assigned"]


def test_stored_decision_can_be_made_again(ports: Ports, engine: WaitingEngine) -> None:
    """The facts stored with a decision give the same decision, trace and all (R7)."""
    lead, assignment = an_owned_lead(ports, engine)

    with ports.database.reading() as work:
        stored = work.assignments.decision(assignment.decision_id)
        policy = ports.policies.version(work, stored.policy_version)
    assert decide(policy, stored.facts) == stored.decision
    assert stored.facts.lead.lead_id == lead.id


def test_working_a_lead_twice_changes_nothing(
    ports: Ports, engine: WaitingEngine, messenger: KeepingMessenger
) -> None:
    """The engine may run a flow again: there is still one owner, one decision, one card."""
    lead, assignment = an_owned_lead(ports, engine)
    work_lead(ports, lead.id)
    engine.run_all(ports)

    with ports.database.reading() as work:
        assert the_assignment(work, lead) == assignment
        assert len(work.assignments.decisions_of(lead.id)) == 1
    assert len(messenger.lead_cards()) == 1


def test_clocks_are_frozen_at_assignment(ports: Ports, engine: WaitingEngine) -> None:
    """Reminder and breach of both clocks are armed, in order, with the policy's version."""
    _, assignment = an_owned_lead(ports, engine)

    with ports.database.reading() as work:
        clocks = {d.kind: d for d in work.deadlines.of_subject(assignment.id)}
    assert clocks["acknowledge_reminder"].due_at < clocks["acknowledge_breach"].due_at
    assert clocks["first_touch_reminder"].due_at < clocks["first_touch_breach"].due_at
    assert {d.policy_version for d in clocks.values()} == {1}
    assert {d.state for d in clocks.values()} == {"armed"}


def test_low_score_goes_to_nurture_with_nobody(
    ports: Ports, engine: WaitingEngine, messenger: KeepingMessenger
) -> None:
    """A low score has no owner, no DM and no clock; it is visible in nurture (R3)."""
    receive(ports, email="x@mailinator.com", phone=None, company=None, job_title="Intern")
    engine.run_all(ports)

    lead = the_lead(ports)
    assert (lead.place, lead.owner) == ("nurture", None)
    assert messenger.posted == []
    assert actions(ports, lead)[-1] == "lead.nurtured"


def test_undecidable_lead_becomes_a_case_in_the_channel(
    ports: Ports, engine: WaitingEngine, messenger: KeepingMessenger
) -> None:
    """A lead nobody can be reached by is put before people, with its reason and an age limit."""
    receive(ports, email="not an address", phone="call me")
    engine.run_all(ports)

    lead = the_lead(ports)
    (card,) = messenger.case_cards()
    assert (lead.place, card.open, card.title) == ("case", True, "Missing fields")
    assert messenger.posted[0].recipient == "C0LEADDESK"
    with ports.database.reading() as work:
        case = work.cases.open_of(lead.id)
        assert case is not None
        assert {d.kind for d in work.deadlines.of_subject(case.id)} == {"case_clock", "case_age"}


@pytest.mark.parametrize("number", [40])
def test_everybody_gets_a_fair_share(ports: Ports, engine: WaitingEngine, number: int) -> None:
    """Leads of one kind spread over the pool with a difference of one at the most (R4)."""
    for one in range(number):
        receive(ports, **a_stranger(one), job_title=None)
    engine.run_all(ports)

    with ports.database.reading() as work:
        counts = work.assignments.counts()
    assert sum(counts.values()) == number
    assert max(counts.values()) - min(counts.values()) <= 1


def test_returning_nurtured_lead_is_routed_again(ports: Ports, engine: WaitingEngine) -> None:
    """News about a lead in nurture bring it back to routing."""
    receive(ports, phone=None, company=None, job_title="Intern", company_size=None)
    engine.run_all(ports)
    assert the_lead(ports).place == "nurture"

    receive(ports, job_title=None)
    engine.run_all(ports)

    assert the_lead(ports).place == "owner"


def test_lead_of_an_owner_who_left_is_routed_anew_when_it_returns(
    ports: Ports, engine: WaitingEngine, messenger: KeepingMessenger
) -> None:
    """Nobody who receives no leads any more is told of one that comes back (R4)."""
    lead, first = an_owned_lead(ports, engine)
    files = read_policy_folder(POLICY)
    rows = files["people.csv"].splitlines(keepends=True)
    files["people.csv"] = "".join(
        row.replace(",yes,", ",no,") if row.startswith(f"{first.person},") else row for row in rows
    )
    with ports.database.writing() as work:
        enacted(ports, work, files)
    receive(ports, message="I want to buy now")
    engine.run_all(ports)

    with ports.database.reading() as work:
        second = the_assignment(work, lead)
        assert {d.state for d in work.deadlines.of_subject(first.id)} == {"cancelled"}
    assert second.person != first.person
    assert [card.open for card in messenger.lead_cards()] == [False, True]


def test_owner_hears_of_a_returning_lead(
    ports: Ports, engine: WaitingEngine, messenger: KeepingMessenger
) -> None:
    """A lead that comes back is told in the thread of its one card."""
    an_owned_lead(ports, engine)
    receive(ports, message="Me again.")
    engine.run_all(ports)

    assert [text for _, text in messenger.texts()] == ["Came back through Website form."]
    assert messenger.posted[-1].thread == messenger.posted[0].place
    assert messenger.lead_cards()[0].message == "Me again."


def test_week_and_day_are_the_owners_own(ports: Ports, engine: WaitingEngine) -> None:
    """Leads of yesterday do not count for today's cap."""
    an_owned_lead(ports, engine)
    ports.clock.forward(timedelta(days=1))  # type: ignore[attr-defined]
    receive(ports, **a_stranger(1))
    engine.run_all(ports)

    with ports.database.reading() as work:
        newest = work.leads.find(str(a_stranger(1)["email"]), 1)[0]
        facts = work.assignments.decisions_of(newest.id)[-1].facts
    members = [member for pool in facts.pools for member in pool.members]
    assert sum(member.today for member in members) == 0
    assert sum(member.this_week for member in members) == 1
