"""Rules and score points: whether they can match, and whether they name what exists."""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_args

from routing.lead import LeadFacts
from routing.policy.checks import names
from routing.policy.conditions import FIELDS, is_number
from routing.policy.errors import PolicyError, nearest
from routing.policy.model import ANY, Condition, Policy, Rule
from routing.policy.origins import Names, Origins
from routing.policy.read_yaml import Path
from routing.values import Band

FILE = "rules.csv"
SCORING = "scoring.yml"
BANDS = get_args(Band)


def problems(policy: Policy, origins: Origins) -> Iterator[PolicyError]:
    yield from names.ids(origins, FILE, [r.id for r in policy.rules])
    yield from names.ids(origins, SCORING, [p.id for p in policy.scoring.points], ("points",))
    for i, rule in enumerate(policy.rules):
        yield from _rule(policy, origins, i, rule)
    yield from _unreachable(policy, origins)
    yield from _uncovered(policy, origins)
    for i, points in enumerate(policy.scoring.points):
        yield from _condition(origins, ("points", i, "when"), points.when)


def _rule(policy: Policy, origins: Origins, i: int, rule: Rule) -> Iterator[PolicyError]:
    columns = (
        (rule.territory, names.territories(policy)),
        (rule.segment, names.segments(policy)),
        (rule.source, names.sources(policy)),
        (rule.band, Names("band", FILE, BANDS)),
    )
    for value, known in columns:
        yield from origins.unknown(FILE, (i,), None if value == ANY else value, known)
    if rule.send_to.kind != "nurture":
        home = names.pools(policy) if rule.send_to.kind == "pool" else names.queues(policy)
        yield from origins.unknown(FILE, (i,), rule.send_to.id or "", home)


def _unreachable(policy: Policy, origins: Origins) -> Iterator[PolicyError]:
    """Rules with the columns of another that comes first by priority, then id."""
    first: dict[tuple[str, ...], Rule] = {}
    for rule in sorted(policy.rules, key=lambda r: (-r.priority, r.id)):
        first.setdefault((rule.territory, rule.segment, rule.band, rule.source), rule)
    for i, rule in enumerate(policy.rules):
        winner = first[(rule.territory, rule.segment, rule.band, rule.source)]
        if winner.id != rule.id:
            message = f"rule {rule.id!r} never applies: {winner.id!r} has the same columns"
            yield origins.warning(FILE, (i,), f"{message} and comes first")


def _uncovered(policy: Policy, origins: Origins) -> Iterator[PolicyError]:
    """Territories (and the rest of the world) that no rule takes whole."""
    whole = {r.territory for r in policy.rules if (r.segment, r.band, r.source) == (ANY,) * 3}
    excused = set(policy.exceptions.unrouted)
    if ANY in whole:
        return
    for name in sorted({row.territory for row in policy.territories} - whole - excused):
        message = f"no default rule for territory {name!r}: some of its leads become no_rule cases"
        yield origins.warning(FILE, (), message)
    if not any(row.country == ANY for row in policy.territories):
        yield origins.warning(FILE, (), "no default rule for leads in no territory")


def _condition(origins: Origins, path: Path, when: Condition) -> Iterator[PolicyError]:
    at = (*path, "field")
    if when.field not in FIELDS:
        message = f"unknown field {when.field!r}"
        yield origins.error(SCORING, at, message, nearest(when.field, FIELDS))
        return
    if not (when.is_in or when.present is not None or _bounded(when)):
        yield origins.error(SCORING, path, "the condition states nothing to hold")
    if _bounded(when) and not is_number(when.field):
        yield origins.error(SCORING, at, f"{when.field!r} is not a number: at_least and at_most")
    yield from _vocabulary(origins, path, when)


def _bounded(when: Condition) -> bool:
    return when.at_least is not None or when.at_most is not None


def _vocabulary(origins: Origins, path: Path, when: Condition) -> Iterator[PolicyError]:
    """Values outside the closed vocabulary of a field, such as a misspelt title tier."""
    known = _options(when.field)
    for i, value in enumerate(when.is_in if known else ()):
        if value not in known:
            message = f"{value!r} is not a value of {when.field!r}"
            yield origins.error(SCORING, (*path, "is_in", i), message, nearest(value, known))


def _options(field: str) -> tuple[str, ...]:
    """The words of a Literal field, or nothing for an open one."""
    options = [get_args(part) for part in get_args(LeadFacts.model_fields[field].annotation)]
    return tuple(word for words in options for word in words if isinstance(word, str))
