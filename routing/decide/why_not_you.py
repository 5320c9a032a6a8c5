"""A decision in one line to somebody who wants to know why they did not get the lead (R6)."""

from __future__ import annotations

from routing.decide.decision import Decision, Trace
from routing.decide.words import candidates
from routing.people import Person
from routing.policy.model import Policy

AWAY = "is away: "
TO_YOU = (
    ("is away", "you were away"),
    ("is outside working hours", "it was outside your working hours"),
    ("had this lead, and it was taken from them", "you had it, and it was taken from you"),
    ("does not have ", "you do not have "),
    ("has ", "you had "),
    ("is ", "you were "),
)
"""How the reason against somebody begins, and what they are told themselves."""


def why_not_you(decision: Decision, policy: Policy, reader: Person) -> str | None:
    """`You did not get it: you were away (fair).`; None where the decision says nothing of them."""
    if decision.owner == reader.id:
        return "You have it."
    refusals = () if decision.trace.is_in_words else decision.trace.refusals
    against = dict(refusals).get(reader.id)
    if against is not None:
        return f"You did not get it: {_to_you(against)}."
    after = _after(decision.trace, policy, reader)
    if after is not None:
        return after
    pool = policy.pool_by_id.get(decision.pool or "")
    if pool is None or decision.owner is None:
        return f"You did not get it: {decision.reason}" if decision.owner else None
    if any(member.person == reader.id for member in pool.members):
        return f"You did not get it: {decision.reason}"
    went = f"You are not in {pool.name}, the pool it went to."
    return None if reader.may_decide else went


def _after(trace: Trace, policy: Policy, reader: Person) -> str | None:
    """To somebody who could have taken the lead; None to others."""
    mine = next((c for c in candidates(trace) if c.person == reader.id and c.rank), None)
    if mine is None:
        return None
    if not trace.is_taken:
        return "You could take it, but nobody has it yet: a person decides."
    first = policy.person_by_id.get(trace.claims[0].person)
    name = first.name if first else trace.claims[0].person
    why = mine.reason.replace("their ", "your ")
    return f"You did not get it: {name} was next; you come after, {why}."


def _to_you(against: str) -> str:
    """`you were away (fair)` of `is away: fair`."""
    if against.startswith(AWAY):
        return f"you were away ({against.removeprefix(AWAY)})"
    for begin, told in TO_YOU:
        if against.startswith(begin):
            return told + against.removeprefix(begin)
    return against
