"""Leads worth so much that a person approves their owner, whatever the score (R5)."""

from __future__ import annotations

from routing.decide.decision import Decision, Step, Suggestion
from routing.lead import LeadFacts
from routing.policy.conditions import fact, holds
from routing.policy.model import Policy
from routing.policy.tables.exceptions import HighValue
from routing.policy.tables.scoring import Condition


def held_for_approval(policy: Policy, lead: LeadFacts, found: Decision) -> Decision:
    """The decision, or a case that suggests its owner when the lead is of high value.

    The lead of a known owner needs no approval, nor one a person has decided about; other cases
    stay: people look at them anyway.
    """
    predicate = policy.exceptions.high_value
    if predicate is None or lead.approved or not _is_asked_about(found):
        return found
    why = _first_that_holds(predicate, lead)
    return found if why is None else _case(found, _words(why, lead))


def _is_asked_about(found: Decision) -> bool:
    if found.place == "case":
        return found.case == "nobody_eligible"
    return found.pool is not None or found.place in ("queue", "nurture")


def _first_that_holds(predicate: HighValue, lead: LeadFacts) -> tuple[Condition, ...] | None:
    return next((c for c in predicate.any_of if _all_hold(c, lead)), None)


def _all_hold(conditions: tuple[Condition, ...], lead: LeadFacts) -> bool:
    for condition in conditions:
        if not holds(condition, lead):
            return False
    return bool(conditions)


def _words(conditions: tuple[Condition, ...], lead: LeadFacts) -> str:
    """`company size 6000 and domain acme.com`."""
    named = dict.fromkeys(one.field for one in conditions)
    return " and ".join(f"{name.replace('_', ' ')} {_value(fact(lead, name))}" for name in named)


def _value(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _case(found: Decision, why: str) -> Decision:
    reason = f"It is a high-value lead ({why}): a person approves its owner."
    step = Step(step="approval", outcome="high_value", reason=reason)
    steps = (*found.trace.steps, step)
    return found.model_copy(
        update={
            "place": "case",
            "case": "high_value",
            "reason": reason,
            "owner": None,
            "queue": None,
            "wait_until": None,
            "waits_for": None,
            "suggestion": _suggestion(found),
            "trace": found.trace.model_copy(update={"steps": steps, "is_taken": False}),
        }
    )


def _suggestion(found: Decision) -> Suggestion | None:
    if found.owner is None:
        return found.suggestion
    return Suggestion(person=found.owner, reason=found.reason.rstrip("."))
