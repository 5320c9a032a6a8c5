"""Leads that wait for people go to whoever has room again, the longest wait first (R4, R8).

A place becomes free when a lead leaves the active stages, an absence ends, a cap's day or week
begins anew, a pool opens, or policy changes. All of them are seen here: each lead that waits
longest for a pool is decided anew, and settled when it does not have to wait any more.
"""

from __future__ import annotations

from handlers.flows.ports import Ports
from handlers.flows.steps.deciding.decide_lead import decided
from handlers.flows.steps.deciding.endings import close_case
from handlers.flows.steps.deciding.free_places import offer_places
from handlers.flows.steps.deciding.settle import Settlement, settle
from routing.decide.decision import Decision
from routing.lead import INCOMING, Lead
from routing.policy.model import Policy
from storage.assignments import POLICY
from storage.audit import Actor
from storage.cases import ExceptionCase

SYSTEM = Actor(kind="system", id=POLICY)
BATCH = 100
"""Leads placed before others have their turn."""


def fill_places(ports: Ports) -> None:
    """Place what can be placed now; what is left after a batch is a piece of work of its own."""
    placed, stuck = 0, set[str]()
    while placed < BATCH:
        with ports.database.reading() as work:
            heads = work.waiting.heads()
        head = next((head for head in heads if head[0] not in stuck), None)
        if head is None:
            return
        if _place(ports, *head):
            placed += 1
        else:
            stuck.add(head[0])
    with ports.database.writing() as work:
        offer_places(ports, work)


def _place(ports: Ports, key: str, lead_id: str) -> bool:
    """Let this lead go, if it need not wait any more; the others of its key wait as it does."""
    with ports.database.writing() as work:
        now = ports.clock.now()
        s = Settlement(ports, work, ports.policies.for_lead(work, lead_id), now, SYSTEM)
        lead = work.leads.hold(lead_id)
        if lead is None or not _waits(lead, key):
            return True
        case = work.cases.open_of(lead_id) if lead.place == "case" else None
        if lead.place == "case" and (case is None or case.kind != "nobody_eligible"):
            return False
        stored = decided(s, lead)
        if stored.decision.waits_for == key:
            return False
        if case is not None:
            _close(s, case, stored.decision)
        work.assignments.add_decision(stored)
        settle(s, lead, stored)
        return True


def _waits(lead: Lead, key: str) -> bool:
    """Whether it still waits for them: another replica may have been first."""
    in_queue = lead.place == "queue" and lead.queue != INCOMING
    return lead.waits_for == key and (in_queue or lead.place == "case")


def _close(s: Settlement, case: ExceptionCase, decision: Decision) -> None:
    resolution = _why(s.active.policy, decision)
    close_case(s, case.id, resolution)
    s.work.audit.append(
        f"lead:{case.lead_id}",
        "case.resolved",
        actor=s.actor,
        now=s.now,
        correlation_id=case.id,
        policy_version=s.active.version,
        reason=resolution,
        before={"case": case.id, "kind": case.kind},
        after={"owner": decision.owner},
    )


def _why(policy: Policy, decision: Decision) -> str:
    if decision.owner is None:
        return "The rules have another place for it now"
    return f"{policy.person(decision.owner).name} became available"
