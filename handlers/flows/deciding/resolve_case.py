"""A person decides what policy could not (R5, S2)."""

from __future__ import annotations

from dataclasses import dataclass

from handlers.flows.ports import Ports
from handlers.flows.refusals import NotFoundError, TooLateError
from handlers.flows.steps.deciding.by_hand import given_by_hand, require_active, require_here
from handlers.flows.steps.deciding.endings import resolve
from handlers.flows.steps.deciding.pool_states import hold_pools_of
from handlers.flows.steps.deciding.settle import settle
from handlers.flows.steps.permission import require_decider
from handlers.flows.steps.settlement import Settlement
from handlers.flows.telling.wording import who_was_first
from routing.people import Person
from storage.audit import Actor


@dataclass(frozen=True)
class Choice:
    """Whom somebody gives a case's lead to. `is_away_meant`: they get it although they are away."""

    owner: str
    reason: str | None = None
    is_away_meant: bool = False


def assign_to_suggested(ports: Ports, case_id: str, *, person: Person) -> None:
    """Take the case's suggestion. Raises as `assign_to` does."""
    with ports.database.reading() as work:
        suggested = work.cases.get(case_id).suggested_person
    if suggested is None:
        raise NotFoundError("This case has no suggestion. Choose an owner.")
    assign_to(ports, case_id, Choice(suggested), person=person)


def assign_to(ports: Ports, case_id: str, choice: Choice, *, person: Person) -> None:
    """Give the case's lead to this owner. Of two people at once, one wins.

    Raises NotAllowedError, NotFoundError for an unknown or inactive owner, AwayError, or
    TooLateError.
    """
    now = ports.clock.now()
    require_decider(person)
    with ports.database.writing() as work:
        case = work.cases.get(case_id)
        lead = work.leads.lock(case.lead_id)
        active = ports.policies.for_lead(work, lead.id)
        owner = require_active(active.policy, choice.owner)
        s = Settlement(ports, work, active, now, Actor(kind="person", id=person.id))
        hold_pools_of(work, active.policy, [owner.id])
        if case.state == "open" and not choice.is_away_meant:
            require_here(s, owner)
        assigned = f"Assigned to {owner.name}"
        if not resolve(s, case, assigned, reason=choice.reason, after={"owner": owner.id}):
            raise TooLateError(who_was_first(work.cases.get(case_id), active.policy))
        found = work.assignments.decision(case.decision_id).decision if case.decision_id else None
        stored = given_by_hand(s, lead, owner, found, choice.reason)
        work.assignments.add_decision(stored)
        settle(s, lead, stored)
