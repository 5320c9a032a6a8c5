"""The app's Home (S5, S6)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from handlers.flows.working.enforce_sla import enforce_sla
from tests.slack.conftest import Desk
from tests.storage.builders import a_lead
from tests.support.clock import TestClock


def texts(view: dict[str, Any]) -> str:
    """All that a view says, a line for each text."""
    said: list[str] = []
    for block in view["blocks"]:
        said += [part["text"] for part in (block.get("text"), *block.get("fields", ())) if part]
        said += [
            part["text"] for part in block.get("elements", ()) if isinstance(part["text"], str)
        ]
    return "\n".join(said)


def test_a_rep_sees_own_leads_by_due_time(desk: Desk, clock: TestClock) -> None:
    """The next due comes first, with its clock in the rep's zone; others' leads do not show."""
    desk.lead_of("anna", full_name="Later Lead", email="later@acme.example")
    desk.person("Anna Kowalczyk").click("Acknowledge")
    clock.forward(timedelta(minutes=5))
    desk.lead_of("anna", full_name="Sooner Lead", email="sooner@acme.example")
    desk.lead_of("ben", full_name="Bens Lead", email="ben@acme.example")

    said = texts(desk.person("Anna Kowalczyk").home())

    assert "2 open leads of yours" in said
    assert said.index("Sooner Lead") < said.index("Later Lead")
    assert "⏳ Acknowledgement by " in said
    assert "Bens Lead" not in said
    assert "The team" not in said


def test_a_met_clock_gives_way_to_the_next(desk: Desk) -> None:
    """Once acknowledged, Refresh shows the first touch as what comes next."""
    desk.lead_of("anna", full_name="Jane Roe")
    anna = desk.person("Anna Kowalczyk")
    anna.home()
    anna.click("Acknowledge")

    anna.click("Refresh")

    said = texts(anna.home())
    assert "First touch by" in said
    assert "Acknowledgement by" not in said
    assert "Acknowledged · " in said


def test_a_manager_sees_load_misses_cases_and_switches(desk: Desk, clock: TestClock) -> None:
    """The team's load with who is late, open cases by kind, and what is switched off (G3)."""
    desk.lead_of("anna", full_name="Late Lead")
    desk.lead_of("ben", full_name="Other Lead", email="other@acme.example")
    desk.case("ben", full_name="Hard Case", email="hard@acme.example")
    clock.forward(timedelta(days=5))
    enforce_sla(desk.ports)
    with desk.ports.database.writing() as work:
        now = desk.ports.clock.now()
        work.switches.set("ai", False, by="priya", reason="trial", now=now)

    said = texts(desk.person("Priya Raman").home())

    assert "Anna Kowalczyk: 1 open lead, 1 late" in said
    assert "Cases that wait for a person: 1" in said
    assert "Missed clocks not met yet: 2" in said
    assert "Ambiguous territory: 1" in said
    assert "Switched off\n• ai" in said


def test_a_manager_sees_who_is_away(desk: Desk) -> None:
    """Beside their load, with the end where it is known (R4)."""
    desk.lead_of("anna", full_name="Jane Roe")
    desk.person("Anna Kowalczyk").command("/lead away friday")
    desk.person("Ben Okafor").command("/lead away")

    said = texts(desk.person("Priya Raman").home())

    assert "• Anna Kowalczyk: 1 open lead, away until the end of Fri 27 Nov\n" in said
    assert "• Ben Okafor: 0 open leads, away\n" in said
    assert "• Elif Aydin: 0 open leads\n" in said


def test_a_stranger_is_told_whom_to_ask(desk: Desk) -> None:
    """Whoever the policy does not know sees no lead, and who can help."""
    desk.lead_of("anna", full_name="Jane Roe")

    said = texts(desk.person("Sam Stranger").home())

    assert "Baton does not know you yet" in said
    assert "Jane Roe" not in said


def test_a_long_list_is_cut_and_says_so(desk: Desk) -> None:
    """More leads than a view holds: the first by due time, and how many are left out."""
    with desk.ports.database.writing() as work:
        for number in range(43):
            a_lead(work, place="owner", owner="anna", queue=None, full_name=f"Lead {number}")

    said = texts(desk.person("Anna Kowalczyk").home())

    assert "43 open leads of yours" in said
    assert "And 3 more; find them with /lead find." in said
