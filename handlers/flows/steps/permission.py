"""Who may do what, checked at the moment of doing it (S6)."""

from __future__ import annotations

from handlers.flows.refusals import NotAllowedError
from routing.people import Person
from routing.policy.model import Policy
from storage.deciding.assignments import Assignment


def require_owner_or_decider(person: Person, assignment: Assignment, policy: Policy) -> None:
    """Raises NotAllowedError unless the lead is theirs or their role decides for others."""
    if person.id == assignment.person or person.may_decide:
        return
    owner = policy.person_by_id.get(assignment.person)
    name = owner.name if owner else assignment.person
    raise NotAllowedError(f"Only {name} or a manager can do this.")


def require_decider(person: Person) -> None:
    """Raises NotAllowedError unless the person's role decides cases."""
    if not person.may_decide:
        raise NotAllowedError("Only a manager, sales ops or an admin can do this.")
