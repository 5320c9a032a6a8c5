"""Fire the deadlines that are due: remind the owner, report the breach, escalate (T1, T2)."""

from __future__ import annotations

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


def enforce_sla(ports: Ports) -> int:
    """Fire what is due now, in one transaction a batch; gives how many fired."""
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
            active = ports.policies.active(work)
            for deadline in due:
                _fire_alone(ports, work, active, deadline, now)
            fired += len(due)


def _fire_alone(
    ports: Ports, work: UnitOfWork, active: ActivePolicy, deadline: Deadline, now: datetime
) -> None:
    """One deadline that cannot be acted on must not hold up the clocks of everybody else."""
    try:
        with work.savepoint():
            _fire(ports, work, active, deadline, now)
    except DBAPIError:
        raise  # the database's trouble, not the deadline's: the next tick fires it
    except Exception as error:  # whatever is wrong with this one, it is shown to people
        work.deadlines.fail(deadline.id, now)
        reason = type(error).__name__
        _audit(work, active, deadline, "sla.failed", now, reason=reason)


def _fire(
    ports: Ports, work: UnitOfWork, active: ActivePolicy, deadline: Deadline, now: datetime
) -> None:
    work.deadlines.fire(deadline.id, now)
    if deadline.kind in TOGETHER:
        tell_together(ports, work, active, deadline, now)
        return
    if deadline.kind == "case_age":
        _escalate_case(ports, work, active, deadline, now)
        return
    assignment = work.assignments.get(deadline.subject_id)
    if assignment.ended_at is not None:
        return
    if deadline.kind.endswith("_reminder"):
        if not _is_overtaken(work, deadline, now):
            _tell_owner(ports, work, "reminder", deadline, assignment, active, now)
    else:
        _report_breach(ports, work, deadline, assignment, active, now)


def _is_overtaken(work: UnitOfWork, reminder: Deadline, now: datetime) -> bool:
    """Whether the breach it reminds of is due as well, as after a stop: then that is the news."""
    breach = reminder.kind.replace("_reminder", "_breach")
    clocks = work.deadlines.of_subject(reminder.subject_id)
    return any(clock.kind == breach and clock.due_at <= now for clock in clocks)


def _tell_owner(
    ports: Ports,
    work: UnitOfWork,
    kind: MessageKind,
    deadline: Deadline,
    assignment: Assignment,
    active: ActivePolicy,
    now: datetime,
) -> None:
    owner = active.policy.person(assignment.person)
    if owner.slack_user:
        card = work.outbox.of_subject(assignment.id, "lead_card")
        thread_of = card.id if card else None
        _tell(ports, work, kind, deadline, owner.slack_user, thread_of, now)


def _report_breach(
    ports: Ports,
    work: UnitOfWork,
    deadline: Deadline,
    assignment: Assignment,
    active: ActivePolicy,
    now: datetime,
) -> None:
    """At the breach the owner and the manager hear of it; the card turns late.

    Of an owner who left the policy, or has no manager in it, the managers' channel hears.
    """
    _audit(work, active, deadline, "sla.breached", now)
    _tell_owner(ports, work, "breach", deadline, assignment, active, now)
    owner = active.policy.person(assignment.person)
    manager = active.policy.person_by_id.get(owner.manager or "")
    told = manager.slack_user if manager else active.policy.company.managers_channel
    _tell(ports, work, "breach", deadline, told, None, now)
    tell.redraw(ports.engine, work, assignment.id, "lead_card")


def _escalate_case(
    ports: Ports, work: UnitOfWork, active: ActivePolicy, deadline: Deadline, now: datetime
) -> None:
    """A case past its age limit is said so in its thread; expiry never decides."""
    case = work.cases.get(deadline.subject_id)
    if case.state != "open":
        return
    _audit(work, active, deadline, "case.overdue", now)
    card = work.outbox.of_subject(case.id, "case_card")
    _tell(ports, work, "breach", deadline, case.channel, card.id if card else None, now)


def _tell(
    ports: Ports,
    work: UnitOfWork,
    kind: MessageKind,
    deadline: Deadline,
    recipient: str,
    thread_of: str | None,
    now: datetime,
) -> None:
    tell.send(
        ports.engine,
        work,
        OutboxMessage(
            id=new_id("msg"),
            kind=kind,
            subject_id=deadline.id,
            lead_id=deadline.lead_id,
            recipient=recipient,
            thread_of=thread_of,
            created_at=now,
        ),
    )


def _audit(
    work: UnitOfWork,
    active: ActivePolicy,
    deadline: Deadline,
    action: str,
    now: datetime,
    reason: str | None = None,
) -> None:
    work.audit.append(
        f"lead:{deadline.lead_id}",
        action,
        actor=SYSTEM,
        now=now,
        correlation_id=deadline.id,
        policy_version=active.version,
        reason=reason,
        after={"clock": deadline.kind, "due_at": deadline.due_at.isoformat()},
    )
