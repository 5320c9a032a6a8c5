"""The owner acknowledges a lead, and later logs the first touch (T1, T3)."""

from __future__ import annotations

from datetime import datetime

from handlers.flows.ports import Ports
from handlers.flows.refusals import TooLateError
from handlers.flows.steps.permission import require_owner_or_decider
from handlers.flows.steps.settlement import Settlement
from handlers.flows.steps.telling import tell
from routing.lead import Lead
from routing.people import Person
from routing.policy.tables.stages import Lifecycle
from storage.audit import Actor
from storage.deadlines import DeadlineKind
from storage.deciding.assignments import Assignment, Mark
from storage.unit_of_work import UnitOfWork

MARKS: tuple[tuple[Mark, str, tuple[DeadlineKind, ...]], ...] = (
    ("acknowledged_at", "lead.acknowledged", ("acknowledge_reminder", "acknowledge_breach")),
    ("touched_at", "lead.first_touch", ("first_touch_reminder", "first_touch_breach")),
)
"""What each mark is called on record, and the clocks it stops."""


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
        # Marks and clocks first, the record after: the tick, too, holds a clock before the record.
        done = _marked(work, assignment, first_touch, now)
        if done:
            moved = _advance(lead, active.policy.lifecycle, first_touch, now)
            work.leads.save(moved, now)
            s = Settlement(ports, work, active, now, Actor(kind="person", id=person.id))
            for action in done:
                s.on_record(
                    lead.id,
                    action,
                    about=assignment.id,
                    before={"stage": lead.stage},
                    after={"owner": assignment.person, "stage": moved.stage},
                )
            tell.redraw_cards_of(ports.engine, work, lead.id)


def _marked(
    work: UnitOfWork, assignment: Assignment, first_touch: bool, now: datetime
) -> list[str]:
    """Set the marks that were not set, stop their clocks; gives what was done."""
    done = []
    for mark, action, clocks in MARKS if first_touch else MARKS[:1]:
        if work.assignments.mark(assignment.id, mark, now):
            work.deadlines.cancel(assignment.id, clocks, now)
            done.append(action)
    return done


def _advance(lead: Lead, lifecycle: Lifecycle, first_touch: bool, now: datetime) -> Lead:
    """The stage follows, as far as the lead has not gone beyond it already."""
    target = lifecycle.working if first_touch else lifecycle.acknowledged
    early = {lifecycle.initial, lifecycle.acknowledged} if first_touch else {lifecycle.initial}
    if lead.stage not in early or lead.stage == target:
        return lead
    return lead.model_copy(update={"stage": target, "stage_since": now})
