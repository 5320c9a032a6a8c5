"""What is known of a lead beside itself: whose it is, and which lead it may be (I5, I7)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from handlers.flows.steps.deciding.absences import absent_reasons
from routing.lead import ALONE, Lead, Relations
from routing.policy.model import Policy
from storage.records.matches import Verdict
from storage.unit_of_work import UnitOfWork


def relations_of(
    work: UnitOfWork, policy: Policy, lead: Lead, now: datetime, taken_from: Sequence[str] = ()
) -> Relations:
    """As decisions look at them; the caller holds the lead. `taken_from` are the people somebody
    takes it from with this decision; without them, those of the last one count as long as it has
    found no owner.
    """
    unsure = _in_question(work, lead.id)
    past = work.assignments.past_owners(lead.id)
    taken = tuple(taken_from) or (_still_taken_from(work, lead.id) if past else ())
    owners = [one for one in _known_owners(work, policy, lead, past) if one not in taken]
    away = absent_reasons(work, policy, owners, now)
    owner = next((one for one in owners if one not in away), owners[0] if owners else None)
    return Relations(
        known_owner=owner,
        owner_away=away.get(owner or ""),
        taken_from=taken,
        possible_duplicate=unsure.other_than(lead.id) if unsure else None,
        duplicate_reasons=unsure.reasons if unsure else (),
        approved=_is_approved(work, policy, lead),
    )


def relations_of_all(
    work: UnitOfWork, policy: Policy, leads: Collection[Lead], now: datetime
) -> dict[str, Relations]:
    """As `relations_of`, by id, of leads that nobody holds. One of whom nothing is known, as of
    most, costs no look of its own.
    """
    known = _known_of(work, policy, leads)
    return {
        lead.id: relations_of(work, policy, lead, now) if lead.id in known else ALONE
        for lead in leads
    }


def _known_of(work: UnitOfWork, policy: Policy, leads: Collection[Lead]) -> set[str]:
    ids = [lead.id for lead in leads]
    known = work.matches.in_question(ids) | work.assignments.once_owned(ids)
    owned = work.leads.owned_accounts({lead.account for lead in leads if lead.account})
    known |= {lead.id for lead in leads if lead.account in owned}
    if policy.exceptions.high_value is not None:
        known |= work.assignments.decided_by_people(ids)
    return known


def _is_approved(work: UnitOfWork, policy: Policy, lead: Lead) -> bool:
    """Asked only where policy holds leads of high value for a person."""
    asked = policy.exceptions.high_value is not None
    return asked and bool(work.assignments.decided_by_people([lead.id]))


def _in_question(work: UnitOfWork, lead_id: str) -> Verdict | None:
    """The likeliest pair with this lead that nobody has decided and that nobody is asked about
    with the other lead.
    """
    for said in work.matches.of_lead(lead_id):
        if said.verdict == "unsure" and _is_to_be_asked(work, said.other_than(lead_id)):
            return said
    return None


def _is_to_be_asked(work: UnitOfWork, other_id: str) -> bool:
    other = work.leads.get(other_id)
    if other is None or other.place != "case":
        return other is not None
    case = work.cases.open_of(other_id)
    return case is None or case.kind != "uncertain_duplicate"


def _still_taken_from(work: UnitOfWork, lead_id: str) -> tuple[str, ...]:
    last = work.assignments.last_decision(lead_id)
    return last.facts.lead.taken_from if last and last.decision.owner is None else ()


def _known_owners(work: UnitOfWork, policy: Policy, lead: Lead, past: Sequence[str]) -> list[str]:
    """Who owned the lead before (`past`), then who owns others of its account; people who are no
    longer active come last.
    """
    people = list(past)
    if lead.account is not None:
        people += work.leads.account_owners(lead.account, but=lead.id)
    return sorted(dict.fromkeys(people), key=lambda person: not policy.person(person).active)
