"""Points, engagement, bands and data quality: whether they can hold, and name what exists."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import get_args

from routing.lead import PROFILE_FIELDS, LeadFacts
from routing.normalise.industry import SECTORS
from routing.policy.checks import names
from routing.policy.conditions import FIELDS, is_number
from routing.policy.errors import PolicyError, nearest
from routing.policy.iso import country_name, region_name
from routing.policy.model import Policy
from routing.policy.origins import Origins
from routing.policy.read_yaml import Path
from routing.policy.scoring import Condition, PointRule

FILE = "scoring.yml"


def problems(policy: Policy, origins: Origins) -> Iterator[PolicyError]:
    scoring = policy.scoring
    yield from names.ids(origins, FILE, [p.id for p in scoring.points], ("points",))
    if scoring.medium >= scoring.high:
        yield origins.error(FILE, ("medium",), "medium must be below high")
    for i, rule in enumerate(scoring.points):
        yield from _condition(policy, origins, ("points", i, "when"), rule.when)
    yield from _stated_twice(policy, origins)
    yield from _engagement(policy, origins)
    for name in scoring.quality.fields:
        if name not in PROFILE_FIELDS:
            at = ("quality", "fields", name)
            hint = nearest(name, PROFILE_FIELDS)
            yield origins.error(FILE, at, f"unknown field {name!r}", hint)


def _condition(
    policy: Policy, origins: Origins, path: Path, when: Condition
) -> Iterator[PolicyError]:
    at = (*path, "field")
    if when.field not in FIELDS:
        message = f"unknown field {when.field!r}"
        yield origins.error(FILE, at, message, nearest(when.field, FIELDS))
        return
    bounded = when.at_least is not None or when.at_most is not None
    if not (when.is_in or when.present is not None or bounded):
        yield origins.error(FILE, path, "the condition states nothing to hold")
    if bounded and not is_number(when.field):
        yield origins.error(FILE, at, f"{when.field!r} is not a number: at_least and at_most")
    if _never_holds(when):
        yield origins.error(FILE, path, "no lead fits: its bounds exclude each other")
    yield from _values(policy, origins, path, when)


def _never_holds(when: Condition) -> bool:
    low, high = when.at_least, when.at_most
    if low is not None and high is not None and low > high:
        return True
    stated = bool(when.is_in) or low is not None or high is not None
    return when.present is False and stated and LeadFacts.model_fields[when.field].default is None


def _values(policy: Policy, origins: Origins, path: Path, when: Condition) -> Iterator[PolicyError]:
    """Values that the field never has, such as a misspelt title tier or a source that is gone."""
    for i, value in enumerate(when.is_in):
        at = (*path, "is_in", i)
        if when.field == "source":
            yield from origins.unknown(FILE, at, value, names.sources(policy))
        elif when.field == "known_owner":
            yield from origins.unknown(FILE, at, value, names.people(policy))
        elif not _is_a_value(policy, when.field, value):
            message = f"{value!r} is not a value of {when.field!r}"
            yield origins.error(FILE, at, message, nearest(value, _words(policy, when.field)))


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


def _stated_twice(policy: Policy, origins: Origins) -> Iterator[PolicyError]:
    """Rules with one condition: together they give other points than each of them says."""
    first: dict[Condition, PointRule] = {}
    for i, rule in enumerate(policy.scoring.points):
        words = sorted({word.casefold() for word in rule.when.is_in})
        other = first.setdefault(rule.when.model_copy(update={"is_in": tuple(words)}), rule)
        if other is rule:
            continue
        message = f"{rule.id!r} has the condition of {other.id!r}"
        if (rule.points < 0) != (other.points < 0):
            yield origins.error(FILE, ("points", i), f"{message} and says the opposite")
        else:
            yield origins.warning(FILE, ("points", i), f"{message}: both points are given")


def _engagement(policy: Policy, origins: Origins) -> Iterator[PolicyError]:
    rules = policy.scoring.engagement
    yield from names.ids(origins, FILE, [rule.kind for rule in rules], ("engagement",))
    for i, rule in enumerate(rules):
        if rule.cap < abs(rule.points):
            message = f"cap {rule.cap} is less than one event gives ({abs(rule.points)})"
            yield origins.error(FILE, ("engagement", i, "cap"), message)
    if rules and not policy.scoring.weights.engagement:
        message = "engagement counts 0 per cent: none of its events changes a score"
        yield origins.warning(FILE, ("weights", "engagement"), message)
