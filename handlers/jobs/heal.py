"""The net under promise one: find what has been forgotten, and take it up again.

Work is submitted in the transaction that makes it necessary, so nothing should ever be found
here. If a piece of work was lost all the same (a runner's row deleted by hand, a bug), the lead
still stands in the incoming queue or its message in the outbox, and is submitted again. A lead in
a place that left the policy is found here as well.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from handlers.flows.deciding.route_strays import route_strays
from handlers.flows.ports import FlowName, Ports
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
    under_way = ports.engine.unfinished()

    def is_forgotten(flow: FlowName, subject: str) -> bool:
        return subject not in failing and (flow, subject) not in under_way

    leads = [one for one in leads if is_forgotten("work_lead", one)]
    messages = [one for one in messages if is_forgotten("send_message", one[0])]
    undrawn = [one for one in undrawn if is_forgotten("redraw_message", one[0])]
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
