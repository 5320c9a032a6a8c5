"""Bring a lead from the incoming queue to its place: enrich, score, decide, settle (R1 to R7)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from handlers.flows.policy_book import ActivePolicy
from handlers.flows.ports import EnrichmentFailedError, Ports
from handlers.flows.steps.pool_states import pool_states
from handlers.flows.steps.settle import Settlement, settle
from routing.decide.decide import decide
from routing.decide.decision import RoutingFacts
from routing.decide.route import route
from routing.lead import INCOMING, Lead, facts_of
from routing.normalise.lead import RawLead, normalise
from routing.scoring.points import score
from storage.assignments import POLICY, StoredDecision
from storage.audit import Actor
from storage.base import new_id
from storage.enrichments import Enrichment
from storage.unit_of_work import UnitOfWork

ENRICHED = ("company", "company_size", "industry", "country")
"""The fields a provider may fill."""

SYSTEM = Actor(kind="system", id="work_lead")


def work_lead(ports: Ports, lead_id: str) -> None:
    """Decide where an incoming lead goes; does nothing for a lead that has its place."""
    now = ports.clock.now()
    answer = _enrichment(ports, lead_id, now)
    with ports.database.writing() as work:
        lead = work.leads.lock(lead_id)
        if (lead.place, lead.queue) != ("queue", INCOMING):
            return
        active = ports.policies.active(work)
        if answer is not None:
            work.enrichments.keep(answer)
            lead = _enriched(work, lead, answer, active, now)
        _decide(ports, work, _scored(lead, active), active, now)


def _enrichment(ports: Ports, lead_id: str, now: datetime) -> Enrichment | None:
    """What the provider says of the lead's company, asked outside any transaction, once."""
    with ports.database.reading() as work:
        lead = work.leads.get(lead_id)
        if lead is None or lead.domain is None or not work.switches.is_on("enrichment"):
            return None
        known = work.enrichments.get(ports.enricher.name, lead.domain)
    if known is not None:
        return known
    try:
        found = _usable(ports.enricher.look_up(lead.domain))
    except EnrichmentFailedError:
        return None
    return Enrichment(provider=ports.enricher.name, domain=lead.domain, fetched_at=now, found=found)


def _usable(found: Mapping[str, str | int]) -> dict[str, str | int]:
    """A provider's values as Baton keeps them; what cannot be normalised is left out."""
    raw = RawLead(**{field: str(found[field]) for field in ENRICHED if field in found})
    clean = normalise(raw)
    return {field: v for field in ENRICHED if (v := getattr(clean, field)) is not None}


def _enriched(
    work: UnitOfWork, lead: Lead, answer: Enrichment, active: ActivePolicy, now: datetime
) -> Lead:
    """Fill what the sender left open; a value that is there is never overwritten (I8)."""
    news = {field: value for field, value in answer.found.items() if not getattr(lead, field)}
    if not news:
        return lead
    source = f"{answer.provider} {answer.fetched_at:%Y-%m-%d}"
    provenance = lead.provenance | dict.fromkeys(news, source)
    work.audit.append(
        f"lead:{lead.id}",
        "lead.enriched",
        actor=Actor(kind="system", id=answer.provider),
        now=now,
        correlation_id=lead.id,
        policy_version=active.version,
        before={field: getattr(lead, field) for field in news},
        after=news,
    )
    return lead.model_copy(update={**news, "provenance": provenance})


def _scored(lead: Lead, active: ActivePolicy) -> Lead:
    return lead.model_copy(update={"score": score(active.policy.scoring, facts_of(lead))})


def _decide(
    ports: Ports, work: UnitOfWork, lead: Lead, active: ActivePolicy, now: datetime
) -> None:
    facts = facts_of(lead)
    way = route(active.policy, facts)
    routing_facts = RoutingFacts(
        lead=facts,
        policy_version=active.version,
        now=now,
        pools=pool_states(work, active.policy, way.candidate_pools, now),
    )
    decision = decide(active.policy, routing_facts)
    stored = StoredDecision(
        id=new_id("dec"),
        lead_id=lead.id,
        decided_at=now,
        decided_by=POLICY,
        policy_version=active.version,
        facts=routing_facts,
        decision=decision,
    )
    work.assignments.add_decision(stored)
    settle(Settlement(ports, work, active, now, SYSTEM), lead, stored)
