"""Compose what a message says from the state of this moment."""

from __future__ import annotations

from collections.abc import Callable

from handlers.flows.policy_book import PolicyBook
from handlers.flows.telling.hand_over_message import hand_over_message
from handlers.flows.telling.import_digest import import_digest
from handlers.flows.telling.messages import (
    BesideLead,
    CaseCard,
    ClockLine,
    LeadCard,
    Message,
    TextMessage,
)
from handlers.flows.telling.policy_card import policy_card
from handlers.flows.telling.queue_messages import queue_overdue, queue_reminder
from handlers.flows.telling.wording import (
    CASE_TITLES,
    CLOCK_NAMES,
    as_put_to_people,
    best_name,
    company_facts,
    local_time,
    location,
    resolution_of,
)
from routing.decide.words import in_words
from routing.lead import Lead
from routing.lifecycle.stages import next_stages
from routing.people import Person
from routing.policy.model import Policy
from storage.deadlines import Deadline
from storage.deciding.assignments import Assignment, StoredDecision
from storage.deciding.cases import ExceptionCase
from storage.records.matches import pair_of
from storage.telling.outbox import MessageKind, OutboxMessage
from storage.unit_of_work import UnitOfWork


def compose(work: UnitOfWork, policies: PolicyBook, owed: OutboxMessage) -> Message | None:
    """The message as it should read now; None when there is nothing to say any more."""
    composer = _COMPOSERS.get(owed.kind)
    return composer and composer(work, policies.for_lead(work, owed.lead_id).policy, owed)


def _lead_card(work: UnitOfWork, policy: Policy, owed: OutboxMessage) -> LeadCard | None:
    assignment = work.assignments.get(owed.subject_id)
    lead = work.leads.get(assignment.lead_id)
    if lead is None:
        return None
    decision = work.assignments.decision(assignment.decision_id)
    owner = policy.person(assignment.person)
    lines = in_words(decision.decision, policy)
    return LeadCard(
        lead_id=lead.id,
        assignment_id=assignment.id,
        name=best_name(policy, lead),
        title=lead.title,
        company=lead.company,
        company_facts=company_facts(lead),
        location=location(lead),
        email=lead.email,
        phone=f"{lead.phone} ext. {lead.phone_ext}" if lead.phone_ext else lead.phone,
        website=lead.domain,
        source=policy.source_name(lead.source),
        received=local_time(lead.received_at, owner.time_zone),
        message=lead.message,
        owner=owner.name,
        why_lead=_why_lead(policy, lead),
        why_you=decision.decision.reason or lines[-1],
        summary=assignment.summary or "",
        summary_by_ai=assignment.summary_by not in (None, "template"),
        score=lead.score.value if lead.score else None,
        factors=tuple((f.label, f.points) for f in lead.score.factors) if lead.score else (),
        band=lead.band,
        stage=policy.stage_name(lead.stage),
        clocks=_clock_lines(work.deadlines.of_subject(assignment.id), assignment, owner),
        flags=lead.flags,
        status=_status(work, policy, assignment, owner),
        open=assignment.ended_at is None,
        acknowledged=assignment.acknowledged_at is not None,
        touched=assignment.touched_at is not None,
        can_move=bool(next_stages(policy.lifecycle, lead.stage, "person")),
    )


def _why_lead(policy: Policy, lead: Lead) -> str:
    """`Enterprise lead in americas-west, score high.`: what policy took it for."""
    segment = next((s.name for s in policy.segments if s.id == lead.segment), None)
    kind = f"{segment} lead" if segment else "A lead"
    where = f" in {lead.territory}" if lead.territory else ""
    return f"{kind}{where}, score {lead.band or 'unknown'}."


def _clock_lines(
    deadlines: list[Deadline], assignment: Assignment, owner: Person
) -> tuple[ClockLine, ...]:
    lines = []
    for clock in ("acknowledge", "first_touch"):
        due = next((d for d in deadlines if d.kind == f"{clock}_breach"), None)
        if due is not None:
            lines.append(clock_line(due, assignment, owner))
    return tuple(lines)


def clock_line(due: Deadline, assignment: Assignment, owner: Person) -> ClockLine:
    """One clock of an assignment as its owner reads it; `due` is its breach."""
    met = assignment.met(due.clock)
    late = due.state == "fired" or (met is not None and met > due.due_at)
    return ClockLine(
        label=CLOCK_NAMES[due.clock],
        due=local_time(due.due_at, owner.time_zone),
        state="late" if late else "met" if met else "running",
    )


def _status(work: UnitOfWork, policy: Policy, assignment: Assignment, owner: Person) -> str:
    if assignment.ended_at is not None:
        after = work.assignments.following(assignment)
        went = f" It went to {policy.person(after.person).name}." if after else ""
        return f"No longer with {owner.name}.{went}"
    if assignment.touched_at is not None:
        when = local_time(assignment.touched_at, owner.time_zone)
        return f"First touch logged {when}."
    if assignment.acknowledged_at is not None:
        when = local_time(assignment.acknowledged_at, owner.time_zone)
        return f"Acknowledged {when}. Next: log your first touch."
    return "Acknowledge to take it."


