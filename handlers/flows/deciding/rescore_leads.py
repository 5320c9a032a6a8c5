"""Leads are scored anew: once a day those whose interest fades, all by a new scoring (I9, D3)."""

from __future__ import annotations

from handlers.flows.ports import Ports
from handlers.flows.steps.deciding.rescore import EVERY, rescore, submit_rescoring
from handlers.flows.steps.settlement import Settlement
from storage.audit import Actor
from storage.database.base import Page

SYSTEM = Actor(kind="system", id="rescore_leads")
BATCH = 100


def rescore_leads(ports: Ports, occasion: str, after: str = "", which: str = "fading") -> None:
    """Score the next active leads whose id follows `after`: those that have points that fade, or
    `every` one.

    `occasion` is the UTC date or the policy version this work is for. Each lead has a transaction
    of its own; the next batch is a piece of work of its own, so that a stop loses nothing and
    repeats little.
    """
    now = ports.clock.now()
    with ports.database.reading() as work:
        page = Page(after, BATCH)
        leads = work.leads.ids_after(page) if which == EVERY else work.leads.fading(page)
    for lead_id in leads:
        with ports.database.writing() as work:
            active = ports.policies.active(work)
            lead = work.leads.lock(lead_id)
            if lead.stage not in active.policy.done_stages:
                rescore(Settlement(ports, work, active, now, SYSTEM), lead)
    if leads:
        with ports.database.writing() as work:
            submit_rescoring(ports, work, occasion, leads[-1], which)
