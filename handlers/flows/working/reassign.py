"""Leads go to somebody else, or to whoever policy chooses now: one or many, with a reason (R4, S4).

Each lead is a transaction of its own: what keeps one from moving stops none of the others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from handlers.flows.ports import Ports
from handlers.flows.refusals import NotAllowedError, NotFoundError, TooLateError
from handlers.flows.steps.again import done_again
from handlers.flows.steps.deciding.moving import (
    ACTION,
    Moved,
    MoveOrder,
    move,
    place_now,
    require_target,
)
from handlers.flows.steps.permission import require_decider
from handlers.flows.steps.settlement import Settlement
from routing.lead import Lead
from routing.people import Person
from storage.audit import Actor
from storage.database.base import new_id
from storage.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class Reassignment:
    """These leads, by id, go where the order says. `seen` is each lead's last decision as the
    person saw it: a lead about which there is another one by now stays where it is.
    """

    leads: Sequence[str]
    order: MoveOrder
    seen: Mapping[str, str] = field(default_factory=dict)


def reassign(
    ports: Ports, wish: Reassignment, *, by: Actor, person: Person | None = None
) -> list[Moved]:
    """Move what can be moved; what became of each lead, in their order.

    `person` is who presses, None at the keyboard. Raises NotAllowedError without the role or a
    reason or when the target is away, NotFoundError for a target who cannot own leads.
    """
    require_order(ports, wish.order, by=by, person=person)
    about = new_id("move")
    return [_alone(ports, wish, lead_id, by, about) for lead_id in dict.fromkeys(wish.leads)]


def require_order(ports: Ports, order: MoveOrder, *, by: Actor, person: Person | None) -> None:
    """Raises as `reassign` does."""
    if person is not None:
        require_decider(person)
    if not order.reason.strip():
        raise NotAllowedError("Say why: whoever has the leads now reads it.")
    with ports.database.reading() as work:
        active = ports.policies.active(work)
        require_target(Settlement(ports, work, active, ports.clock.now(), by), order)


def _alone(ports: Ports, wish: Reassignment, lead_id: str, by: Actor, about: str) -> Moved:
    """One lead. Whatever keeps it from moving is its answer, and nothing of it has changed."""
    try:
        return done_again(partial(_moved, ports, wish, lead_id, by, about))
    except (NotAllowedError, NotFoundError, TooLateError) as refusal:
        return _stayed(ports, lead_id, str(refusal))
    except Exception as error:  # whatever is wrong with this one, the others are moved
        return _stayed(ports, lead_id, f"It could not be moved ({type(error).__name__}).")


def _moved(ports: Ports, wish: Reassignment, lead_id: str, by: Actor, about: str) -> Moved:
    with ports.database.writing() as work:
        lead = work.leads.hold(lead_id)
        if lead is None:
            raise NotFoundError("Baton does not know this lead.")
        s = Settlement(ports, work, ports.policies.for_lead(work, lead_id), ports.clock.now(), by)
        require_target(s, wish.order)
        _require_as_seen(s, lead, wish)
        before = place_now(work, s.active.policy, lead)
        stored = move(s, lead, wish.order, about)
        after = place_now(work, s.active.policy, work.leads.lock(lead_id))
        return Moved(
            lead=lead_id,
            name=lead.display_name,
            moved=True,
            before=before,
            after=after,
            why=stored.decision.reason,
        )


def _require_as_seen(s: Settlement, lead: Lead, wish: Reassignment) -> None:
    """Raises TooLateError when somebody was first, or this very order was carried out before."""
    last = s.work.assignments.last_decision(lead.id)
    if last is None:
        return
    place = place_now(s.work, s.active.policy, lead)
    if wish.seen.get(lead.id, last.id) != last.id:
        raise TooLateError(f"Somebody else was first: it is {place} now.")
    if last.facts.lead.taken_from and _is_repeated(s, lead.id, wish.order):
        raise TooLateError(f"Done already: it is {place}. To move it on, give another reason.")


def _is_repeated(s: Settlement, lead_id: str, order: MoveOrder) -> bool:
    """Whether the last move of the lead was this one; the caller knows that policy chose."""
    moves = [entry for entry in s.work.audit.of(f"lead:{lead_id}") if entry.action == ACTION]
    reason = (moves[-1].details or {}).get("reason") if moves else None
    return order.to is None and reason == order.reason and moves[-1].actor == s.actor


def _stayed(ports: Ports, lead_id: str, why: str) -> Moved:
    with ports.database.reading() as work:
        lead = work.leads.get(lead_id)
        place = _place(ports, work, lead) if lead else "unknown"
    name = lead.display_name if lead else lead_id
    return Moved(lead=lead_id, name=name, moved=False, before=place, after=place, why=why)


def _place(ports: Ports, work: UnitOfWork, lead: Lead) -> str:
    return place_now(work, ports.policies.for_lead(work, lead.id).policy, lead)
