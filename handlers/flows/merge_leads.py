"""A person says whether two leads are one (I5, R5, S2)."""

from __future__ import annotations

from handlers.flows.ports import Ports
from handlers.flows.refusals import NotFoundError, TooLateError
from handlers.flows.steps import tell
from handlers.flows.steps.merging import absorb_stored, close_case, route_again
from handlers.flows.steps.permission import require_decider
from handlers.flows.steps.rescore import rescore
from handlers.flows.steps.settle import Settlement
from handlers.flows.wording import who_was_first
from routing.lead import Lead
from routing.matching.merge import survivor_first
from routing.people import Person
from storage.audit import Actor
from storage.cases import ExceptionCase
from storage.matches import Verdict
from storage.unit_of_work import UnitOfWork

NOBODY_TO_COMPARE = "There is no other lead in question any more. Choose an owner instead."


def merge_case(ports: Ports, case_id: str, *, person: Person, reason: str | None = None) -> None:
    """The case's lead and the one it may be are one. Of two people at once, one wins.

    Raises NotAllowedError, NotFoundError when the other lead is gone, or TooLateError.
    """
    now = ports.clock.now()
    require_decider(person)
    with ports.database.writing() as work:
        s = Settlement(ports, work, ports.policies.active(work), now, _actor(person))
        case = work.cases.get(case_id)
        verdict = _in_question(s, case)
        left, right = _held(s, case, verdict.left_id), _held(s, case, verdict.right_id)
        _resolve(s, case, "Merged")
        survivor, absorbed = survivor_first(left, right)
        why = (*verdict.reasons, *([reason] if reason else ()))
        lead = absorb_stored(s, survivor, absorbed, why).merged
        _carry_on(s, lead, case_id)


def keep_apart(ports: Ports, case_id: str, *, person: Person, reason: str | None = None) -> None:
    """They are two leads; that is remembered, and nobody is asked about this pair again.

    Raises as `merge_case` does.
    """
    now = ports.clock.now()
    require_decider(person)
    with ports.database.writing() as work:
        s = Settlement(ports, work, ports.policies.active(work), now, _actor(person))
        case = work.cases.get(case_id)
        lead = _held(s, case, case.lead_id)
        verdict = _in_question(s, case)
        _resolve(s, case, "Kept apart")
        told = {"verdict": "apart", "decided_by": person.id, "decided_at": now, "note": reason}
        work.matches.say(verdict.model_copy(update=told))
        for one in (verdict.left_id, verdict.right_id):
            _audit_apart(s, one, verdict, reason)
        route_again(s, lead, case_id)


def _actor(person: Person) -> Actor:
    return Actor(kind="person", id=person.id)


def _in_question(s: Settlement, case: ExceptionCase) -> Verdict:
    """The likeliest pair with the case's lead that nobody has decided."""
    if case.state != "open":
        raise TooLateError(who_was_first(case, s.active.policy))
    verdict = s.work.matches.unsure_of(case.lead_id)
    if verdict is None or not _there(s.work, verdict.other_than(case.lead_id)):
        raise NotFoundError(NOBODY_TO_COMPARE)
    return verdict


def _held(s: Settlement, case: ExceptionCase, lead_id: str) -> Lead:
    """The lead, held; TooLateError when somebody has merged it away since the case was read."""
    lead = s.work.leads.hold(lead_id)
    if lead is None:
        raise TooLateError(who_was_first(s.work.cases.get(case.id), s.active.policy))
    return lead


def _there(work: UnitOfWork, lead_id: str) -> bool:
    return work.leads.get(lead_id) is not None


def _resolve(s: Settlement, case: ExceptionCase, resolution: str) -> None:
    if not close_case(s, case.id, resolution):
        raise TooLateError(who_was_first(s.work.cases.get(case.id), s.active.policy))
    s.work.audit.append(
        f"lead:{case.lead_id}",
        "case.resolved",
        actor=s.actor,
        now=s.now,
        correlation_id=case.id,
        policy_version=s.active.version,
        reason=resolution,
        before={"case": case.id, "kind": case.kind},
    )


def _audit_apart(s: Settlement, lead_id: str, verdict: Verdict, reason: str | None) -> None:
    s.work.audit.append(
        f"lead:{lead_id}",
        "lead.kept_apart",
        actor=s.actor,
        now=s.now,
        correlation_id=f"{verdict.left_id}:{verdict.right_id}",
        policy_version=s.active.version,
        reason=reason,
        after={"from": verdict.other_than(lead_id), "reasons": list(verdict.reasons)},
    )


def _carry_on(s: Settlement, lead: Lead, case_id: str) -> None:
    """An owner keeps the lead and sees what came; a lead that nobody works is routed."""
    rescore(s, lead)
    if lead.place == "owner":
        tell.redraw_cards_of(s.ports.engine, s.work, lead.id)
        note = "Another lead was the same person; it is part of this one now."
        tell.note_on_timeline(s.ports.engine, s.work, lead.id, note, s.now)
    elif lead.place != "suppressed" and s.work.cases.open_of(lead.id) is None:
        route_again(s, lead, case_id)
