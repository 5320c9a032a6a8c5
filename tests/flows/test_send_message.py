"""Each owed message arrives exactly once, and shows the newest state (S1, G6)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handlers.flows.ports import MessageRefusedError, MessageUnclearError, Ports, RetryLater
from handlers.flows.record_touch import acknowledge
from handlers.flows.redraw_message import redraw_message
from handlers.flows.send_message import send_message
from handlers.flows.steps.tell import note_on_timeline
from handlers.flows.whisper import whisper
from handlers.flows.work_lead import work_lead
from storage.assignments import Assignment
from storage.outbox import OutboxMessage
from tests.flows.builders import receive, the_assignment, the_lead
from tests.flows.test_record_touch import a_person
from tests.support.engine import WaitingEngine
from tests.support.messenger import KeepingMessenger


def an_owed_card(ports: Ports, engine: WaitingEngine) -> tuple[Assignment, OutboxMessage]:
    """A lead with an owner whose card waits to be sent."""
    receive(ports)
    lead = the_lead(ports)
    work_lead(ports, lead.id)
    with ports.database.reading() as work:
        assignment = the_assignment(work, lead)
    engine.waiting.clear()
    return assignment, _card(ports, assignment)


def _card(ports: Ports, assignment: Assignment) -> OutboxMessage:
    with ports.database.reading() as work:
        message = work.outbox.of_subject(assignment.id, "lead_card")
    assert message is not None
    return message


def test_sent_message_is_not_sent_again(
    ports: Ports, engine: WaitingEngine, messenger: KeepingMessenger
) -> None:
    """Running the flow again after success does nothing."""
    _, card = an_owed_card(ports, engine)
    send_message(ports, card.id)
    send_message(ports, card.id)

    assert len(messenger.posted) == 1


def test_lost_reply_does_not_make_a_second_message(
    ports: Ports, engine: WaitingEngine, messenger: KeepingMessenger
) -> None:
    """Posted, but the answer was lost: the next attempt finds it and does not post again."""
    assignment, card = an_owed_card(ports, engine)
    messenger.lose_reply = True
    with pytest.raises(RetryLater):
        send_message(ports, card.id)
    send_message(ports, card.id)

    assert (len(messenger.posted), messenger.looked_up) == (1, [card.id])
    assert _card(ports, assignment).state == "sent"


def test_failed_look_up_leaves_the_message_in_doubt(
    ports: Ports, engine: WaitingEngine, messenger: KeepingMessenger
) -> None:
    """While Slack cannot say whether it arrived, the message is not posted again."""
    assignment, card = an_owed_card(ports, engine)
    messenger.lose_reply = True
    with pytest.raises(RetryLater):
        send_message(ports, card.id)
    messenger.fail_next = [RetryLater("rate limited", timedelta(seconds=1))]
    with pytest.raises(RetryLater):
        send_message(ports, card.id)
    assert _card(ports, assignment).state == "sending"
    send_message(ports, card.id)

    assert (len(messenger.posted), _card(ports, assignment).state) == (1, "sent")


def test_message_that_never_arrived_is_sent_again(
    ports: Ports, engine: WaitingEngine, messenger: KeepingMessenger
) -> None:
    """No answer and nothing in Slack: the next attempt posts it."""
    _, card = an_owed_card(ports, engine)
    messenger.fail_next = [MessageUnclearError("time-out")]
    with pytest.raises(RetryLater):
        send_message(ports, card.id)
    send_message(ports, card.id)

    assert len(messenger.posted) == 1


@pytest.mark.parametrize(
    "refusal", [RetryLater("slow down", timedelta(seconds=3)), MessageRefusedError("no_channel")]
)
def test_certain_refusal_needs_no_look_up(
    ports: Ports, engine: WaitingEngine, messenger: KeepingMessenger, refusal: Exception
) -> None:
    """What Slack refused for certain waits as it was and is posted plainly next time."""
    assignment, card = an_owed_card(ports, engine)
    messenger.fail_next = [refusal]
    with pytest.raises(type(refusal)):
        send_message(ports, card.id)
    assert _card(ports, assignment).state == "queued"
    send_message(ports, card.id)

    assert (len(messenger.posted), messenger.looked_up) == (1, [])


def test_change_while_sending_is_drawn_afterwards(
    ports: Ports, engine: WaitingEngine, messenger: KeepingMessenger
) -> None:
    """A click that falls between the lost reply and the look-up is not lost on the card."""
    assignment, card = an_owed_card(ports, engine)
    messenger.lose_reply = True
    with pytest.raises(RetryLater):
        send_message(ports, card.id)
    acknowledge(ports, assignment.id, a_person(ports, assignment.person))
    engine.waiting.clear()  # the redraw ran while the message was still in doubt
    send_message(ports, card.id)
    engine.run_all(ports)

    assert messenger.lead_cards()[0].acknowledged
    drawn = _card(ports, assignment)
    assert drawn.drawn_revision == drawn.revision


def test_failed_redraw_is_repeated(
    ports: Ports, engine: WaitingEngine, messenger: KeepingMessenger
) -> None:
    """A redraw that Slack refuses stays owed and shows the newest state when repeated."""
    assignment, card = an_owed_card(ports, engine)
    send_message(ports, card.id)
    acknowledge(ports, assignment.id, a_person(ports, assignment.person))
    messenger.fail_next = [RetryLater("slow down", timedelta(seconds=1))]
    with pytest.raises(RetryLater):
        redraw_message(ports, card.id)
    redraw_message(ports, card.id)

    assert messenger.lead_cards()[0].acknowledged


def test_line_in_a_thread_waits_for_its_card(
    ports: Ports, engine: WaitingEngine, messenger: KeepingMessenger
) -> None:
    """A timeline line never overtakes the card it belongs under."""
    assignment, card = an_owed_card(ports, engine)
    with ports.database.writing() as work:
        note_on_timeline(engine, work, assignment.lead_id, "Came back.", card.created_at)
    (job,) = engine.waiting
    with pytest.raises(RetryLater):
        send_message(ports, *job.arguments)
    send_message(ports, card.id)
    engine.run_all(ports)

    assert messenger.posted[1].thread == messenger.posted[0].place


def test_whisper_is_said_once(
    ports: Ports, engine: WaitingEngine, messenger: KeepingMessenger
) -> None:
    """A refusal is shown to the person who clicked, where they clicked, once."""
    whisper(ports, "C0LEADDESK", "U0SDRANNA", "Only a manager can do this.")
    (job,) = engine.waiting
    engine.run_all(ports)
    engine.waiting.append(job)
    engine.run_all(ports)

    assert messenger.whispered == [("C0LEADDESK", "U0SDRANNA", "Only a manager can do this.")]
