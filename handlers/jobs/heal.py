"""The net under promise one: find what has been forgotten, and take it up again.

Work is submitted in the transaction that makes it necessary, so nothing should ever be found
here. If a piece of work was lost all the same (a runner's row deleted by hand, a bug), the lead
still stands in the incoming queue or its message in the outbox, and is submitted again. A lead in
a place that left the policy is found here as well.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from handlers.flows.deciding.route_strays import route_strays
from handlers.flows.ports import Ports
from routing.lead import INCOMING

PATIENCE = timedelta(minutes=5)


def heal(ports: Ports) -> int:
    """Submit again what has waited longer than any work should, and route again what stands
    outside the policy; gives how many pieces.
    """
    return _submit_forgotten(ports) + route_strays(ports)


def _submit_forgotten(ports: Ports) -> int:
    now = ports.clock.now()
    before = now - PATIENCE
    with ports.database.reading() as work:
        # Work behind a switch waits on purpose.
        on = work.switches.is_on
        leads = work.leads.waiting_since(INCOMING, before) if on("routing") else []
        messages = work.outbox.owed_since(before) if on("notifications") else []
        undrawn = work.outbox.undrawn_since(before) if on("notifications") else []
        failing = work.work.failing_subjects()
    if not (leads or messages or undrawn):
        return 0
    # What waits behind much other work is not forgotten. What fails is tried again by the engine,
    # or waits for a person on the stuck list.
    known = ports.engine.unfinished()
    leads = [one for one in leads if one not in failing and ("work_lead", one) not in known]
    messages = [
        one for one in messages if one[0] not in failing and ("send_message", one[0]) not in known
    ]
    undrawn = [
        one for one in undrawn if one[0] not in failing and ("redraw_message", one[0]) not in known
    ]
    if not (leads or messages or undrawn):
        return 0
    slot = _slot(now)
    with ports.database.writing() as work:
        submit = ports.engine.submit
        for lead_id in leads:
            submit(work, "work_lead", lead_id, key=lead_id, work_id=f"heal:{lead_id}:{slot}")
        for message_id, recipient in messages:
            work_id = f"heal:{message_id}:{slot}"
            submit(work, "send_message", message_id, key=recipient, work_id=work_id)
        for message_id, recipient, revision in undrawn:
            work_id = f"heal:{message_id}:{revision}:{slot}"
            submit(work, "redraw_message", message_id, key=recipient, work_id=work_id)
    return len(leads) + len(messages) + len(undrawn)


def _slot(now: datetime) -> str:
    """The same for every replica within one stretch of patience, so that one of them submits."""
    return str(int(now.timestamp() // PATIENCE.total_seconds()))
