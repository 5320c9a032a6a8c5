"""What ends for a lead, in the caller's transaction: its assignment, a case, its place."""

from __future__ import annotations

from typing import Any

from handlers.flows.steps.deciding.free_places import offer_places
from handlers.flows.steps.deciding.pool_states import count_lost
from handlers.flows.steps.settlement import Settlement
from handlers.flows.steps.telling import tell
from routing.lead import INCOMING, Lead
from storage.database.base import new_id
from storage.deadlines import CASE_CLOCKS, CLOCKS
from storage.deciding.cases import ExceptionCase


def end_assignment(s: Settlement, lead_id: str) -> None:
    """Stop the owner's clocks, close their card and let their pool owe them the lead again; nothing
    where nobody owns it."""
    assignment = s.work.assignments.current(lead_id)
    if assignment is not None:
        s.work.assignments.end(assignment.id, s.now)
        count_lost(s.work, s.active.policy, assignment)
        s.work.deadlines.cancel(assignment.id, CLOCKS, s.now)
        tell.redraw(s.ports.engine, s.work, assignment.id, "lead_card")
        offer_places(s.ports, s.work)


def resolve(
    s: Settlement,
    case: ExceptionCase,
    resolution: str,
    *,
    reason: str | None,
    after: dict[str, Any] | None = None,
) -> bool:
    """Close the case with its clock, on record, and redraw its message; `after` is what came of
    it. False when it was closed before.
    """
    if not s.work.cases.resolve(case.id, s.actor.id, resolution, s.now):
        return False
    s.work.deadlines.cancel(case.id, CASE_CLOCKS, s.now)
    tell.redraw(s.ports.engine, s.work, case.id, "case_card")
    s.on_record(
        case.lead_id,
        "case.resolved",
        about=case.id,
        reason=reason,
        before={"case": case.id, "kind": case.kind},
        after=after,
    )
    return True


def wait_anew(lead: Lead) -> Lead:
    """The lead back in the incoming queue, to be routed again."""
    return lead.model_copy(update={"place": "queue", "queue": INCOMING, "owner": None})


def route_again(s: Settlement, lead: Lead, why: str) -> None:
    """Put the lead, which the caller holds, in the incoming queue; `why` tells this time apart."""
    s.work.leads.save(wait_anew(lead), s.now)
    _submit(s, lead, why)


def _submit(s: Settlement, lead: Lead, why: str) -> None:
    s.ports.engine.submit(s.work, "work_lead", lead.id, key=lead.id, work_id=f"work:{why}")


def leave_place(s: Settlement, lead: Lead, *, about: str, reason: str | None = None) -> None:
    """The lead, which the caller holds, leaves its owner or queue and waits to be routed, on
    record under the id `about`. The caller submits the work.
    """
    if lead.place == "owner":
        end_assignment(s, lead.id)
    s.work.leads.save(wait_anew(lead), s.now)
    s.on_record(
        lead.id,
        "lead.queued",
        about=about,
        reason=reason,
        before={"place": lead.place, "queue": lead.queue, "owner": lead.owner},
        after={"place": "queue", "queue": INCOMING, "owner": None},
    )


def put_back(s: Settlement, lead: Lead, reason: str) -> None:
    """Have the lead, which the caller holds, leave its place and be routed again, on record."""
    why = new_id("back")
    case = s.work.cases.open_of(lead.id) if lead.place == "case" else None
    if case is not None:
        resolve(s, case, f"Routed again: {reason}", reason=reason)
    leave_place(s, lead, about=why, reason=reason)
    _submit(s, lead, why)
