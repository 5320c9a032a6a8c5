"""The durable flows: one line each, with the queue they share and the switch they obey."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from handlers.flows.deciding.fill_places import fill_places
from handlers.flows.deciding.recalculate_quality import recalculate_quality
from handlers.flows.deciding.rescore_leads import rescore_leads
from handlers.flows.deciding.work_lead import work_lead
from handlers.flows.policy.take_policy_file import take_policy_file
from handlers.flows.ports import FlowName, Ports
from handlers.flows.taking_in.import_leads import import_leads
from handlers.flows.taking_in.route_import import route_import
from handlers.flows.taking_in.take_in_apart import take_in_apart
from handlers.flows.telling.redraw_message import redraw_message
from handlers.flows.telling.send_message import send_message
from handlers.flows.telling.send_whisper import send_whisper
from handlers.flows.telling.write_summary import write_summary
from handlers.flows.working.hand_over import hand_over
from storage.switches import SwitchName

QueueName = Literal["leads", "summaries", "slack", "imports"]


@dataclass(frozen=True)
class Flow:
    """`run` takes the ports and the arguments it was submitted with."""

    run: Callable[..., None]
    queue: QueueName
    switch: SwitchName


FLOWS: dict[FlowName, Flow] = {
    "take_in_apart": Flow(take_in_apart, "leads", "intake"),
    "work_lead": Flow(work_lead, "leads", "routing"),
    "fill_places": Flow(fill_places, "leads", "routing"),
    "hand_over": Flow(hand_over, "leads", "routing"),
    "import_leads": Flow(import_leads, "imports", "imports"),
    "route_import": Flow(route_import, "leads", "routing"),
    "write_summary": Flow(write_summary, "summaries", "ai"),
    "send_message": Flow(send_message, "slack", "notifications"),
    "send_whisper": Flow(send_whisper, "slack", "notifications"),
    "redraw_message": Flow(redraw_message, "slack", "notifications"),
    "rescore_leads": Flow(rescore_leads, "leads", "routing"),
    "take_policy_file": Flow(take_policy_file, "slack", "notifications"),
    "recalculate_quality": Flow(recalculate_quality, "leads", "routing"),
}

__all__ = ["FLOWS", "Flow", "Ports", "QueueName"]
