"""What managers do on a case (S2, S6)."""

from __future__ import annotations

from handlers.flows.steps.deciding.entered_absence import Absent
from handlers.flows.working.set_availability import go_away
from handlers.slack.move_target import possible_owners
from storage.audit import Actor
from tests.routing.builders import a_person, a_policy
from tests.slack.conftest import Desk


def test_the_suggestion_is_taken(desk: Desk) -> None:
    """One press assigns the lead; the case is resolved in place, and the owner gets the card."""

    lead = desk.case("ben")
    renata = desk.person("Renata Duarte")

    renata.click("Assign to suggested")
    desk.send()

    case = renata.channel("lead-desk")
    assert desk.assignment(lead).person == "ben"
    assert len(case) == 1
    assert case[0].labels == []
    assert "Assigned to Ben Okafor by Renata Duarte" in case[0].shown
    assert "Acknowledge" in desk.person("Ben Okafor").dm()[-1].labels


def test_another_owner_is_chosen_in_a_modal(desk: Desk) -> None:
    """The modal proposes the suggestion, groups people by pool, and keeps the reason."""

    lead = desk.case("ben")
    renata = desk.person("Renata Duarte")

    renata.click("Choose owner")
    view = renata.wait_for_modal("Choose owner")
    errors = renata.submit({"Owner": "Elif Aydin", "Reason": "She knows them"})
    desk.send()

    menu = view["blocks"][1]["element"]
    assert menu["initial_option"]["value"] == "to:ben"
    assert len(menu["option_groups"]) > 1
    assert errors is None
    assert desk.assignment(lead).person == "elif"
    assert "She knows them" in desk.person("Elif Aydin").dm()[-1].shown


def test_somebody_away_is_chosen_knowingly(desk: Desk) -> None:
    """The suggestion of who is away is refused with when they are back; Choose owner marks them,
    proposes nobody, and choosing them there is meant.
    """
    lead = desk.case("ben")
    renata = desk.person("Renata Duarte")
    go_away(desk.ports, "ben", Absent(reason="fair"), actor=Actor(kind="person", id="priya"))

    renata.click("Assign to suggested")
    desk.send()
    told = renata.channel("lead-desk")[-1].shown
    assert told.startswith("Ben Okafor is away (fair). Use Choose owner to give it to")
    assert desk.open_case(lead) is not None

    renata.click("Choose owner")
    view = renata.wait_for_modal("Choose owner")
    assert "initial_option" not in view["blocks"][1]["element"]
    assert renata.submit({"Owner": "Ben Okafor (away: fair)"}) is None
    assert desk.assignment(lead).person == "ben"


def test_who_went_away_meanwhile_is_refused(desk: Desk) -> None:
    """Under the menu, with what to do when it is meant."""
    lead = desk.case("ben")
    renata = desk.person("Renata Duarte")
    renata.click("Choose owner")
    renata.wait_for_modal("Choose owner")
    go_away(desk.ports, "elif", Absent(), actor=Actor(kind="person", id="priya"))

    errors = renata.submit({"Owner": "Elif Aydin"})

    assert errors is not None
    assert errors["case.owner"].startswith("Elif Aydin is away. Choose somebody else, or, if this")
    assert desk.open_case(lead) is not None


def test_of_two_managers_one_wins(desk: Desk) -> None:
    """The second reads, under the menu, who was first; the lead keeps its owner."""

    lead = desk.case("ben")
    renata, tobias = desk.person("Renata Duarte"), desk.person("Tobias Brandt")
    tobias.click("Choose owner")
    tobias.wait_for_modal("Choose owner")

    renata.click("Assign to suggested")
    errors = tobias.submit({"Owner": "Elif Aydin"})

    assert errors == {"case.owner": "Already resolved: Assigned to Ben Okafor by Renata Duarte."}
    assert desk.assignment(lead).person == "ben"


def test_a_rep_cannot_resolve_a_case(desk: Desk) -> None:
    """A viewer is told who may, at either button, and nothing opens."""

    lead = desk.case("ben")
    ben = desk.person("Ben Okafor")

    for button in ("Assign to suggested", "Choose owner"):
        ben.click(button)
        desk.server.driver.wait_for(lambda: desk.engine.waiting, what="the refusal")
        desk.send()

        told = ben.channel("lead-desk")[-1].shown
        assert told == "Only a manager, sales ops or an admin can do this."
    assert ben.modal() is None
    assert desk.open_case(lead) is not None


def test_a_failing_modal_is_not_silent(desk: Desk) -> None:
    """When Slack cannot open the modal the person is told, although the click was acknowledged."""

    desk.case("ben")
    renata = desk.person("Renata Duarte")
    desk.server.faults.fail("views.open")

    renata.click("Choose owner")
    desk.server.driver.wait_for(lambda: desk.engine.waiting, what="the apology")
    desk.send()

    assert "Something went wrong" in renata.channel("lead-desk")[-1].shown


def test_a_repeated_click_opens_one_modal(desk: Desk) -> None:
    """Slack delivers the click twice: one modal opens, and nobody is bothered with an error."""

    desk.case("ben")
    renata = desk.person("Renata Duarte")
    desk.server.faults.duplicate()

    renata.click("Choose owner")
    renata.wait_for_modal("Choose owner")
    desk.server.driver.wait_for(
        lambda: len([t for t in desk.server.driver.traffic() if t["name"] == "views.open"]) == 2,
        what="the second attempt",
    )
    desk.send()

    assert len(renata.channel("lead-desk")) == 1
    renata.close()
    assert renata.modal() is None


def test_owners_are_grouped_by_pool_and_active() -> None:
    """Everybody who can own a lead is offered once; inactive people and managers are not."""

    people = (
        a_person("anna"),
        a_person("ben", active=False),
        a_person("dora"),
        a_person("mia", role="manager"),
    )

    groups = possible_owners(a_policy(people=people))

    assert [[person.id for person in members] for _, members in groups] == [["anna"], ["dora"]]
    assert groups[-1][0] == "In no pool"
