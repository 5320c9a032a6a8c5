"""Conditions over lead facts, as score points use them."""

from __future__ import annotations

from routing.lead import LeadFacts
from routing.policy.tables.scoring import Condition

FIELDS = frozenset(LeadFacts.model_fields) - {"lead_id", "score", "approved", "taken_from"}
"""Facts a condition may name. The score and what people said are what conditions lead to."""


def is_number(field: str) -> bool:
    """Whether the fact is a number, so that `at_least` and `at_most` mean something."""
    return LeadFacts.model_fields[field].annotation == int | None


def is_present(value: object) -> bool:
    """Whether a fact says something: None, no, "" and an empty list do not; 0 does."""
    return value is not None and value is not False and value not in ("", ())


def holds(when: Condition, lead: LeadFacts) -> bool:
    """Whether every stated bound holds; text is compared casefolded, flags one by one.

    Raises AttributeError for an unknown fact, TypeError for a bound on a fact that is no number.
    """
    value = fact(lead, when.field)
    if when.present is not None and when.present != is_present(value):
        return False
    if when.is_in and not _is_one_of(value, when.words):
        return False
    return _within(value, when.at_least, when.at_most)


def _is_one_of(value: object, words: frozenset[str]) -> bool:
    if isinstance(value, tuple):
        return not words.isdisjoint(map(_word, value))
    return value is not None and _word(value) in words


def _word(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value).casefold()


def _within(value: object, low: int | None, high: int | None) -> bool:
    if low is None and high is None:
        return True
    if value is None:
        return False
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"{value!r} has no order")
    return (low is None or value >= low) and (high is None or value <= high)


def fact(facts: LeadFacts, field: str) -> object:
    """The value a condition's `field` names; AttributeError when there is no such fact."""
    value: object = getattr(facts, field)
    return value
