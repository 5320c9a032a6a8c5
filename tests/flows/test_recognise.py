"""Which lead a delivery belongs to: certain, uncertain, or none (I5, I7)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handlers.flows.policy.replay_policy import replay_same
from handlers.flows.ports import Ports
from handlers.flows.steps.deciding.entered_absence import Absent
from handlers.flows.steps.matching.recognise import matching_record
from handlers.flows.working.set_availability import go_away
from routing.lead import Lead
from routing.matching.keys import keys
from routing.policy.model import Policy
from storage.audit import Actor
from tests.flows.builders import (
    a_draft,
    a_stranger,
    actions,
    an_owned_lead,
    receive,
    receive_draft,
    the_lead,
)
from tests.support.clock import TestClock
from tests.support.engine import WaitingEngine
from tests.support.messenger import KeepingMessenger


def leads(ports: Ports) -> list[Lead]:
    """All leads, by name."""
    with ports.database.reading() as work:
        found = work.leads.find("", 100)
    return sorted(found, key=lambda lead: (lead.full_name or "", lead.id))


@pytest.mark.parametrize(
    "again",
    [
        {"email": "jane+demo@acme-widgets.com"},
        {"email": "jane@acme-widgets.com", "name": "Roe, Jane"},
        {"email": "JANE@acme-widgets.com", "name": None, "phone": None},
    ],
    ids=["tag", "swapped name", "address alone"],
)
def test_one_person_is_one_lead(ports: Ports, again: dict[str, str | None]) -> None:
    """The same person in another spelling comes back to the lead there is."""
    receive(ports)
    receive(ports, **again, message="Again.")

    lead = the_lead(ports)
    assert lead.message == "Again."
    assert actions(ports, lead) == ["lead.received", "lead.returned"]


def test_gmail_dots_are_nothing(ports: Ports) -> None:
    """Two spellings of one Gmail address are one person."""
    receive(ports, email="jane.roe@gmail.com", company=None)
    receive(ports, email="janeroe@googlemail.com", company=None)

    assert the_lead(ports).email == "jane.roe@gmail.com"


def test_an_address_in_two_names_is_a_question(
    ports: Ports, engine: WaitingEngine, messenger: KeepingMessenger
) -> None:
    """One mailbox, two people: two leads, and a person says whether they are one (R5)."""
    an_owned_lead(ports, engine)
    receive(ports, name="Bob Stone", phone="+1 212 555 0188", job_title="Buyer")
    engine.run_all(ports)

    second, first = leads(ports)
    assert (first.place, second.place) == ("owner", "case")
    (card,) = messenger.case_cards()
    assert card.title == "Uncertain duplicate"
    assert card.beside is not None
    assert (card.beside.lead_id, card.beside.name) == (first.id, "Jane Roe")
    assert first.id in card.reason


def test_colleagues_are_two_leads_of_one_owner(ports: Ports, engine: WaitingEngine) -> None:
    """A colleague is a lead of its own and goes to whom the account belongs (I7)."""
    jane, assignment = an_owned_lead(ports, engine)
    receive(
        ports,
        name="Viktor Lindgren",
        email="viktor@acme-widgets.com",
        phone="+1 415 555 2671",
        job_title="Buyer",
    )
    engine.run_all(ports)

    _, viktor = leads(ports)
    assert viktor.id != jane.id
    assert (viktor.place, viktor.owner) == ("owner", assignment.person)
    assert viktor.account == jane.account == "domain:acme-widgets.com"


def test_an_account_owner_who_is_away_gets_no_colleague(
    ports: Ports, engine: WaitingEngine
) -> None:
    """While the owner of an account is away the rules decide, and the decision is repeatable."""
    _, assignment = an_owned_lead(ports, engine)
    owner = assignment.person
    go_away(ports, owner, Absent(reason="leave"), actor=Actor(kind="person", id=owner))
    receive(ports, name="Viktor Lindgren", email="viktor@acme-widgets.com", job_title="Buyer")
    engine.run_all(ports)

    viktor = next(lead for lead in leads(ports) if lead.full_name == "Viktor Lindgren")
    assert viktor.owner not in (None, assignment.person)
    assert replay_same(ports).differed == 0


def test_free_mail_makes_no_account(ports: Ports, engine: WaitingEngine) -> None:
    """Two strangers at one mail provider have nothing to do with each other (I4)."""
    for number in (1, 2):
        person = a_stranger(number)
        receive(ports, **person | {"email": f"stranger{number}@gmail.com", "company": None})
    engine.run_all(ports)

    assert [lead.account for lead in leads(ports)] == [None, None]


def test_a_source_id_and_an_address_of_two_leads_bring_them_together(
    ports: Ports, clock: TestClock
) -> None:
    """The record of one lead arrives with the address of another: one person, so one lead."""
    receive(ports, form="demo-request", source_id="7", email=None, phone=None, company=None)
    clock.forward(timedelta(minutes=1))
    receive(ports, phone="+1 415 555 2671")
    assert len(leads(ports)) == 2

    receive(ports, form="demo-request", source_id="7", payload=b"third")

    lead = the_lead(ports)
    assert (lead.source_id, lead.email) == ("7", "jane@acme-widgets.com")
    with ports.database.reading() as work:
        assert len(work.merges.listed(10)) == 2


def test_what_is_suspicious_joins_nobody(ports: Ports) -> None:
    """A bot that knows an address adds nothing to the lead behind it."""
    receive(ports)
    odd = a_draft(ports, message="spam").model_copy(update={"suspicions": ("honeypot",)})
    receive_draft(ports, odd)

    first, second = sorted(leads(ports), key=lambda lead: lead.flags)
    assert first.message == "We want a demo."
    assert second.flags == ("suspicious:honeypot",)


def test_a_returning_lead_goes_to_whom_it_belonged(ports: Ports, engine: WaitingEngine) -> None:
    """A lead that comes back to be routed goes to its last owner (I7)."""
    lead, assignment = an_owned_lead(ports, engine)
    with ports.database.writing() as work:
        work.assignments.end(assignment.id, ports.clock.now())
        held = work.leads.lock(lead.id)
        gone = held.model_copy(update={"place": "nurture", "owner": None})
        work.leads.save(gone, ports.clock.now())
    receive(ports, message="Still there?")
    engine.run_all(ports)

    assert the_lead(ports).owner == assignment.person


def test_two_that_came_at_once_are_one_before_they_are_routed(
    ports: Ports, engine: WaitingEngine
) -> None:
    """Deliveries that could not see each other are looked at again when they are routed."""
    receive(ports, email="jane.roe@gmail.com", company=None)
    known = the_lead(ports)
    with ports.database.writing() as work:
        lead = work.leads.lock(known.id)
        twin = lead.model_copy(update={"id": "lead_twin", "email": "janeroe@gmail.com"})
        work.leads.add(twin, ports.clock.now())
        work.matches.index("lead_twin", keys(matching_record(twin, _policy(ports))))
        ports.engine.submit(work, "work_lead", "lead_twin", key="lead_twin", work_id="twin")
    engine.run_all(ports)

    found = the_lead(ports)
    assert found.place == "owner"
    with ports.database.reading() as work:
        (merge,) = work.merges.listed(10)
        assert work.assignments.counts() == {found.owner: 1}
    assert {merge.survivor_id, merge.absorbed_id} == {lead.id, "lead_twin"}


def test_an_id_that_anybody_may_type_joins_nobody(ports: Ports) -> None:
    """The same id from an open form or from two lists is no proof: two people stay two leads."""
    receive(ports, source_id="1")
    receive(ports, source_id="1", **a_stranger(3), job_title="Buyer")

    assert len(leads(ports)) == 2
    with ports.database.reading() as work:
        assert work.matches.unsure(10) == []


def test_a_role_mailbox_takes_no_place(ports: Ports) -> None:
    """A person who writes from info@ once keeps the address of their own."""
    receive(ports)
    receive(ports, email="info@acme-widgets.com", message="From the office.")

    lead = the_lead(ports)
    assert (lead.email, lead.role_mailbox) == ("jane@acme-widgets.com", False)
    assert lead.message == "From the office."


def test_one_question_is_asked_once(ports: Ports, engine: WaitingEngine) -> None:
    """Two new leads in doubt about each other: one case, and the other lead goes to its owner."""
    receive(ports)
    receive(ports, name="Bob Stone", phone="+1 212 555 0188", job_title="Buyer")
    engine.run_all(ports)

    assert sorted(lead.place for lead in leads(ports)) == ["case", "owner"]


def _policy(ports: Ports) -> Policy:
    return ports.policies.latest_known().policy
