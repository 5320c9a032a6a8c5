"""What became of a hand-over, for whoever started it (R4)."""

from __future__ import annotations

from collections import Counter

from handlers.flows.hand_over_record import HandOver, read_hand_over
from handlers.flows.telling.messages import TextMessage
from routing.lead import Lead
from routing.policy.model import Policy
from storage.telling.outbox import OutboxMessage
from storage.unit_of_work import UnitOfWork

SHOWN = 20
"""Places listed; the rest is a number."""


def hand_over_message(work: UnitOfWork, policy: Policy, owed: OutboxMessage) -> TextMessage | None:
    """How many leads moved and where they are at this moment."""
    found = read_hand_over(work, owed.note or "", owed.subject_id)
    return TextMessage(text="\n".join(lines_of(work, policy, found))) if found else None


def lines_of(work: UnitOfWork, policy: Policy, found: HandOver) -> list[str]:
    """`Hugo Lindqvist has handed over 12 leads (leaves).`, then `• with Ana Reyes: 7`."""
    streams = work.audit.streams_about(found.id, found.started_at)
    leads = work.leads.of_ids([stream.removeprefix("lead:") for stream in streams])
    number = "1 lead" if len(leads) == 1 else f"{len(leads)} leads"
    head = f"{policy.person(found.person).name} has handed over {number} ({found.reason})."
    places = Counter(where_in_words(policy, lead) for lead in leads).most_common()
    lines = [f"• {place}: {count}" for place, count in places[:SHOWN]]
    more = sum(count for _, count in places[SHOWN:])
    rest = [f"• elsewhere: {more}"] if more else []
    note = [f"{found.unnamed}."] if found.unnamed else []
    return [head, *lines, *rest, *note]


def where_in_words(policy: Policy, lead: Lead) -> str:
    """A place as many leads share it: `with Ana Reyes`, `in a case`, `in the queue Holding`."""
    if lead.place == "owner":
        return f"with {policy.person(lead.owner or '').name}"
    if lead.place == "queue":
        queue = policy.queue_by_id.get(lead.queue or "")
        return f"in the queue {queue.name if queue else lead.queue}"
    return {"case": "in a case, waiting for a person", "nurture": "in nurture"}.get(
        lead.place, lead.place
    )
