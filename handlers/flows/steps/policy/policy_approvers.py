"""Who may approve a change of the policy: by the policy in force, never its proposer (G2)."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.flows.refusals import NotAllowedError
from handlers.flows.telling.wording import approver_roles
from routing.people import Person, Role
from routing.policy.model import Policy
from storage.audit import Actor


def require_approver(policy: Policy, person: Person) -> None:
    """Raises NotAllowedError unless this policy has the person, in a role that approves changes:
    what another policy says of them counts for nothing.
    """
    known = policy.person_by_id.get(person.id)
    is_known = known is not None and known.active and known.slack_user == person.slack_user
    if known is None or not is_known or known.role not in _approvers(policy):
        raise NotAllowedError(f"Only {approver_roles(policy)} can do this.")


def require_other(policy: Policy, person: Person, proposer: Actor) -> None:
    """Raises NotAllowedError for who may not approve, the proposer above all."""
    require_approver(policy, person)
    if proposer == Actor(kind="person", id=person.id):
        raise NotAllowedError("You proposed this change: somebody else must approve it.")


def require_enough_approvers(policy: Policy, proposer: Actor) -> None:
    """Raises NotAllowedError saying whom a proposal of this proposer lacks."""
    able = [p for p in policy.people if may_approve(policy, p.id, proposer)]
    needed = policy.company.policy_changes.approvals
    if len(able) >= needed:
        return
    raise NotAllowedError(
        f"Nobody could approve this: it needs {needed} of {approver_roles(policy)} beside who "
        f"proposes it, and there are {len(able)}. Give the role to somebody in the policy folder, "
        "or propose without a person."
    )


def require_approvers_left(new: Policy) -> None:
    """Raises NotAllowedError when nobody could approve a change of this policy any more."""
    able = [p for p in new.people if p.active and p.role in _approvers(new)]
    needed = new.company.policy_changes.approvals
    if len(able) < needed:
        raise NotAllowedError(
            f"With this policy nobody could change it again: it asks for {needed} of "
            f"{approver_roles(new)}, and has {len(able)}. Ask for fewer, or give the role to "
            "more people."
        )


def valid_signers(policy: Policy, signers: Sequence[str], proposer: Actor) -> list[str]:
    """Those of the signers who may still approve."""
    return [person for person in signers if may_approve(policy, person, proposer)]


def may_approve(policy: Policy, person_id: str, proposer: Actor) -> bool:
    person = policy.person_by_id.get(person_id)
    if person is None or not person.active or proposer == Actor(kind="person", id=person_id):
        return False
    return person.role in _approvers(policy)


def _approvers(policy: Policy) -> tuple[Role, ...]:
    return policy.company.policy_changes.approvers
