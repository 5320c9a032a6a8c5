"""Merge and Keep apart on the case of an uncertain duplicate (I5, S2, S6)."""

from __future__ import annotations

from tests.flows.builders import receive
from tests.slack.conftest import Desk


def two_in_question(desk: Desk) -> None:
    """A lead with an owner, and the case about another one under the same address."""
    receive(desk.ports)
    desk.send()
    receive(desk.ports, name="Bob Stone", phone="+1 212 555 0188", job_title="Buyer")
    desk.send()


def test_both_leads_stand_beside_each_other(desk: Desk) -> None:
    """The case shows the lead, the one it may be, and why; then the two answers."""
    two_in_question(desk)
    (case,) = desk.person("Renata Duarte").channel("lead-desk")

    assert case.labels[:2] == ["Merge", "Keep apart"]
    assert "Uncertain duplicate: Bob Stone" in case.shown
    assert "Beside it: Jane Roe" in case.shown
    assert "Title: Buyer" in case.shown
    assert "Title: CTO" in case.shown
    assert "It may be the same as lead_" in case.shown


def test_merge_closes_the_case_in_place(desk: Desk) -> None:
    """One press makes one lead of the two, and the message says who did it."""
    two_in_question(desk)
    renata = desk.person("Renata Duarte")
    renata.click("Merge")
    desk.send()

    (case,) = renata.channel("lead-desk")
    assert case.labels == []
    assert "Merged by Renata Duarte" in case.shown
    with desk.ports.database.reading() as work:
        assert len(work.leads.find("", 10)) == 1


def test_keep_apart_routes_the_lead(desk: Desk) -> None:
    """One press keeps two leads, and the one in question goes to its owner."""
    two_in_question(desk)
    renata = desk.person("Renata Duarte")
    renata.click("Keep apart")
    desk.send()

    (case,) = renata.channel("lead-desk")
    assert "Kept apart by Renata Duarte" in case.shown
    with desk.ports.database.reading() as work:
        assert {lead.place for lead in work.leads.find("", 10)} == {"owner"}


def test_a_rep_is_told_who_may(desk: Desk) -> None:
    """A rep's press changes nothing and says so."""
    two_in_question(desk)
    anna = desk.person("Anna Kowalczyk")
    for label in ("Merge", "Keep apart"):
        anna.click(label, anna.channel("lead-desk")[0])
        desk.send()

    assert "Only a manager" in anna.channel("lead-desk")[-1].shown
    with desk.ports.database.reading() as work:
        assert len(work.leads.find("", 10)) == 2
