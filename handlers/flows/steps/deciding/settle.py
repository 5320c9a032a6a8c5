"""Put a decided lead in its place, with all that follows from it, in the caller's transaction."""

from __future__ import annotations

from datetime import datetime

from handlers.flows.steps.deciding.pool_states import count_given, count_regained
from handlers.flows.steps.deciding.suggested import suggested
from handlers.flows.steps.deciding.waiting_clocks import due_while_waiting
from handlers.flows.steps.settlement import Settlement
from handlers.flows.steps.taking_in.import_work import tell_late
from handlers.flows.steps.telling import tell
from handlers.flows.steps.telling.cards import owe_case_card, owe_lead_card
from handlers.flows.steps.telling.summary_input import summary_input
from routing.decide.decision import Decision
from routing.lead import Lead
from routing.policy.model import Policy
from routing.policy.tables.imports import ImportHandling
from routing.sla.clocks import start_clocks
from storage.database.base import new_id
from storage.deadlines import WAITING_CLOCKS, Deadline, DeadlineKind
from storage.deciding.assignments import POLICY, Assignment, StoredDecision
from storage.deciding.cases import ExceptionCase
from storage.taking_in.imported_leads import DigestEntry

BY_ITSELF = ImportHandling(clocks=True, tell="each")
"""How a lead is treated that came by itself, or that a person decided about."""


def settle(s: Settlement, lead: Lead, decision: StoredDecision) -> None:
    """Store the lead in the place the decision gives it; the caller holds it locked."""
    outcome = decision.decision
    if lead.waits_since is not None:
        s.work.deadlines.cancel(lead.id, WAITING_CLOCKS, s.now)
    order = s.work.imported_leads.order_for(lead.id)
    lead = lead.model_copy(
        update={
            "place": outcome.place,
            "owner": outcome.owner,
            "queue": outcome.queue,
            "territory": outcome.territory,
            "segment": outcome.segment,
            "band": outcome.band,
            "waits_since": _waits_since(s, lead, outcome),
            "waits_for": outcome.waits_for,
        }
    )
    s.work.leads.save(lead, s.now)
    _audit(s, lead, decision)
    handling = order.handling if order and s.actor.kind != "person" else BY_ITSELF
    entry = DigestEntry(lead_id=lead.id)
    if outcome.place == "owner":
        entry = _assign(s, lead, decision, handling)
    elif outcome.place == "case":
        entry = _open_case(s, lead, decision, handling)
    elif outcome.place == "queue":
        _arm_waiting(s, lead, outcome)
    # In a queue it still waits, and is treated as its import says when it is decided in the end.
    if order is not None and outcome.place != "queue":
        s.work.imported_leads.settle(order.import_id, entry, s.now)
        if entry.recipient is not None and not order.is_feeding:
            tell_late(s.ports, s.work, order.import_id, s.now)


def _waits_since(s: Settlement, lead: Lead, outcome: Decision) -> datetime | None:
    """Since when it waits, through every new decision that leaves it waiting."""
    return (lead.waits_since or s.now) if outcome.place in ("queue", "case") else None


def _arm_waiting(s: Settlement, lead: Lead, outcome: Decision) -> None:
    """The clocks of a lead in a queue; what has been told of this wait is not told again."""
    told = {
        (one.kind, one.started_at)
        for one in s.work.deadlines.of_subject(lead.id)
        if one.state == "fired" and one.kind != "opening"
    }
    since = lead.waits_since or s.now
    moments = due_while_waiting(s.active.policy, lead, outcome.wait_until)
    armed = [(kind, due) for kind, due in moments if (kind, since) not in told]
    s.work.deadlines.arm(
        [
            _deadline(s, lead.id, lead.id, kind, due).model_copy(update={"started_at": since})
            for kind, due in armed
        ]
    )


def await_opening(s: Settlement, lead: Lead, opening: datetime) -> None:
    """A lead that goes on waiting in its queue is looked at again when its people are in."""
    s.work.deadlines.arm([_deadline(s, lead.id, lead.id, "opening", opening)])


def _audit(s: Settlement, lead: Lead, decision: StoredDecision) -> None:
    outcome = decision.decision
    s.on_record(
        lead.id,
        _ACTIONS[outcome.place],
        about=decision.id,
        reason=outcome.reason,
        after=outcome.model_dump(
            mode="json", exclude_none=True, exclude={"trace", "place", "reason"}
        )
        | {"score": lead.score.value if lead.score else None},
    )


_ACTIONS = {
    "owner": "lead.assigned",
    "case": "case.opened",
    "queue": "lead.queued",
    "nurture": "lead.nurtured",
    "suppressed": "lead.suppressed",
}


