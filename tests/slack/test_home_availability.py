"""Away and Back on the Home (R4, S5)."""

from __future__ import annotations

from typing import Any

from storage.audit import AuditEntry
from tests.flows.changed_policy import put_in_force
from tests.slack.conftest import Desk
from tests.slack.limits import assert_view
from tests.slack.test_home import texts


def audit_of_anna(desk: Desk) -> list[AuditEntry]:
    with desk.ports.database.reading() as work:
        return work.audit.of("person:anna")


def home_of_anna(desk: Desk) -> dict[str, Any]:
    """As it stands there, without opening it again."""
    view: dict[str, Any] = desk.server.driver.get("home", {"as": "U0SDRANNA"})["view"]
    return view


def labels(desk: Desk) -> list[str]:
    """The buttons of Anna's Home as it stands there."""
    view = home_of_anna(desk)
    assert_view({"type": "home", "blocks": view["blocks"]})
    elements = [e for b in view["blocks"] if b["type"] == "actions" for e in b["elements"]]
    return [element["text"]["text"] for element in elements]


def shown(desk: Desk, words: str) -> bool:
    return words in texts(home_of_anna(desk))


def test_away_and_back_on_the_home(desk: Desk) -> None:
    """Away asks until when and why, the Home is drawn anew with the end and Back, which ends it."""
    anna = desk.person("Anna Kowalczyk")
    anna.home()
    assert labels(desk) == ["Away", "Refresh"]

    anna.click("Away")
    anna.wait_for_modal("Away")
    assert anna.submit({"Until": "2026-11-27", "Reason": "trade fair"}) is None
    anna.wait_for(lambda: shown(desk, "until the end of Fri 27 Nov"), what="the Home drawn anew")
    assert labels(desk) == ["Change", "Back", "Refresh"]
    (said,) = audit_of_anna(desk)
    assert (said.action, said.actor.id) == ("person.away", "anna")
    assert (said.details or {})["reason"] == "trade fair"

    anna.click("Back")
    anna.wait_for(lambda: labels(desk) == ["Away", "Refresh"], what="the Home drawn anew")
    assert not shown(desk, "You are away")


def test_an_end_that_cannot_be_read_stays_in_the_form(desk: Desk) -> None:
    """The error stands at the field and says what to write; nothing is stored."""
    anna = desk.person("Anna Kowalczyk")
    anna.home()
    anna.click("Away")
    anna.wait_for_modal("Away")

    errors = anna.submit({"Until": "next week"})

    assert errors is not None
    (told,) = errors.values()
    assert "write 2026-12-24, friday, tomorrow" in told
    assert audit_of_anna(desk) == []


def test_the_form_reads_a_weekday(desk: Desk) -> None:
    """As the command does."""
    anna = desk.person("Anna Kowalczyk")
    anna.home()
    anna.click("Away")
    anna.wait_for_modal("Away")

    assert anna.submit({"Until": "until Friday"}) is None
    anna.wait_for(lambda: shown(desk, "until the end of Fri 27 Nov"), what="the Home drawn anew")


def test_the_same_twice_is_done_once(desk: Desk) -> None:
    """Clicks and submissions that Slack delivers twice, and a second press of an old button."""
    anna = desk.person("Anna Kowalczyk")
    anna.home()
    anna.click("Away")
    anna.wait_for_modal("Away")
    desk.server.faults.duplicate()
    anna.submit({"Until": "4h"})
    anna.wait_for(lambda: "Back" in labels(desk), what="the Home drawn anew")

    desk.server.faults.duplicate()
    anna.click("Back")
    anna.wait_for(lambda: labels(desk) == ["Away", "Refresh"], what="the Home drawn anew")

    assert [entry.action for entry in audit_of_anna(desk)] == ["person.away", "person.back"]


def test_an_absence_of_policy_shows_its_end_and_no_back(desk: Desk) -> None:
    """Home says where it stands; a Back pressed on an old Home is refused in words."""
    anna = desk.person("Anna Kowalczyk")
    anna.command("/lead away 4h")
    anna.home()
    planned = "priya,2026-12-24,2027-01-01,holiday"
    row = ("absences.csv", planned, f"{planned}\nanna,2026-11-20,2026-11-30,leave")
    put_in_force(desk.ports, row)

    anna.click("Back")
    desk.server.driver.wait_for(lambda: desk.engine.waiting, what="the refusal")
    desk.send()
    assert "The policy has Anna Kowalczyk away until the end of Mon 30 Nov" in anna.dm()[-1].shown

    anna.wait_for(lambda: "Back" not in labels(desk), what="the Home drawn anew")
    assert labels(desk) == ["Change", "Refresh"]
    assert shown(desk, "until the end of Mon 30 Nov (leave), as `absences.csv` of the policy says,")


def test_a_stranger_has_no_buttons(desk: Desk) -> None:
    """Whoever the policy does not know is nobody to be away."""
    view = desk.person("Sam Stranger").home()

    assert all(block["type"] != "actions" for block in view["blocks"])
