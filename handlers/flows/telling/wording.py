"""How Baton words times, places and kinds for people."""

from __future__ import annotations

from routing.decide.decision import Suggestion
from routing.lead import Lead, Place
from routing.people import Person
from routing.policy.model import Policy
from routing.policy.tables.exceptions import CaseKind
from routing.policy.tables.sla import Clock
from routing.values import Instant
from routing.wall_clock import end_words, local_time
from storage.audit import Actor
from storage.deciding.assignments import POLICY, StoredDecision
from storage.deciding.cases import ExceptionCase

__all__ = [
    "CASE_TITLES",
    "CLOCK_NAMES",
    "KEYBOARD",
    "approval_needed",
    "approver_roles",
    "as_put_to_people",
    "best_name",
    "company_facts",
    "local_time",
    "location",
    "named",
    "place_in_words",
    "resolution_of",
    "sentence",
    "until_words",
    "who_was_first",
]

CASE_TITLES: dict[CaseKind, str] = {
    "ambiguous_territory": "Ambiguous territory",
    "high_value": "High-value lead",
    "missing_fields": "Missing fields",
    "no_rule": "No rule matches",
    "nobody_eligible": "Nobody eligible",
    "uncertain_duplicate": "Uncertain duplicate",
    "score_failed": "Score failed",
    "enrichment_failed": "Enrichment failed",
    "suspicious_input": "Suspicious input",
    "stuck_work": "Work is stuck",
}

KEYBOARD = "cli:"
"""How the id of an account at the command line begins."""

CLOCK_NAMES: dict[Clock, str] = {"acknowledge": "Acknowledgement", "first_touch": "First touch"}


def until_words(until: Instant | None, reason: str, person: Person, now: Instant) -> str:
    """` until the end of Thu 24 Dec (dinner)`: how long somebody is away, in their zone, and why;
    each part where it is known.
    """
    end = f" until {end_words(until, person.time_zone, now)}" if until else ""
    return f"{end} ({reason})" if reason else end


def best_name(policy: Policy, lead: Lead) -> str:
    """The best name there is for people to read, never an id."""
    known = lead.display_name
    return known if known != lead.id else f"a lead from {policy.source_name(lead.source)}"


def location(lead: Lead) -> str | None:
    """`Austin, US-TX, US` from what is known."""
    parts = (lead.city, lead.region, None if lead.region else lead.country)
    return ", ".join(part for part in parts if part) or None


def company_facts(lead: Lead) -> str | None:
    """`1,200 employees · technology information media` from what is known."""
    size = f"{lead.company_size:,} employees" if lead.company_size else None
    industry = lead.industry.replace("_", " ") if lead.industry else None
    return " · ".join(part for part in (size, industry) if part) or None


def place_in_words(
    policy: Policy, place: Place, owner: str | None, case: CaseKind | None, queue: str | None
) -> str:
    """One phrase: `with Ana Reyes`, `in a case: no rule matches`, `in queue holding`."""
    if place == "owner":
        return f"with {policy.person(owner or '').name}"
    if place == "case":
        return f"in a case: {CASE_TITLES[case].lower()}" if case else "in a case"
    if place == "queue":
        return f"in queue {queue}"
    return "in nurture" if place == "nurture" else "suppressed"


def who_was_first(case: ExceptionCase, policy: Policy) -> str:
    """What somebody reads who came too late to a resolved case."""
    return f"Already resolved: {resolution_of(case, policy)}."


def resolution_of(case: ExceptionCase, policy: Policy) -> str:
    """`Assigned to Bea by Renata Duarte`; what needed nobody stands alone."""
    if case.resolved_by == POLICY:
        return str(case.resolution)
    person = policy.person_by_id.get(case.resolved_by or "")
    return f"{case.resolution} by {person.name if person else case.resolved_by}"


def approver_roles(policy: Policy) -> str:
    """Who approves changes of the policy: `sales ops or an admin`."""
    names = {"ops": "sales ops", "admin": "an admin", "manager": "a manager"}
    return " or ".join(names.get(r, r.upper()) for r in policy.company.policy_changes.approvers)


def approval_needed(policy: Policy) -> str:
    """`It needs one approval of sales ops or an admin, not of the proposer.`"""
    number = policy.company.policy_changes.approvals
    needed = f"{number} approvals" if number > 1 else "one approval"
    return f"It needs {needed} of {approver_roles(policy)}, not of the proposer."


def sentence(text: str) -> str:
    """What somebody wrote, ended as a sentence, so that another may follow."""
    text = text.rstrip()
    return text if not text or text[-1] in ".!?…:" else f"{text}."


def named(policy: Policy, actor: Actor) -> str:
    """A person's name, or what stands for them: `the policy folder`, `root at the command line`."""
    if actor.kind == "person":
        return policy.person(actor.id).name
    if actor.id.startswith(KEYBOARD):
        return f"{actor.id.removeprefix(KEYBOARD)} at the command line"
    return f"the {actor.id}"


def as_put_to_people(stored: StoredDecision, case: ExceptionCase | None) -> StoredDecision:
    """The decision with the suggestion that its case makes, as people are to read it."""
    if case is None or case.decision_id != stored.id:
        return stored
    person, reason = case.suggested_person, case.suggested_reason
    shown = Suggestion(person=person, reason=reason or "") if person else None
    changed = stored.decision.model_copy(update={"suggestion": shown})
    return stored.model_copy(update={"decision": changed})
