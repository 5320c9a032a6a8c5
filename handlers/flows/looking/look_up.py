"""Read-only answers for the command line and Slack: find, show, why, history."""

from __future__ import annotations

from handlers.flows.policy_book import PolicyBook
from handlers.flows.refusals import NoLeadError, NotFoundError
from handlers.flows.telling.wording import as_put_to_people, local_time, place_in_words
from routing.decide.words import in_words
from routing.lead import Lead, Place
from routing.policy.model import Policy
from routing.policy.tables.exceptions import CaseKind
from routing.values import Instant, Value, left_out
from storage.audit import AuditEntry
from storage.deciding.assignments import POLICY, StoredDecision
from storage.unit_of_work import UnitOfWork


class FoundLead(Value):
    """One line of `find`: where a lead is now."""

    id: str
    name: str
    email: str | None
    company: str | None
    place: Place
    owner: str | None
    case: str | None
    queue: str | None
    stage: str
    score: int | None
    case_kind: CaseKind | None = left_out()


class Explanation(Value):
    """Why a lead is where it is: the decision in force as data, and all in words, newest first."""

    lead: str
    name: str
    place: str
    decided_at: Instant | None
    decided_by: str
    policy_version: int | None
    lines: tuple[str, ...]
    decision: StoredDecision | None


def find(work: UnitOfWork, words: str, limit: int) -> list[FoundLead]:
    """Leads whose id, name, e-mail or company contain the words, newest first."""
    return [_found(work, lead) for lead in work.leads.find(words, limit)]


def _found(work: UnitOfWork, lead: Lead) -> FoundLead:
    case = work.cases.open_of(lead.id) if lead.place == "case" else None
    return FoundLead(
        id=lead.id,
        name=lead.display_name,
        email=lead.email,
        company=lead.company,
        place=lead.place,
        owner=lead.owner,
        case=case.id if case else None,
        case_kind=case.kind if case else None,
        queue=lead.queue,
        stage=lead.stage,
        score=lead.score.value if lead.score else None,
    )


def one_lead(work: UnitOfWork, words: str) -> Lead:
    """The lead with this id, or the one that absorbed it, or the only one the words find.

    Raises NotFoundError saying how many were found.
    """
    exact = work.leads.get(words) or _absorbed(work, words)
    if exact is not None:
        return exact
    found = work.leads.find(words, 6) if words else []
    if len(found) == 1:
        return found[0]
    if not found:
        raise NoLeadError(f"No lead matches “{words}”.")
    names = ", ".join(f"{lead.display_name} ({lead.id})" for lead in found[:5])
    raise NotFoundError(f"More than one lead matches “{words}”: {names}.")


def _absorbed(work: UnitOfWork, lead_id: str) -> Lead | None:
    survivor = work.merges.survivor_of(lead_id)
    return work.leads.get(survivor) if survivor else None


def explain(
    work: UnitOfWork, policies: PolicyBook, lead: Lead, zone: str | None = None
) -> Explanation:
    """The decision in force and how it came about; times in the reader's `zone`, else the
    company's.
    """
    policy = policies.active(work).policy
    zone = zone or policy.company.default_time_zone
    case = work.cases.open_of(lead.id) if lead.place == "case" else None
    made = [as_put_to_people(d, case) for d in work.assignments.decisions_of(lead.id)]
    last = made[-1] if made else None
    found = _found(work, lead)
    return Explanation(
        lead=lead.id,
        name=lead.display_name,
        place=where(policy, found),
        decided_at=last.decided_at if last else None,
        decided_by=_decider(policy, last),
        policy_version=last.policy_version if last else None,
        lines=tuple(line for d in reversed(made) for line in _lines(policy, d, zone)),
        decision=work.assignments.last_decision(lead.id) if case else last,
    )


def where(policy: Policy, found: FoundLead) -> str:
    """As `place_in_words`."""
    return place_in_words(policy, found.place, found.owner, found.case_kind, found.queue)


def _decider(policy: Policy, decision: StoredDecision | None) -> str:
    if decision is None:
        return "not decided yet"
    if decision.decided_by == POLICY:
        return f"policy version {decision.policy_version}"
    person = policy.person_by_id.get(decision.decided_by)
    return person.name if person else decision.decided_by


def _lines(policy: Policy, decision: StoredDecision, zone: str) -> list[str]:
    head = f"{local_time(decision.decided_at, zone)}, {_decider(policy, decision)}:"
    return [head, *(f"  {line}" for line in in_words(decision.decision, policy))]


def history(work: UnitOfWork, lead: Lead) -> list[AuditEntry]:
    """Everything on record about the lead, oldest first."""
    return work.audit.of(f"lead:{lead.id}")
