"""Conditions over lead facts: whether they can hold, and name what exists."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import get_args

from routing.lead import LeadFacts
from routing.normalise.industry import SECTORS
from routing.policy.checks import names
from routing.policy.checks.names import At
from routing.policy.conditions import FIELDS, is_number
from routing.policy.iso import country_code, country_name, region_name
from routing.policy.model import Policy
from routing.policy.reading.errors import PolicyError, nearest
from routing.policy.reading.origins import Origins
from routing.policy.tables.scoring import Condition


def problems(policy: Policy, origins: Origins, where: At, when: Condition) -> Iterator[PolicyError]:
    """What is wrong with one condition that is written there."""
    file, path = where
    at = (*path, "field")
    if when.field not in FIELDS:
        message = f"unknown field {when.field!r}"
        yield origins.error(file, at, message, nearest(when.field, FIELDS))
        return
    bounded = when.at_least is not None or when.at_most is not None
    if not (when.is_in or when.present is not None or bounded):
        yield origins.error(file, path, "the condition states nothing to hold")
    if bounded and not is_number(when.field):
        yield origins.error(file, at, f"{when.field!r} is not a number: at_least and at_most")
    if _never_holds(when):
        yield origins.error(file, path, "no lead fits: its bounds exclude each other")
    yield from _values(policy, origins, where, when)


def _never_holds(when: Condition) -> bool:
    low, high = when.at_least, when.at_most
    if low is not None and high is not None and low > high:
        return True
    stated = bool(when.is_in) or low is not None or high is not None
    return when.present is False and stated and LeadFacts.model_fields[when.field].default is None


def _values(policy: Policy, origins: Origins, where: At, when: Condition) -> Iterator[PolicyError]:
    """Values that the field never has, such as a misspelt title tier or a source that is gone."""
    file, path = where
    for i, value in enumerate(when.is_in):
        at = (*path, "is_in", i)
        if when.field == "source":
            yield from origins.unknown(file, at, value, names.sources(policy))
        elif when.field == "known_owner":
            yield from origins.unknown(file, at, value, names.people(policy))
        elif not _is_a_value(policy, when.field, value):
            message = f"{value!r} is not a value of {when.field!r}"
            yield origins.error(file, at, message, _likely(policy, when.field, value))


def _likely(policy: Policy, field: str, value: str) -> str | None:
    if field == "country":
        return country_code(value)
    return nearest(value, _words(policy, field))


def _is_a_value(policy: Policy, field: str, value: str) -> bool:
    if field == "country":
        return country_name(value.upper()) is not None
    if field == "region":
        return region_name(value.upper()) is not None
    known = _words(policy, field)
    return not known or value.casefold() in known


def _words(policy: Policy, field: str) -> Collection[str]:
    """The words a field is made of; nothing when any text may stand there."""
    if field == "industry":
        own = {word.value for word in policy.aliases if word.vocabulary == "sector"}
        return {word.casefold() for word in {*SECTORS, *own}}
    annotation = LeadFacts.model_fields[field].annotation
    if annotation is bool:
        return ("true", "false")
    options = [get_args(part) for part in get_args(annotation)]
    return tuple(word for words in options for word in words if isinstance(word, str))
