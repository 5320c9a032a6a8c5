"""Once a day: leads whose interest fades are scored anew (I9, D3)."""

from __future__ import annotations

from handlers.flows.ports import Ports
from handlers.flows.steps.rescore import rescore
from handlers.flows.steps.settle import Settlement
from storage.audit import Actor
from storage.base import Page

SYSTEM = Actor(kind="system", id="rescore_leads")
BATCH = 100


def rescore_leads(ports: Ports, day: str, after: str = "") -> None:
    """Score the next active leads whose id follows `after` and that have points that fade.

    `day` is the UTC date this work is for. Each lead has a transaction of its own; the next
    batch is a piece of work of its own, so that a stop loses nothing and repeats little.
    """
    now = ports.clock.now()
    with ports.database.reading() as work:
        leads = work.leads.fading(Page(after, BATCH))
    for lead_id in leads:
        with ports.database.writing() as work:
            active = ports.policies.active(work)
            lead = work.leads.lock(lead_id)
            if lead.stage in active.policy.active_stages:
                rescore(Settlement(ports, work, active, now, SYSTEM), lead)
    if leads:
        with ports.database.writing() as work:
            last = leads[-1]
            work_id = f"rescore_leads:{day}:{last}"
            ports.engine.submit(
                work, "rescore_leads", day, last, key="rescore_leads", work_id=work_id
            )
