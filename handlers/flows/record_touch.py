"""The owner acknowledges a lead, and later logs the first touch (T1, T3)."""

from __future__ import annotations

from datetime import datetime

from handlers.flows.policy_book import ActivePolicy
from handlers.flows.ports import Ports
from handlers.flows.refusals import TooLateError
from handlers.flows.steps import tell
from handlers.flows.steps.permission import require_owner_or_decider
from routing.lead import Lead
from routing.people import Person
from routing.policy.model import Lifecycle
from storage.assignments import Assignment
from storage.audit import Actor
from storage.unit_of_work import UnitOfWork


def acknowledge(ports: Ports, assignment_id: str, person: Person) -> None:
    """The owner has seen the lead. A second time changes nothing.

    Raises NotAllowedError, or TooLateError when the lead is with somebody else now.
    """
    _mark(ports, assignment_id, person, first_touch=False)


def log_first_touch(ports: Ports, assignment_id: str, person: Person) -> None:
    """The owner has contacted the lead, which acknowledges it too. A second time changes nothing.

    Raises NotAllowedError, or TooLateError when the lead is with somebody else now.
    """
    _mark(ports, assignment_id, person, first_touch=True)


def _mark(ports: Ports, assignment_id: str, person: Person, *, first_touch: bool) -> None:
    now = ports.clock.now()
    with ports.database.writing() as work:
        assignment = work.assignments.get(assignment_id)
        lead = work.leads.lock(assignment.lead_id)
        active = ports.policies.active(work)
        require_owner_or_decider(person, assignment, active.policy)
        if work.assignments.get(assignment_id).ended_at is not None:
            raise TooLateError("This lead is no longer with you.")
        changed = _acknowledged(work, assignment, person, active, now)
        if first_touch:
            changed = _touched(work, assignment, person, active, now) or changed
        if changed:
            _advance(work, lead, active.policy.lifecycle, first_touch, now)
            tell.redraw_cards_of(ports.engine, work, lead.id)


def _acknowledged(
    work: UnitOfWork, assignment: Assignment, person: Person, active: ActivePolicy, now: datetime
) -> bool:
    if not work.assignments.mark(assignment.id, "acknowledged_at", now):
        return False
    work.deadlines.cancel(assignment.id, ("acknowledge_reminder", "acknowledge_breach"), now)
    _audit(work, assignment, "lead.acknowledged", person, active, now)
    return True


def _touched(
    work: UnitOfWork, assignment: Assignment, person: Person, active: ActivePolicy, now: datetime
) -> bool:
    if not work.assignments.mark(assignment.id, "touched_at", now):
        return False
    work.deadlines.cancel(assignment.id, ("first_touch_reminder", "first_touch_breach"), now)
    _audit(work, assignment, "lead.first_touch", person, active, now)
    return True


def _advance(
    work: UnitOfWork, lead: Lead, lifecycle: Lifecycle, first_touch: bool, now: datetime
) -> None:
    """The stage follows, as far as the lead has not gone beyond it already."""
    target = lifecycle.working if first_touch else lifecycle.acknowledged
    early = {lifecycle.initial, lifecycle.acknowledged} if first_touch else {lifecycle.initial}
    if lead.stage in early and lead.stage != target:
        moved = lead.model_copy(update={"stage": target, "stage_since": now})
        work.leads.save(moved, now)


def _audit(
    work: UnitOfWork,
    assignment: Assignment,
    action: str,
    person: Person,
    active: ActivePolicy,
    now: datetime,
) -> None:
    work.audit.append(
        f"lead:{assignment.lead_id}",
        action,
        actor=Actor(kind="person", id=person.id),
        now=now,
        correlation_id=assignment.id,
        policy_version=active.version,
        after={"owner": assignment.person},
    )
