"""Fire the deadlines that are due: remind the owner, report the breach, escalate (T1, T2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.exc import DBAPIError

from handlers.flows.policy_book import ActivePolicy
from handlers.flows.ports import Ports
from handlers.flows.steps.deciding.waiting_clocks import TOGETHER, tell_together
from handlers.flows.steps.telling import tell
from storage.audit import Actor
from storage.database.base import new_id
from storage.deadlines import Deadline
from storage.deciding.assignments import Assignment
from storage.telling.outbox import MessageKind, OutboxMessage
from storage.unit_of_work import UnitOfWork

SYSTEM = Actor(kind="system", id="enforce_sla")


@dataclass(frozen=True)
class Fired:
    """A deadline that is due, and where what follows from it takes effect."""

    ports: Ports
    work: UnitOfWork
    active: ActivePolicy
    deadline: Deadline
    now: datetime

    def tell(self, kind: MessageKind, recipient: str, thread_of: str | None = None) -> None:
        """Owe the recipient a message about it, in the thread of that message where given."""
        message = OutboxMessage(
            id=new_id("msg"),
            kind=kind,
            subject_id=self.deadline.id,
            lead_id=self.deadline.lead_id,
            recipient=recipient,
            thread_of=thread_of,
            created_at=self.now,
        )
        tell.send(self.ports.engine, self.work, message)

    def on_record(self, action: str, reason: str | None = None) -> None:
        due_at = self.deadline.due_at.isoformat()
        self.work.audit.append(
            f"lead:{self.deadline.lead_id}",
            action,
            actor=SYSTEM,
            now=self.now,
            correlation_id=self.deadline.id,
            policy_version=self.active.version,
            reason=reason,
            after={"clock": self.deadline.kind, "due_at": due_at},
        )


def enforce_sla(ports: Ports) -> int:
    """Fire what is due now, each deadline in a transaction of its own; gives how many fired."""
    fired = 0
    while True:
        now = ports.clock.now()
        with ports.database.reading() as work:
            if not work.switches.is_on("sla") or not work.deadlines.any_due(now):
                return fired
        with ports.database.writing() as work:
            # One at a time: a transaction over several leads could wait for another in a circle.
            due = work.deadlines.claim_due(now, limit=1)
            if not due:
                return fired
            _fire_alone(Fired(ports, work, ports.policies.active(work), due[0], now))
            fired += 1


def _fire_alone(f: Fired) -> None:
    """One deadline that cannot be acted on must not hold up the clocks of everybody else."""
    try:
        with f.work.savepoint():
            _fire(f)
    except DBAPIError:
        raise  # the database's trouble, not the deadline's: the next tick fires it
    except Exception as error:  # whatever is wrong with this one, it is shown to people
        f.work.deadlines.fail(f.deadline.id, f.now)
        f.on_record("sla.failed", reason=type(error).__name__)


def _fire(f: Fired) -> None:
    kind = f.deadline.kind
    f.work.deadlines.fire(f.deadline.id, f.now)
    if kind in TOGETHER:
        tell_together(f.ports, f.work, f.active, f.deadline, f.now)
        return
    if kind == "case_age":
        _escalate_case(f)
        return
    assignment = f.work.assignments.get(f.deadline.subject_id)
    if assignment.ended_at is not None:
        return
    if not kind.endswith("_reminder"):
        _report_breach(f, assignment)
    elif not _is_overtaken(f):
        _tell_owner(f, "reminder", assignment)


def _is_overtaken(reminder: Fired) -> bool:
    """Whether the breach it reminds of is due as well, as after a stop: then that is the news."""
    breach = reminder.deadline.kind.replace("_reminder", "_breach")
    clocks = reminder.work.deadlines.of_subject(reminder.deadline.subject_id)
    return any(clock.kind == breach and clock.due_at <= reminder.now for clock in clocks)


def _tell_owner(f: Fired, kind: MessageKind, assignment: Assignment) -> None:
    owner = f.active.policy.person(assignment.person)
    if owner.slack_user:
        card = f.work.outbox.of_subject(assignment.id, "lead_card")
        f.tell(kind, owner.slack_user, card.id if card else None)


def _report_breach(f: Fired, assignment: Assignment) -> None:
    """At the breach the owner and the manager hear of it; the card turns late.

    Of an owner who left the policy, or has no manager in it, the managers' channel hears.
    """
    f.on_record("sla.breached")
    _tell_owner(f, "breach", assignment)
    policy = f.active.policy
    manager = policy.person_by_id.get(policy.person(assignment.person).manager or "")
    f.tell("breach", manager.slack_user if manager else policy.company.managers_channel)
    tell.redraw(f.ports.engine, f.work, assignment.id, "lead_card")


def _escalate_case(f: Fired) -> None:
    """A case past its age limit is said so in its thread; expiry never decides."""
    case = f.work.cases.get(f.deadline.subject_id)
    if case.state != "open":
        return
    f.on_record("case.overdue")
    card = f.work.outbox.of_subject(case.id, "case_card")
    f.tell("breach", case.channel, card.id if card else None)
