"""Which person of the policy a Slack user is (S6)."""

from __future__ import annotations

from handlers.flows.ports import Ports
from handlers.flows.refusals import NotAllowedError
from routing.people import Person
from routing.policy.model import Policy
from storage.unit_of_work import UnitOfWork


def person_of(ports: Ports, slack_user: str) -> Person:
    """The active person with this Slack user id. Raises NotAllowedError naming who can help."""
    with ports.database.reading() as work:
        policy = ports.policies.active(work).policy
        person = policy.person_by_slack_user.get(slack_user) or _new(ports, work, slack_user)
    if person is None:
        raise NotAllowedError(
            f"Baton does not know you yet. {_who_helps(policy)} can add you to the people "
            f"of the policy with your Slack id {slack_user}."
        )
    if not person.active:
        raise NotAllowedError(
            f"The policy has you as inactive, {person.name}. {_who_helps(policy)} can change that."
        )
    return person


def _new(ports: Ports, work: UnitOfWork, slack_user: str) -> Person | None:
    """Somebody whom only the policy knows that is tried on a share of the leads: they work their
    own leads, and decide nothing for others until the policy in force knows them.
    """
    share = work.proposals.share()
    if share is None:
        return None
    known = ports.policies.active(work).policy.person_by_id
    person = ports.policies.version(work, share.version).person_by_slack_user.get(slack_user)
    if person is None or person.id in known:
        return None
    return person.model_copy(update={"role": "ae"}) if person.may_decide else person


def _who_helps(policy: Policy) -> str:
    """`Oscar Nyman or Priya Raman`: admins first, then sales ops."""
    active = [person for person in policy.people if person.active]
    names = [p.name for role in ("admin", "ops") for p in active if p.role == role]
    return " or ".join(names[:3]) or "An admin"
