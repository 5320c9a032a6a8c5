"""Whom somebody means by an id, a name or an e-mail address."""

from __future__ import annotations

from handlers.flows.refusals import NotFoundError
from routing.people import Person
from routing.policy.model import Policy
from storage.unit_of_work import UnitOfWork


def find_person(policy: Policy, words: str) -> Person:
    """The person with this id, e-mail address or name. Raises NotFoundError."""
    wanted = words.strip().casefold()
    found = people_called(policy, words)
    if not found:
        found = [p for p in policy.people if wanted and wanted in p.name.casefold().split()]
    if len(found) != 1:
        number = "Nobody" if not found else "More than one person"
        raise NotFoundError(f"{number} in the policy is called “{words}”. See `baton people list`.")
    return found[0]


def people_called(policy: Policy, words: str) -> list[Person]:
    """Those whose whole name, e-mail address or id this is."""
    wanted = words.strip().casefold()
    return [p for p in policy.people if wanted in (p.id, p.email.casefold(), p.name.casefold())]


def find_leaver(work: UnitOfWork, policy: Policy, words: str) -> str:
    """The id of the person of these words; of somebody who left the policy, the id they had.

    Raises NotFoundError.
    """
    if words not in policy.person_by_id and work.leads.open_counts([words], policy.done_stages):
        return words
    return find_person(policy, words).id
