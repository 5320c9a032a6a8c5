"""A real service on the wire, from policy to the lead's place: however rude, the lead goes on (I8,
G6)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from time import monotonic

import pytest

from bot.connectors.enrichment.enrichers import PolicyEnrichers
from handlers.flows.ports import Ports
from routing.lead import ENRICHMENT_FAILED, Lead
from tests.bot.enrichment.server import HOST, Answering, Service, drip, flood, hang, http, running
from tests.conftest import POLICY
from tests.flows.builders import receive, the_lead
from tests.support.engine import WaitingEngine
from tests.support.enrichers import adopt_enrichment

GOOD = {"company": {"name": "Acme", "staff": "1,200 employees", "sector": "Retail"}}
MOST = 3.0
"""Seconds a lead may take on a busy machine; its budget is a quarter of one."""


@pytest.fixture
def service() -> Iterator[Service]:
    with running(http(GOOD)) as service:
        yield service


def worked(ports: Ports, engine: WaitingEngine, service: Service) -> Lead:
    """A lead without a size that came in while policy named this service."""
    adopt_enrichment(
        ports,
        f"""\
fields: [company, company_size, industry]
budget_seconds: 0.25
providers:
  - id: data
    http:
      url: {service.url}
      secret: {{env: DATA_KEY, header: X-Api-Key}}
      fields: {{company_size: company.staff, industry: company.sector}}
      ports: [{service.port}]
      allow_http: true
      allow_private: [{HOST}]
""",
    )
    receive(ports, company_size=None)
    enrichers = PolicyEnrichers(POLICY, secret_of={"DATA_KEY": "k-3f9a"}.get)
    engine.run_all(replace(ports, enrichers=enrichers))
    enrichers.close()
    return the_lead(ports)


def test_answer_of_a_service_is_cleaned_and_filled_in(
    ports: Ports, engine: WaitingEngine, service: Service
) -> None:
    """The sender's words of a service become a number and a sector, with their origin."""
    lead = worked(ports, engine, service)

    assert (lead.company_size, lead.industry) == (1200, "retail")
    assert {name: p.by for name, p in lead.provenance.items()} == {
        "company_size": "data",
        "industry": "data",
    }
    assert "domain=acme-widgets.com " in service.requests[0]
    assert "X-Api-Key: k-3f9a\r\n" in service.requests[0]


@pytest.mark.parametrize(
    "answering",
    [
        hang,
        drip,
        flood,
        http("<html>Sign in</html>"),
        http({}, "302 Found", f"Location: http://{HOST}:1/latest/meta-data"),
        http({}, "500 Oh no"),
        http({}, "429 Slow", "Retry-After: 60"),
        http(b"x", "200 OK", "Content-Encoding: gzip"),
        lambda talk: None,
    ],
)
def test_rude_service_costs_the_lead_its_budget_at_most(
    ports: Ports, engine: WaitingEngine, service: Service, answering: Answering
) -> None:
    """It hangs, drips, lies, redirects, floods: the lead has its owner in time, and the flag."""
    service.answering = answering
    started = monotonic()
    lead = worked(ports, engine, service)

    assert monotonic() - started < MOST
    assert (lead.place, lead.company_size) == ("owner", None)
    assert ENRICHMENT_FAILED in lead.flags
    assert len(service.requests) == 1