def _assign(
    s: Settlement, lead: Lead, decision: StoredDecision, handling: ImportHandling
) -> DigestEntry:
    outcome = decision.decision
    assert outcome.owner is not None
    template = s.ports.template
    assignment = Assignment(
        id=new_id("asg"),
        lead_id=lead.id,
        person=outcome.owner,
        pool=outcome.pool or _regained_from(s, decision, outcome.owner),
        decision_id=decision.id,
        assigned_at=s.now,
        summary=template.summarise(summary_input(lead, s.active.policy)).text,
        summary_by=template.model,
    )
    s.work.assignments.add(assignment)
    _tell_who_had_it(s, lead)
    count_given(s.work, outcome)
    if handling.clocks:
        s.work.deadlines.arm(_clocks(s, lead, assignment))
    recipient = s.active.policy.person_by_id[assignment.person].slack_user
    if handling.tell == "each":
        owe_lead_card(s.ports, s.work, assignment, recipient, s.now)
    return _entry(
        lead,
        handling,
        DigestEntry(
            lead_id=lead.id, kind="lead_card", subject_id=assignment.id, recipient=recipient
        ),
    )


def _tell_who_had_it(s: Settlement, lead: Lead) -> None:
    """The closed card of who lost it some time ago says now who has it."""
    lost = s.work.assignments.lost_before(lead.id)
    if lost is not None and lost.ended_at != s.now:  # at this very moment it is redrawn anyway
        tell.redraw(s.ports.engine, s.work, lost.id, "lead_card")


def _regained_from(s: Settlement, decision: StoredDecision, owner: str) -> str | None:
    """The pool whose lead the known owner has again; what a person gives by hand is no pool's."""
    by_policy = decision.decided_by == POLICY
    return count_regained(s.work, decision.lead_id, owner) if by_policy else None


def _entry(lead: Lead, handling: ImportHandling, shown: DigestEntry) -> DigestEntry:
    """What a digest shows of the lead; nothing where it is told otherwise."""
    if handling.tell != "digest":
        return DigestEntry(lead_id=lead.id)
    return shown.model_copy(update={"score": lead.score.value if lead.score else None})


def _clocks(s: Settlement, lead: Lead, assignment: Assignment) -> list[Deadline]:
    """The owner's clocks, frozen now with the policy version they come from (T1)."""
    policy = s.active.policy
    clocks = start_clocks(
        policy,
        segment=lead.segment,
        band=lead.band,
        source=lead.source,
        owner=policy.person_by_id[assignment.person],
        now=s.now,
    )
    moments: list[tuple[DeadlineKind, datetime]] = []
    for clock in clocks:
        if clock.clock == "acknowledge":
            moments += [("acknowledge_reminder", clock.remind_at)]
            moments += [("acknowledge_breach", clock.due_at)]
        else:
            moments += [("first_touch_reminder", clock.remind_at)]
            moments += [("first_touch_breach", clock.due_at)]
    return [_deadline(s, lead.id, assignment.id, kind, due) for kind, due in moments]


def _deadline(
    s: Settlement, lead_id: str, subject_id: str, kind: DeadlineKind, due: datetime
) -> Deadline:
    return Deadline(
        id=new_id("ddl"),
        lead_id=lead_id,
        subject_id=subject_id,
        kind=kind,
        started_at=s.now,
        due_at=due,
        policy_version=s.active.version,
    )


def _open_case(
    s: Settlement, lead: Lead, decision: StoredDecision, handling: ImportHandling
) -> DigestEntry:
    outcome = decision.decision
    assert outcome.case is not None
    policy = s.active.policy
    queue = policy.queue_of(outcome.case)
    suggestion = suggested(s.work, policy, decision, s.now)
    case = ExceptionCase(
        id=new_id("case"),
        lead_id=lead.id,
        kind=outcome.case,
        reason=outcome.reason,
        decision_id=decision.id,
        channel=_channel(policy, outcome),
        suggested_person=suggestion.person if suggestion else None,
        suggested_reason=suggestion.reason if suggestion else None,
        opened_at=s.now,
        due_at=s.now + policy.age_limit_of(outcome.case),
    )
    s.work.cases.open(case)
    if handling.clocks:
        moments: list[tuple[DeadlineKind, datetime]] = [("case_age", case.due_at)]
        if queue and queue.clock:
            moments.append(("case_clock", s.now + queue.clock))
        s.work.deadlines.arm([_deadline(s, lead.id, case.id, k, due) for k, due in moments])
    if handling.tell == "each":
        owe_case_card(s.ports, s.work, case, s.now)
    return _entry(
        lead,
        handling,
        DigestEntry(
            lead_id=lead.id,
            kind="case_card",
            subject_id=case.id,
            recipient=case.channel,
            note=case.kind,
        ),
    )


def _channel(policy: Policy, outcome: Decision) -> str:
    """Where the case's message goes: as its kind says, or its pool, else the company."""
    high_value, pool = policy.exceptions.high_value, policy.pool_by_id.get(outcome.pool or "")
    own = high_value.channel if high_value and outcome.case == "high_value" else None
    return own or (pool.channel if pool else None) or policy.company.managers_channel
