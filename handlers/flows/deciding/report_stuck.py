"""Work that gave up becomes visible: its lead turns into a case for people (promise one)."""

from __future__ import annotations

from handlers.flows.ports import Ports
from handlers.flows.steps.deciding.settle import settle
from handlers.flows.steps.settlement import Settlement
from routing.decide.decision import Decision, RoutingFacts
from routing.lead import INCOMING, facts_of
from storage.audit import Actor
from storage.database.base import new_id
from storage.deciding.assignments import ENGINE, StoredDecision

SYSTEM = Actor(kind="system", id=ENGINE)


def report_stuck(ports: Ports, lead_id: str, error: str) -> None:
    """Open a `stuck_work` case for a lead still incoming; does nothing for any other."""
    now = ports.clock.now()
    with ports.database.writing() as work:
        lead = work.leads.lock(lead_id)
        if (lead.place, lead.queue) != ("queue", INCOMING):
            return
        active = ports.policies.active(work)
        stored = StoredDecision(
            id=new_id("dec"),
            lead_id=lead_id,
            decided_at=now,
            decided_by=SYSTEM.id,
            policy_version=active.version,
            facts=RoutingFacts(lead=facts_of(lead), policy_version=active.version, now=now),
            decision=Decision(
                place="case",
                case="stuck_work",
                reason=f"Routing this lead failed again and again ({error}).",
            ),
        )
        work.assignments.add_decision(stored)
        settle(Settlement(ports, work, active, now, SYSTEM), lead, stored)
