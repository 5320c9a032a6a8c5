"""What differs between two policies, for the people who approve the change (G2)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from routing.people import Person
from routing.policy.differences.hours import of_absences, of_calendars
from routing.policy.differences.people import of_people, of_pools
from routing.policy.differences.promises import of_exceptions, of_sla
from routing.policy.differences.scores import of_scoring
from routing.policy.differences.values import capital, changes, label, listed, written
from routing.policy.differences.ways import of_rules, of_territories
from routing.policy.model import Policy
from routing.policy.reading.load import LISTS, TABLES, WHOLES
from routing.values import Value

AVAILABILITY = frozenset({"absences"})
"""Parts of a policy that only say who is there."""
ORDERED: Mapping[str, Callable[[Policy], tuple[Any, ...]]] = {
    "segments": lambda policy: policy.segments,
    "sla": lambda policy: policy.sla.rules,
    "enrichment": lambda policy: policy.enrichment.providers,
}
"""Lists of which the first entry that fits counts."""

Words = Callable[[Policy, Policy], Iterator[str]]
BY_PART: Mapping[str, Words] = {
    "people": of_people,
    "pools": of_pools,
    "territories": of_territories,
    "rules": of_rules,
    "scoring": of_scoring,
    "sla": of_sla,
    "exceptions": of_exceptions,
    "calendars": of_calendars,
    "absences": of_absences,
}


class Difference(Value):
    """One sentence about what a file says differently."""

    file: str
    words: str


def differences(old: Policy, new: Policy) -> tuple[Difference, ...]:
    """Everything that differs, file by file; the order of rows and comments is no difference."""
    found: list[Difference] = []
    for file, (part, _) in (TABLES | LISTS | WHOLES).items():
        sentences = BY_PART[part](old, new) if part in BY_PART else _of_part(part, old, new)
        found += [Difference(file=file, words=words) for words in sentences]
        if part in ORDERED:
            found += [Difference(file=file, words=words) for words in _order(part, old, new)]
    return tuple(found)


def _of_part(part: str, old: Policy, new: Policy) -> Iterator[str]:
    before, after = getattr(old, part), getattr(new, part)
    if not isinstance(before, tuple):
        yield from (f"{capital(phrase)}." for phrase in changes(before, after))
        return
    what = "own word" if part == "aliases" else label(part).removesuffix("s")
    yield from _of_entries(what, before, after)


def _of_entries(what: str, before: tuple[Value, ...], after: tuple[Value, ...]) -> Iterator[str]:
    """Entries by their id; those without one are there or not."""
    was = {_key(entry): entry for entry in before}
    now = {_key(entry): entry for entry in after}
    for key in dict.fromkeys((*was, *now)):
        if key not in now:
            yield f"{capital(what)} {_name(was[key])} is gone."
        elif key not in was:
            yield f"{capital(what)} {_name(now[key])} is new{_told(now[key])}."
        else:
            for phrase in changes(was[key], now[key]):
                yield f"{capital(what)} {_name(now[key])}: {phrase}."


def _key(entry: Value) -> object:
    return getattr(entry, "id", None) or entry.model_dump_json()


def _name(entry: Value) -> str:
    return str(getattr(entry, "name", None) or getattr(entry, "id", None) or written(entry))


def _told(entry: Value) -> str:
    """What is stated of a new entry, beside its names; one without an id is named by all of it."""
    names = entry.model_fields_set - {"id", "name"}
    stated = [f"{label(name)} {written(value)}" for name, value in entry if name in names]
    return f" ({', '.join(stated)})" if stated and hasattr(entry, "id") else ""


def _order(part: str, old: Policy, new: Policy) -> Iterator[str]:
    was = [entry.id for entry in ORDERED[part](old)]
    now = [entry.id for entry in ORDERED[part](new)]
    if [name for name in was if name in now] != [name for name in now if name in was]:
        yield f"They are tried in another order: {listed(now)}."


def is_only_availability(old: Policy, new: Policy) -> bool:
    """Whether nothing differs but who is there: absences, and `active` of people known before who
    neither approve changes nor decide about leads of others.
    """
    parts = set(Policy.model_fields) - AVAILABILITY - {"people"}
    if any(getattr(old, part) != getattr(new, part) for part in parts):
        return False
    return _people(old) == _people(new)


def _people(policy: Policy) -> dict[str, Person]:
    approvers = policy.company.policy_changes.approvers
    return {
        p.id: p if p.may_decide or p.role in approvers else p.model_copy(update={"active": True})
        for p in policy.people
    }
