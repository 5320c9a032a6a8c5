"""Bring a lead from the incoming queue to its place: enrich, score, decide, settle (R1 to R7)."""

from __future__ import annotations

from handlers.flows.ports import Ports
from handlers.flows.steps.deciding.decide_lead import decided
from handlers.flows.steps.deciding.enrich import Enriching, gather, keep
from handlers.flows.steps.deciding.rescore import scored
from handlers.flows.steps.deciding.settle import settle
from handlers.flows.steps.matching.merging import carry_on
from handlers.flows.steps.matching.unite import unite
from handlers.flows.steps.settlement import Settlement
from routing.lead import INCOMING, Lead
from routing.matching.accounts import account_key
from storage.audit import Actor

SYSTEM = Actor(kind="system", id="work_lead")


def work_lead(ports: Ports, lead_id: str) -> None:
    """Decide where an incoming lead goes; does nothing for one that has its place or was
    absorbed by another."""
    now = ports.clock.now()
    gathered = gather(ports, lead_id, now)
    with ports.database.writing() as work:
        keep(work, gathered)
        active = ports.policies.for_lead(work, lead_id)
        desk = Settlement(ports, work, active, now, SYSTEM)
        waiting = work.leads.get(lead_id)
        if waiting is None or (waiting.place, waiting.queue) != ("queue", INCOMING):
            return
        # Two that came at the same instant did not see each other when they came.
        united = unite(desk, lead_id)
        if united is None:
            return
        lead = united.lead
        if lead.id != lead_id:
            carry_on(desk, lead, f"united:{lead_id}")
        elif (lead.place, lead.queue) == ("queue", INCOMING):
            lead = Enriching(work, active, now).enrich(lead, gathered)
            _decide(desk, scored(desk, lead))


def _decide(s: Settlement, lead: Lead) -> None:
    account = account_key(lead, s.active.policy.vocabularies)
    lead = lead.model_copy(update={"account": account})
    stored = decided(s, lead)
    s.work.assignments.add_decision(stored)
    settle(s, lead, stored)
