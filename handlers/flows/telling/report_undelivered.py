"""A message Slack keeps refusing is told to somebody it can reach (promise one)."""

from __future__ import annotations

from handlers.flows.ports import Ports
from handlers.flows.steps.telling import tell
from routing.policy.model import Policy
from storage.database.base import new_id
from storage.telling.outbox import MessageKind, OutboxMessage

TOLD: frozenset[MessageKind] = frozenset(
    {
        "lead_card",
        "case_card",
        "reminder",
        "breach",
        "import_digest",
        "queue_reminder",
        "queue_overdue",
    }
)
"""Kinds somebody must know of; a report about a report would never end."""


def report_undelivered(ports: Ports, message_id: str, error: str) -> None:
    """Tell the managers' channel; when that is what refuses, tell operations and the admins."""
    now = ports.clock.now()
    with ports.database.writing() as work:
        owed = work.outbox.get(message_id)
        if owed.kind not in TOLD or owed.state == "sent":
            return
        policy = ports.policies.active(work).policy
        lead = work.leads.get(owed.lead_id) if owed.lead_id else None
        name = lead.display_name if lead else owed.lead_id or owed.subject_id
        for recipient in _who_to_tell(policy, owed.recipient):
            note = OutboxMessage(
                id=new_id("msg"),
                kind="timeline",
                subject_id=owed.id,
                lead_id=owed.lead_id,
                recipient=recipient,
                note=f"Slack refuses a message about {name} to {owed.recipient} ({error}). "
                "See `baton work list`.",
                created_at=now,
            )
            tell.send(ports.engine, work, note)


def _who_to_tell(policy: Policy, refused: str) -> list[str]:
    if refused != policy.company.managers_channel:
        return [policy.company.managers_channel]
    people = (p for p in policy.people if p.role in ("ops", "admin") and p.active)
    return [person.slack_user for person in people]
