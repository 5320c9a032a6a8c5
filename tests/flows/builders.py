"""Deliveries and what happens to them, in one line each."""

from __future__ import annotations

from typing import Any

from handlers.flows.draft import Accepted, LeadDraft
from handlers.flows.ports import Ports
from handlers.flows.taking_in.receive_lead import receive_lead
from handlers.flows.taking_in.take_in_deliveries import take_in_deliveries
from routing.lead import Lead
from routing.normalise.lead import RawLead
from storage.deciding.assignments import Assignment
from storage.unit_of_work import UnitOfWork
from tests.support.engine import WaitingEngine

GOOD: dict[str, str | None] = {
    "name": "Jane Roe",
    "email": "jane@acme-widgets.com",
    "phone": "+1 650 253 0000",
    "company": "Acme Widgets Inc.",
    "job_title": "CTO",
    "country": "US",
    "city": "Palo Alto",
    "region": "CA",
    "company_size": "500",
    "message": "We want a demo.",
}
"""A lead the example policy gives to somebody at once."""


_GIVEN = ("Ada", "Boris", "Chloe", "Dario", "Elin", "Farid", "Gemma")
_FAMILY = ("Abel", "Boone", "Castillo", "Dekker", "Eriksen", "Fontana", "Grant")


def a_stranger(number: int) -> dict[str, str | None]:
    """Who and where of somebody like nobody of another number below 49: for `receive`."""
    given, family = _GIVEN[number % 7], _FAMILY[number // 7]
    company = f"{family} {given} Works"
    return {
        "name": f"{given} {family}",
        "email": f"{given}@{family}-{given}-works.com".lower(),
        "company": company,
        "phone": f"+1 650 {253 + number} {1000 + 37 * number}",
    }


def a_draft(
    ports: Ports,
    *,
    key: str | None = None,
    source_id: str | None = None,
    payload: bytes | None = None,
    form: str = "website",
    **changes: str | None,
) -> LeadDraft:
    """A delivery of the website form; `changes` are lead fields."""
    source = ports.policies.latest_known().policy.source("web", form)
    assert source is not None
    fields = GOOD | changes
    return LeadDraft(
        source=source,
        delivery_key=key,
        source_id=source_id,
        raw=RawLead(**fields),
        payload=payload if payload is not None else repr(sorted(fields.items())).encode(),
        content_type="application/json",
    )


def receive(ports: Ports, **changes: Any) -> Accepted:
    """Receive a delivery and take it in; `changes` are those of `a_draft`."""
    return receive_draft(ports, a_draft(ports, **changes))


def receive_draft(ports: Ports, draft: LeadDraft) -> Accepted:
    """Receive a delivery and take it in."""
    accepted = receive_lead(ports, draft)
    take_in_all(ports)
    return accepted


def take_in_all(ports: Ports) -> None:
    """Take in what stands in line, as the running program does all the time."""
    while _somebody_waits(ports):
        take_in_deliveries(ports)


def _somebody_waits(ports: Ports) -> bool:
    with ports.database.reading() as work:
        return bool(work.receipts.in_line(1)) and work.switches.is_on("intake")


def all_leads(ports: Ports) -> list[Lead]:
    """Every lead there is once nobody stands in line."""
    take_in_all(ports)
    with ports.database.reading() as work:
        return work.leads.find("", 100)


def the_lead(ports: Ports) -> Lead:
    """The only lead there is once nobody stands in line."""
    (lead,) = all_leads(ports)
    return lead


def now_of(ports: Ports, lead: Lead) -> Lead:
    """The lead as it stands now."""
    with ports.database.reading() as work:
        found = work.leads.get(lead.id)
    assert found is not None
    return found


def the_assignment(work: UnitOfWork, lead: Lead) -> Assignment:
    assignment = work.assignments.current(lead.id)
    assert assignment is not None
    return assignment


def an_owned_lead(ports: Ports, engine: WaitingEngine) -> tuple[Lead, Assignment]:
    """A lead that went all the way to its owner's DM."""
    receive(ports)
    engine.run_all(ports)
    lead = the_lead(ports)
    with ports.database.reading() as work:
        return lead, the_assignment(work, lead)


def actions(ports: Ports, lead: Lead) -> list[str]:
    """What the audit says was done to the lead, in order."""
    with ports.database.reading() as work:
        assert list(work.audit.faults()) == []
        return [entry.action for entry in work.audit.of(f"lead:{lead.id}")]
