"""Where a message's lead ends: automatic ones aside, suspicious ones before people (I1, R5)."""

from __future__ import annotations

import pytest

from handlers.flows.ports import Ports
from handlers.intake.email import draft
from routing.lead import Lead
from tests.flows.builders import receive, receive_draft, the_lead
from tests.intake.builders import a_source
from tests.intake.mail.builders import FROM_US, OURS, a_message
from tests.support.engine import WaitingEngine
from tests.support.messenger import KeepingMessenger

AWAY = a_message("Back in May", auto_submitted="auto-replied", message_id="<1@x.com>")


def deliver(ports: Ports, message: bytes, **mail: object) -> None:
    receive_draft(ports, draft(a_source("email", mail={**OURS, **mail}), message))


def leads(ports: Ports) -> list[Lead]:
    with ports.database.reading() as work:
        return work.leads.find("", 10)


def test_automatic_message_is_suppressed_with_its_reason(
    ports: Ports, engine: WaitingEngine, messenger: KeepingMessenger
) -> None:
    """It is kept, in one visible place, on record, and nobody is told (I1)."""
    deliver(ports, AWAY)
    engine.run_all(ports)

    lead = the_lead(ports)
    assert (lead.place, lead.queue, lead.owner) == ("suppressed", None, None)
    assert "automatic:auto_reply" in lead.flags
    with ports.database.reading() as work:
        (entry,) = work.audit.of(f"lead:{lead.id}")
        assert entry.action == "lead.received"
        assert (entry.details or {})["reason"] == "auto_reply"
        assert len(work.receipts.of_lead(lead.id)) == 1
    assert messenger.posted == []


def test_automatic_message_does_not_touch_the_lead_of_its_sender(
    ports: Ports, engine: WaitingEngine
) -> None:
    """An out-of-office note of a known lead is no sign of life, and suppresses nobody."""
    receive(ports)
    engine.run_all(ports)
    known = the_lead(ports)
    deliver(ports, AWAY)
    engine.run_all(ports)

    assert known in leads(ports)
    assert {lead.place for lead in leads(ports)} == {known.place, "suppressed"}


def test_person_writes_after_their_automatic_message(ports: Ports, engine: WaitingEngine) -> None:
    """What was put aside before does not swallow the lead that comes after it."""
    deliver(ports, AWAY)
    deliver(ports, a_message(message_id="<2@x.com>"))
    engine.run_all(ports)

    places = sorted(lead.place for lead in leads(ports))
    assert len(places) == 2
    assert places != ["suppressed", "suppressed"]


@pytest.mark.parametrize(
    ("message", "mail", "why"),
    [
        (AWAY, {"automatic": "case"}, "auto reply"),
        (b"\x00\x01 no message", {}, "unreadable"),
        (a_message("A note", sender=FROM_US), {}, "sender unknown"),
    ],
)
def test_suspicious_message_is_a_case_that_joins_nobody(
    ports: Ports,
    engine: WaitingEngine,
    messenger: KeepingMessenger,
    message: bytes,
    mail: dict[str, object],
    why: str,
) -> None:
    """People see it with the reason; no lead that is known changes by it."""
    receive(ports)
    engine.run_all(ports)
    known = the_lead(ports)
    deliver(ports, message, **mail)
    engine.run_all(ports)

    (other,) = [lead for lead in leads(ports) if lead.id != known.id]
    assert known in leads(ports)
    assert other.place == "case"
    (card,) = messenger.case_cards()
    assert why in card.reason
