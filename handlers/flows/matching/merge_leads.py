"""A person says whether two leads are one (I5, R5, S2)."""

from __future__ import annotations

from dataclasses import dataclass

from handlers.flows.ports import Ports
from handlers.flows.refusals import TooLateError
from handlers.flows.steps.again import done_again
from handlers.flows.steps.deciding.endings import resolve, route_again
from handlers.flows.steps.matching.merging import absorb_stored, carry_on
from handlers.flows.steps.permission import require_decider
from handlers.flows.steps.settlement import Settlement
from handlers.flows.telling.wording import who_was_first
from routing.lead import Lead
from routing.matching.merge import survivor_first
from routing.people import Person
from storage.audit import Actor
from storage.deciding.cases import ExceptionCase
from storage.records.matches import Verdict, pair_of
from storage.unit_of_work import UnitOfWork

CHANGED = "The question has changed meanwhile. Look at the case again."


@dataclass(frozen=True)
class Question:
    """The case, and the lead that its message showed beside the case's own."""

    case_id: str
    other_id: str


def merge_case(
    ports: Ports, question: Question, *, person: Person, reason: str | None = None
) -> None:
    """The case's lead and the one it may be are one. Of two people at once, one wins.

    Raises NotAllowedError, or TooLateError when it was decided or has changed meanwhile.
    """
    require_decider(person)

    def merged() -> None:
        with ports.database.writing() as work:
            s = _settlement(ports, work, person)
            case, verdict, held = _in_question(s, question)
            _resolve(s, case, "Merged")
            survivor, absorbed = survivor_first(*held.values())
            why = (*verdict.reasons, *([reason] if reason else ()))
            carry_on(s, absorb_stored(s, survivor, absorbed, why).merged, case.id)

    done_again(merged)


def keep_apart(
    ports: Ports, question: Question, *, person: Person, reason: str | None = None
) -> None:
    """They are two leads; that is remembered, and nobody is asked about this pair again.

    Raises as `merge_case` does.
    """
    require_decider(person)

    def kept() -> None:
        with ports.database.writing() as work:
            s = _settlement(ports, work, person)
            _keep_apart(s, question, person, reason)

    done_again(kept)


def _keep_apart(s: Settlement, question: Question, person: Person, reason: str | None) -> None:
    case, verdict, held = _in_question(s, question)
    _resolve(s, case, "Kept apart")
    told = {"verdict": "apart", "decided_by": person.id, "decided_at": s.now, "note": reason}
    s.work.matches.say(verdict.model_copy(update=told))
    for one in held:
        _audit_apart(s, one, verdict, reason)
    route_again(s, held[case.lead_id], case.id)


def _settlement(ports: Ports, work: UnitOfWork, person: Person) -> Settlement:
    now, actor = ports.clock.now(), Actor(kind="person", id=person.id)
    return Settlement(ports, work, ports.policies.active(work), now, actor)


def _in_question(
    s: Settlement, question: Question
) -> tuple[ExceptionCase, Verdict, dict[str, Lead]]:
    """The open case, what was said of the pair, and both leads held. Raises TooLateError."""
    case = s.work.cases.get(question.case_id)
    held = s.work.leads.hold_all({case.lead_id, question.other_id})
    case = s.work.cases.get(question.case_id)
    if case.state != "open":
        raise TooLateError(who_was_first(case, s.active.policy))
    verdict = s.work.matches.verdict(pair_of(case.lead_id, question.other_id))
    if len(held) < 2 or case.lead_id not in held or verdict is None or verdict.verdict != "unsure":
        raise TooLateError(CHANGED)
    return case, verdict, held


def _resolve(s: Settlement, case: ExceptionCase, resolution: str) -> None:
    if not resolve(s, case, resolution, reason=resolution):
        raise TooLateError(who_was_first(s.work.cases.get(case.id), s.active.policy))


def _audit_apart(s: Settlement, lead_id: str, verdict: Verdict, reason: str | None) -> None:
    s.on_record(
        lead_id,
        "lead.kept_apart",
        about=f"{verdict.left_id}:{verdict.right_id}",
        reason=reason,
        after={"from": verdict.other_than(lead_id), "reasons": list(verdict.reasons)},
    )
