"""Queues as people work through them: what waits in each, the longest wait first (R8)."""

from __future__ import annotations

from datetime import datetime

from handlers.flows.refusals import NotFoundError
from handlers.flows.telling.wording import CASE_TITLES, local_time
from routing.lead import INCOMING
from routing.policy.model import Policy
from routing.policy.reading.errors import nearest
from routing.policy.tables.queues import Queue
from routing.values import Instant, Value
from storage.unit_of_work import UnitOfWork


class QueueState(Value):
    """One queue: how much waits in it, leads and cases, and since when the oldest."""

    queue: str
    name: str
    owner: str
    leads: int
    cases: int
    oldest: Instant | None

    @property
    def waiting(self) -> int:
        return self.leads + self.cases


class QueueEntry(Value):
    """One lead that waits, in the queue itself or in a case that belongs to it."""

    lead: str
    name: str
    company: str | None
    since: Instant
    due: Instant
    """When its wait escalates."""
    case: str | None
    why: str


def queues_of(work: UnitOfWork, policy: Policy) -> list[QueueState]:
    """Every queue of the policy, in its order."""
    crowds, cases, oldest = work.waiting.crowds(), work.cases.open_counts(), work.cases.oldest()
    states = []
    for queue in policy.queues:
        kinds = policy.kinds_of(queue.id)
        crowd = crowds.get(queue.id)
        since = [oldest[kind] for kind in kinds if kind in oldest]
        since += [crowd.oldest] if crowd else []
        states.append(
            QueueState(
                queue=queue.id,
                name=queue.name,
                owner=policy.person(queue.owner).name,
                leads=crowd.number if crowd else 0,
                cases=sum(cases.get(kind, 0) for kind in kinds),
                oldest=min(since, default=None),
            )
        )
    return states


def queue_line(state: QueueState, policy: Policy) -> str:
    """`Holding: 12 wait, the oldest since Mon 23 Nov 09:00 EST (Priya Raman)`."""
    zone = policy.company.default_time_zone
    since = f", the oldest since {local_time(state.oldest, zone)}" if state.oldest else ""
    wait = "1 waits" if state.waiting == 1 else f"{state.waiting} wait"
    return f"{state.name}: {wait}{since} ({state.owner})"


def entries_of(work: UnitOfWork, policy: Policy, queue_id: str, limit: int) -> list[QueueEntry]:
    """What waits in this queue, the longest wait first. Raises NotFoundError."""
    queue = policy.queue_by_id.get(queue_id)
    if queue is None:
        hint = nearest(queue_id, (*policy.queue_by_id, INCOMING))
        offer = f" Did you mean {hint}?" if hint else ""
        raise NotFoundError(f"The policy has no queue {queue_id!r}.{offer}")
    found = [*_leads(work, queue, limit), *_cases(work, policy, queue, limit)]
    return sorted(found, key=lambda one: (one.since, one.lead))[:limit]


def _leads(work: UnitOfWork, queue: Queue, limit: int) -> list[QueueEntry]:
    entries = []
    for lead in work.waiting.in_queue(queue.id, limit):
        since: datetime = lead.waits_since or lead.received_at
        entries.append(
            QueueEntry(
                lead=lead.id,
                name=lead.display_name,
                company=lead.company,
                since=since,
                due=since + queue.age_limit,
                case=None,
                why=f"for {lead.waits_for}" if lead.waits_for else "in the queue",
            )
        )
    return entries


def _cases(work: UnitOfWork, policy: Policy, queue: Queue, limit: int) -> list[QueueEntry]:
    cases = work.cases.waiting(policy.kinds_of(queue.id), limit)
    leads = {lead.id: lead for lead in work.leads.of_ids({case.lead_id for case in cases})}
    return [
        QueueEntry(
            lead=case.lead_id,
            name=leads[case.lead_id].display_name,
            company=leads[case.lead_id].company,
            since=case.opened_at,
            due=case.due_at,
            case=case.id,
            why=CASE_TITLES[case.kind],
        )
        for case in cases
        if case.lead_id in leads
    ]
