"""A person moves a lead to another stage; leaving the active stages frees capacity (T7)."""

from __future__ import annotations

from handlers.flows.ports import Ports
from handlers.flows.refusals import TooLateError
from handlers.flows.steps.deciding.free_places import offer_places
from handlers.flows.steps.permission import require_owner_or_decider
from handlers.flows.steps.telling import tell
from routing.lifecycle.stages import check_move
from routing.people import Person
from routing.policy.model import Policy
from storage.audit import Actor
from storage.deadlines import CLOCKS


def move_stage(
    ports: Ports, lead_id: str, target: str, *, person: Person, reason: str | None
) -> None:
    """Move an owned lead. Raises NotAllowedError, TooLateError or MoveRefused."""
    now = ports.clock.now()
    with ports.database.writing() as work:
        lead = work.leads.lock(lead_id)
        assignment = work.assignments.current(lead_id)
        if assignment is None:
            raise TooLateError("This lead has no owner now.")
        active = ports.policies.active(work)
        require_owner_or_decider(person, assignment, active.policy)
        if lead.stage == target:
            return
        check_move(
            active.policy.lifecycle, source=lead.stage, target=target, by="person", reason=reason
        )
        moved = lead.model_copy(update={"stage": target, "stage_since": now})
        work.leads.save(moved, now)
        if not active.policy.stage_by_id[target].active:
            work.deadlines.cancel(assignment.id, CLOCKS, now)
            offer_places(ports, work)
        work.audit.append(
            f"lead:{lead_id}",
            "lead.stage_moved",
            actor=Actor(kind="person", id=person.id),
            now=now,
            correlation_id=assignment.id,
            policy_version=active.version,
            reason=reason,
            before={"stage": lead.stage},
            after={"stage": target},
        )
        tell.redraw_cards_of(ports.engine, work, lead_id)
        note = _note(active.policy, target, person, reason)
        tell.note_on_timeline(ports.engine, work, lead_id, note, now)


def _note(policy: Policy, target: str, person: Person, reason: str | None) -> str:
    moved = f"{person.name} moved it to {policy.stage_by_id[target].name}"
    return f"{moved}: {reason}" if reason else f"{moved}."
