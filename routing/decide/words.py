"""A decision in plain lines, as people read it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from routing.decide.choice.reasons import Comparison
from routing.decide.decision import Decision, Trace
from routing.decide.lookup.rule_words import passed_over, rule_sentence
from routing.policy.model import Policy

TITLES = {
    "suppression": "Suppression",
    "suspicion": "Suspicion",
    "duplicate": "Duplicate",
    "known_owner": "Known owner",
    "required_fields": "Required fields",
    "enrichment": "Enrichment",
    "territory": "Territory",
    "segment": "Segment",
    "band": "Score band",
    "rule": "Rule",
    "pool": "Pool",
    "hours": "Working hours",
    "choice": "Choice",
    "approval": "Approval",
}


def in_words(decision: Decision, policy: Policy) -> list[str]:
    """The result, each step, each person looked at, and the suggestion; names instead of ids."""
    lines = [_result(decision, policy)]
    for step in decision.trace.steps:
        said = rule_sentence(step, policy) if step.step == "rule" else step.reason
        lines.append(f"{TITLES[step.step]}: {said}")
        if step.step != "pool":  # the people of a pool follow below, by name
            lines += [f"  passed over: {line}" for line in passed_over(step, policy)]
    lines += [_candidate(one, policy) for one in candidates(decision.trace)]
    if decision.suggestion:
        name = _name(decision.suggestion.person, policy)
        lines.append(f"Suggestion: {name}, {decision.suggestion.reason}.")
    return lines


def _name(person: str, policy: Policy) -> str:
    known = policy.person_by_id.get(person)
    return known.name if known else person


@dataclass(frozen=True)
class Candidate:
    """One person looked at, with the reason for being taken or left. `rank` is the place in the
    order of choice, 1 is first; None for people who may not receive a lead now.
    """

    person: str
    reason: str
    rank: int | None = None
    is_taken: bool = False


def candidates(trace: Trace) -> list[Candidate]:
    """Everybody looked at: those who can take a lead in the order of choice, then the others."""
    return [*_able(trace), *(Candidate(*refusal) for refusal in trace.refusals)]


def _able(trace: Trace) -> Iterator[Candidate]:
    if not trace.claims or trace.strategy is None:
        return
    compared, first = Comparison(trace.strategy, trace.unit), trace.claims[0]
    yield Candidate(first.person, compared.leading(first), 1, trace.is_taken)
    for place, claim in enumerate(trace.claims[1:], start=2):
        yield Candidate(claim.person, compared.why_after(claim, first), place)


def _candidate(candidate: Candidate, policy: Policy) -> str:
    place = f"{candidate.rank}." if candidate.rank else "-"
    mark = " (chosen)" if candidate.is_taken else ""
    return f"  {place} {_name(candidate.person, policy)}{mark}: {candidate.reason}"


def _result(decision: Decision, policy: Policy) -> str:
    return f"{_place(decision, policy)}: {decision.reason}"


def _place(decision: Decision, policy: Policy) -> str:
    if decision.owner:
        return f"Owner {_name(decision.owner, policy)}"
    if decision.queue:
        names = {queue.id: queue.name for queue in policy.queues}
        return f"Queue {names.get(decision.queue, decision.queue)}"
    if decision.case:
        return f"Case {decision.case.replace('_', ' ')}"
    return "Nurture" if decision.place == "nurture" else "Suppressed"
