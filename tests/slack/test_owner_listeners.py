"""What an owner does on the card (S1, S6)."""

from __future__ import annotations

from sandbox import PersonDriver
from tests.slack.conftest import Desk


def whispers(desk: Desk, person: PersonDriver, channel: str | None = None) -> str:
    """What Baton said to the person last."""
    desk.send()
    seen = person.channel(channel) if channel else person.dm()
    return seen[-1].shown


def test_acknowledge_edits_the_card(desk: Desk) -> None:
    """A press acknowledges, and the one message shows it: no second message."""

    lead = desk.lead_of("anna")
    anna = desk.person("Anna Kowalczyk")

    anna.click("Acknowledge")
    desk.send()

    assert desk.assignment(lead).acknowledged_at == desk.ports.clock.now()
    assert desk.stage(lead) == "acknowledged"
    assert [message.labels for message in anna.dm()] == [["Log first touch", "Move stage"]]


def test_first_touch_is_logged(desk: Desk) -> None:
    """Logging the touch acknowledges too, and both buttons go."""

    lead = desk.lead_of("anna")
    anna = desk.person("Anna Kowalczyk")

    anna.click("Log first touch")
    desk.send()

    assert desk.assignment(lead).touched_at is not None
    assert desk.stage(lead) == "working"
    assert anna.dm()[-1].labels == ["Move stage"]


def test_a_repeated_delivery_does_nothing_twice(desk: Desk) -> None:
    """Slack delivers a click twice: one acknowledgement on record, one redraw."""

    lead = desk.lead_of("anna")
    desk.server.faults.duplicate()

    desk.person("Anna Kowalczyk").click("Acknowledge")
    desk.server.driver.wait_for(lambda: desk.assignment(lead).acknowledged_at)
    desk.send()

    assert desk.actions(lead).count("lead.acknowledged") == 1


def test_a_double_click_does_nothing_twice(desk: Desk) -> None:
    """The second press on a card not yet redrawn changes nothing and offends nobody."""

    lead = desk.lead_of("anna")
    anna = desk.person("Anna Kowalczyk")
    card = anna.dm()[-1]

    anna.click("Acknowledge", card)
    anna.click("Acknowledge", card)
    desk.send()

    assert desk.actions(lead).count("lead.acknowledged") == 1
    assert len(anna.dm()) == 1


def test_the_stage_is_moved_in_a_modal(desk: Desk) -> None:
    """Move stage offers the stages of policy; the choice is stored with its reason."""

    lead = desk.lead_of("anna", stage="working")
    anna = desk.person("Anna Kowalczyk")

    anna.click("Move stage")
    anna.wait_for_modal("Move stage")
    errors = anna.submit({"Stage": "Qualified", "Reason": "They *want* it"})
    desk.send()

    assert errors is None
    assert desk.stage(lead) == "qualified"
    assert "Anna Kowalczyk moved it to Qualified: They *want* it" in [
        reply.shown for reply in anna.thread(anna.dm()[0])
    ]


def test_a_missing_reason_is_asked_for(desk: Desk) -> None:
    """Where policy wants a reason, its absence is said under that input."""

    lead = desk.lead_of("anna", stage="working")
    anna = desk.person("Anna Kowalczyk")
    anna.click("Move stage")
    anna.wait_for_modal("Move stage")

    refused = anna.submit({"Stage": "Disqualified"})
    unchanged = desk.stage(lead)
    accepted = anna.submit({"Stage": "Disqualified", "Reason": "A student"})

    assert refused == {"reason": "Disqualified needs a reason."}
    assert unchanged == "working"
    assert accepted is None
    assert desk.stage(lead) == "disqualified"


def test_a_move_that_became_impossible_is_said_under_the_menu(desk: Desk) -> None:
    """The lead moved on while the modal was open: the person reads what is allowed now."""

    lead = desk.lead_of("anna", stage="new")
    anna = desk.person("Anna Kowalczyk")
    anna.click("Move stage")
    anna.wait_for_modal("Move stage")
    with desk.ports.database.writing() as work:
        moved = desk.reread(lead).model_copy(update={"stage": "meeting"})
        work.leads.save(moved, desk.ports.clock.now())

    errors = anna.submit({"Stage": "Acknowledged"})

    assert errors is not None
    assert "cannot move a lead from Meeting booked to Acknowledged" in errors["lead.stage"]


def test_somebody_elses_lead_is_refused_politely(desk: Desk) -> None:
    """Permission is checked at the click: the person is told who may."""

    desk.lead_of("anna")
    anna, ben = desk.person("Anna Kowalczyk"), desk.person("Ben Okafor")
    copied = anna.dm()[-1].blocks
    forwarded = desk.server.workspace.post("C0LEADDESK", "U0BATON", "card", blocks=copied)

    for button in ("Acknowledge", "Move stage"):
        card = next(m for m in ben.channel("lead-desk") if m.ts == forwarded.ts)
        ben.click(button, card)
        desk.server.driver.wait_for(lambda: desk.engine.waiting, what="the refusal")

        assert whispers(desk, ben, "lead-desk") == "Only Anna Kowalczyk or a manager can do this."


def test_a_stranger_is_told_who_can_add_them(desk: Desk) -> None:
    """People whom policy does not know cannot act, and learn how to be added."""

    lead = desk.case("ben")
    stranger = desk.person("Sam Stranger")

    stranger.click("Assign to suggested")

    assert "Oscar Nyman or Priya Raman can add you" in whispers(desk, stranger, "lead-desk")
    assert "U0STRANGER" in whispers(desk, stranger, "lead-desk")
    assert desk.open_case(lead) is not None


def test_a_card_of_a_lead_that_moved_on_is_refused(desk: Desk) -> None:
    """An old button changes nothing once the lead is elsewhere."""

    lead = desk.lead_of("anna")
    anna = desk.person("Anna Kowalczyk")
    with desk.ports.database.writing() as work:
        work.assignments.end(desk.assignment(lead).id, desk.ports.clock.now())

    anna.click("Acknowledge")

    assert whispers(desk, anna) == "This lead is no longer with you."
