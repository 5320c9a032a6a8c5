"""A delivery is taken once, and a returning lead stays one lead (I2, I5)."""

from __future__ import annotations

import pytest

from handlers.flows.draft import DeliveryConflictError
from handlers.flows.ports import Ports
from routing.lead import INCOMING
from tests.flows.builders import actions, receive, the_lead
from tests.support.engine import WaitingEngine


def test_delivery_becomes_a_lead_in_the_incoming_queue(ports: Ports) -> None:
    """From the receipt on the lead is in a visible place, with its raw payload kept."""
    accepted = receive(ports)

    lead = the_lead(ports)
    assert (lead.place, lead.queue) == ("queue", INCOMING)
    assert lead.email == "jane@acme-widgets.com"
    assert actions(ports, lead) == ["lead.received"]
    with ports.database.reading() as work:
        assert [r for r, _ in work.receipts.of_lead(lead.id)] == [accepted.receipt]


def test_same_key_gives_the_same_receipt(ports: Ports, engine: WaitingEngine) -> None:
    """A delivery repeated under its key is answered alike and does nothing."""
    first = receive(ports, key="k1")
    again = receive(ports, key="k1")

    assert (again.receipt, again.status) == (first.receipt, "duplicate")
    assert len(engine.waiting) == 1


def test_same_source_id_and_body_gives_the_same_receipt(ports: Ports) -> None:
    """Without a key, the source's own id tells that it is the same delivery."""
    first = receive(ports, source_id="s1", email=None)
    again = receive(ports, source_id="s1", email=None)

    assert (again.receipt, again.status) == (first.receipt, "duplicate")


def test_same_source_id_with_other_values_updates_the_lead(ports: Ports) -> None:
    """A record sent again with news is a new delivery of the same lead."""
    receive(ports, source_id="s1", email=None, city=None)
    again = receive(ports, source_id="s1", email=None, city="Palo Alto")

    assert again.status == "accepted"
    assert the_lead(ports).city == "Palo Alto"


def test_key_with_another_body_is_refused(ports: Ports) -> None:
    """A key used twice for different leads is an error: the second would be lost silently."""
    receive(ports, key="k1")

    with pytest.raises(DeliveryConflictError):
        receive(ports, key="k1", email="other@acme-widgets.com")


def test_same_email_attaches_to_the_known_lead(ports: Ports) -> None:
    """The same address, however it is written, is the same lead; what was missing is added."""
    receive(ports, phone=None, message="first")
    receive(ports, email=" JANE@Acme-Widgets.com ", name="J. Roe", message="second")

    lead = the_lead(ports)
    assert (lead.full_name, lead.phone, lead.message) == ("Jane Roe", "+16502530000", "second")
    assert actions(ports, lead) == ["lead.received", "lead.returned"]


def test_role_mailbox_is_shared_by_several_people(ports: Ports) -> None:
    """Two people behind info@ stay two leads."""
    receive(ports, email="info@acme-widgets.com", name="Jane Roe")
    receive(ports, email="info@acme-widgets.com", name="Bob Stone")

    with ports.database.reading() as work:
        assert len(work.leads.find("", 10)) == 2


def test_lead_of_which_nothing_is_known_is_kept(ports: Ports) -> None:
    """A delivery with no usable field is a lead all the same."""
    nothing = dict.fromkeys(("name", "email", "phone", "company", "job_title", "country"))
    receive(ports, **nothing, city=None, region=None, company_size=None, message=None)

    assert the_lead(ports).display_name.startswith("lead_")
