"""Once a week: the quality of every lead's data as of now (I10, D3)."""

from __future__ import annotations

from handlers.flows.ports import Ports
from routing.lead import Quality
from routing.scoring.engagement import DELIVERED
from routing.scoring.quality import confirmed_at, quality
from storage.database.base import Page

BATCH = 200


def recalculate_quality(ports: Ports, week: str, after: str = "") -> None:
    """Look at the next leads whose id follows `after`; store what is different.

    `week` is the ISO week this work is for. A batch is one short transaction and one piece of
    work; a lead that somebody else holds is left out, for who changes it calculates it anyway.
    """
    now = ports.clock.now()
    with ports.database.writing() as work:
        policy = ports.policies.active(work).policy.scoring.quality
        leads = work.leads.hold_page(Page(after, BATCH))
        said = work.events.last_of([lead.id for lead in leads], list(DELIVERED.values()))
        fresh: dict[str, Quality] = {}
        for lead in leads:
            deliveries = [said[lead.id]] if lead.id in said else []
            found = quality(policy, lead, confirmed_at(lead, deliveries), now)
            if found != lead.quality:
                fresh[lead.id] = found
        work.leads.save_quality(fresh)
        if leads:
            last = leads[-1].id
            work_id = f"recalculate_quality:{week}:{last}"
            ports.engine.submit(
                work, "recalculate_quality", week, last, key="recalculate_quality", work_id=work_id
            )
