"""Each owed message arrives exactly once, and shows the newest state (S1, G6)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update

from handlers.flows.deciding.work_lead import work_lead
from handlers.flows.ports import MessageRefusedError, MessageUnclearError, Ports, RetryLater
from handlers.flows.steps.telling.tell import note_on_timeline
from handlers.flows.telling.redraw_message import redraw_message
from handlers.flows.telling.report_undelivered import report_undelivered
from handlers.flows.telling.send_message import FENCE, send_message
from handlers.flows.telling.whisper import whisper
from handlers.flows.working.record_touch import acknowledge
from storage.deciding.assignments import Assignment
from storage.telling.outbox import OutboxMessage, outbox
from tests.flows.builders import receive, the_assignment, the_lead
from tests.flows.test_record_touch import a_person
from tests.flows.test_resolve_case import an_open_case
from tests.support.clock import TestClock
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


def test_another_replica_waits_until_the_claim_is_old(
    ports: Ports, engine: WaitingEngine, messenger: KeepingMessenger, clock: TestClock
) -> None:
    """A replica that may only be slow is given time before its message is looked up and sent."""
    _, card = an_owed_card(ports, engine)
    with ports.database.writing() as work:
        now = work.work.time(clock.now())
        assert work.outbox.claim(card.id, now - FENCE / 2, "slow")
    with pytest.raises(RetryLater) as later:
        send_message(ports, card.id)
    assert timedelta() < later.value.after <= FENCE / 2
    assert messenger.posted == []

    with ports.database.writing() as work:
        assert work.outbox.take_claim(_owed(ports, card.id), now - FENCE, "slow")
    send_message(ports, card.id)
    assert (messenger.looked_up, len(messenger.posted)) == ([card.id], 1)


def _owed(ports: Ports, message_id: str) -> OutboxMessage:
    with ports.database.reading() as work:
        return work.outbox.get(message_id)


def test_whisper_slack_has_no_time_for_is_said_later(
    ports: Ports, engine: WaitingEngine, messenger: KeepingMessenger
) -> None:
    """A refusal that certainly was not shown is shown when Slack has time again."""
    whisper(ports, "C0LEADDESK", "U0SDRANNA", "Only a manager can do this.")
    (job,) = engine.waiting
    messenger.fail_next = [RetryLater("slow down", timedelta(seconds=1))]
    with pytest.raises(RetryLater):
        engine.run_all(ports)
    engine.waiting.append(job)
    engine.run_all(ports)

    assert len(messenger.whispered) == 1


def test_refused_card_is_told_to_the_managers(
    ports: Ports, engine: WaitingEngine, messenger: KeepingMessenger
) -> None:
    """A card that Slack keeps refusing is no secret: the managers' channel hears of it."""
    _, card = an_owed_card(ports, engine)
    report_undelivered(ports, card.id, "MessageRefusedError at slack.py:1")
    engine.run_all(ports)

    ((recipient, text),) = messenger.texts()
    assert recipient == "C0LEADDESK"
    assert text.startswith("Slack refuses a message about Jane Roe to U")


def test_refused_case_is_told_to_operations(
    ports: Ports, engine: WaitingEngine, messenger: KeepingMessenger
) -> None:
    """When the channel itself refuses, operations and the admins get a DM; it ends there."""
    case = an_open_case(ports, engine)
    with ports.database.writing() as work:
        message = work.outbox.of_subject(case.id, "case_card")
        assert message is not None
        work.outbox.release(message.id)
        work.connection.execute(
            update(outbox).where(outbox.c.id == message.id).values(state="queued")
        )
    report_undelivered(ports, message.id, "MessageRefusedError at slack.py:1")
    engine.run_all(ports)

    assert {who for who, _ in messenger.texts()} == {"U0OPSPRIYA", "U0ADMOSCAR"}


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


def test_a_lead_without_any_name_is_told_by_its_source(
    ports: Ports, engine: WaitingEngine, messenger: KeepingMessenger
) -> None:
    """Nobody reads an id where a name is wanted."""
    receive(ports, name=None, email=None, phone=None, company=None)
    engine.run_all(ports)

    (card,) = messenger.case_cards()
    assert card.name == "a lead from Website form"