def _case_card(work: UnitOfWork, policy: Policy, owed: OutboxMessage) -> CaseCard | None:
    case = work.cases.get(owed.subject_id)
    lead = work.leads.get(case.lead_id)
    if lead is None:
        return None
    zone = policy.company.default_time_zone
    found = work.assignments.decision(case.decision_id) if case.decision_id else None
    decision = as_put_to_people(found, case) if found else None
    suggested = policy.person_by_id.get(case.suggested_person or "")
    return CaseCard(
        case_id=case.id,
        lead_id=lead.id,
        title=CASE_TITLES[case.kind],
        name=best_name(policy, lead),
        facts=_case_facts(policy, lead),
        reason=case.reason,
        trace=tuple(in_words(decision.decision, policy)) if decision else (),
        suggestion=suggested.name if suggested else None,
        suggestion_reason=case.suggested_reason,
        opened=local_time(case.opened_at, zone),
        due=local_time(case.due_at, zone),
        queue=_queue_name(policy, case),
        open=case.state == "open",
        outcome=_outcome(policy, case),
        beside=_beside(work, policy, case, decision),
    )


def _beside(
    work: UnitOfWork, policy: Policy, case: ExceptionCase, decision: StoredDecision | None
) -> BesideLead | None:
    """The lead that the decision asked about, while that is open; where another lead has absorbed
    it, that one.
    """
    asked = decision.facts.lead.possible_duplicate if decision else None
    if asked is None or case.state != "open":
        return None
    other = work.leads.get(work.merges.survivor_of(asked) or asked)
    verdict = work.matches.verdict(pair_of(case.lead_id, other.id)) if other else None
    if other is None or verdict is None or verdict.verdict != "unsure":
        return None
    owner = policy.person(other.owner).name if other.owner else other.place
    return BesideLead(
        lead_id=other.id,
        name=best_name(policy, other),
        place=f"{owner}, {policy.stage_name(other.stage)}",
        facts=_case_facts(policy, other),
    )


def _case_facts(policy: Policy, lead: Lead) -> tuple[tuple[str, str], ...]:
    score = lead.score.value if lead.score else None
    facts = (
        ("Company", lead.company),
        ("Size and industry", company_facts(lead)),
        ("Title", lead.title),
        ("From", location(lead)),
        ("E-mail", lead.email),
        ("Phone", lead.phone),
        ("Score", None if score is None else str(score)),
        ("Source", policy.source_name(lead.source)),
    )
    return tuple((label, value) for label, value in facts if value)


def _queue_name(policy: Policy, case: ExceptionCase) -> str | None:
    queue = policy.queue_of(case.kind)
    return f"{queue.name} ({policy.person(queue.owner).name})" if queue else None


def _outcome(policy: Policy, case: ExceptionCase) -> str | None:
    if case.resolved_at is None:
        return None
    when = local_time(case.resolved_at, policy.company.default_time_zone)
    return f"{resolution_of(case, policy)}, {when}."


def _noted(work: UnitOfWork, policy: Policy, owed: OutboxMessage) -> TextMessage | None:
    return TextMessage(text=owed.note) if owed.note else None


def _reminder(work: UnitOfWork, policy: Policy, owed: OutboxMessage) -> TextMessage | None:
    """A reminder for a clock still running; None when it was met meanwhile."""
    deadline = work.deadlines.get(owed.subject_id)
    assignment = work.assignments.get(deadline.subject_id)
    clock = deadline.clock
    if assignment.ended_at or assignment.met(clock):
        return None
    lead = work.leads.get(deadline.lead_id)
    owner = policy.person(assignment.person)
    due = next(d for d in work.deadlines.of_subject(assignment.id) if d.kind == f"{clock}_breach")
    when = local_time(due.due_at, owner.time_zone)
    name = best_name(policy, lead) if lead else deadline.lead_id
    return TextMessage(
        text=f"Reminder: {CLOCK_NAMES[clock]} of {name} is due {when}.",
        mentions=(owner.slack_user,),
    )


def _breach(work: UnitOfWork, policy: Policy, owed: OutboxMessage) -> TextMessage | None:
    deadline = work.deadlines.get(owed.subject_id)
    lead = work.leads.get(deadline.lead_id)
    name = best_name(policy, lead) if lead else deadline.lead_id
    if deadline.kind == "case_age":
        zone = policy.company.default_time_zone
        return TextMessage(
            text=f"This case about {name} has waited past its limit "
            f"({local_time(deadline.due_at, zone)}). It still needs a person."
        )
    assignment = work.assignments.get(deadline.subject_id)
    owner = policy.person(assignment.person)
    when = local_time(deadline.due_at, owner.time_zone)
    return TextMessage(
        text=f"Missed: {CLOCK_NAMES[deadline.clock]} of {name} was due {when}. Owner: {owner.name}."
    )


_COMPOSERS: dict[MessageKind, Callable[[UnitOfWork, Policy, OutboxMessage], Message | None]] = {
    "lead_card": _lead_card,
    "case_card": _case_card,
    "policy_card": policy_card,
    "timeline": _noted,
    "notice": _noted,
    "reminder": _reminder,
    "breach": _breach,
    "import_digest": import_digest,
    "queue_reminder": queue_reminder,
    "queue_overdue": queue_overdue,
    "hand_over": hand_over_message,
}
