"""From the text of the policy's files to one frozen `Policy`, or all its errors at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from pydantic import ValidationError

from routing.normalise.own_words import OwnWord
from routing.people import Absence, Person
from routing.policy.check import ANALYSIS, SOUNDNESS, Check, check
from routing.policy.checks import refused
from routing.policy.checks.refused import Refused
from routing.policy.model import Policy
from routing.policy.reading.errors import PolicyError, PolicyErrors, nearest
from routing.policy.reading.explain import explain
from routing.policy.reading.origins import FileOrigin, Origins
from routing.policy.reading.read_csv import read_csv
from routing.policy.reading.read_yaml import Path, read_yaml
from routing.policy.tables.calendars import Calendar
from routing.policy.tables.company import Company
from routing.policy.tables.enrichment import Enrichment
from routing.policy.tables.exceptions import ExceptionPolicy
from routing.policy.tables.matching import Matching
from routing.policy.tables.pools import Pool
from routing.policy.tables.queues import Queue
from routing.policy.tables.rules import Rule
from routing.policy.tables.scoring import Scoring
from routing.policy.tables.segments import Segment
from routing.policy.tables.sla import Sla
from routing.policy.tables.sources import SourcePolicy
from routing.policy.tables.stages import Lifecycle
from routing.policy.tables.territories import TerritoryRow
from routing.values import Value

TABLES: dict[str, tuple[str, type[Value]]] = {
    "people.csv": ("people", Person),
    "territories.csv": ("territories", TerritoryRow),
    "rules.csv": ("rules", Rule),
    "aliases.csv": ("aliases", OwnWord),
    "absences.csv": ("absences", Absence),
}
"""CSV files: the part of the policy each holds and what one row is."""

LISTS: dict[str, tuple[str, type[Value]]] = {
    "segments.yml": ("segments", Segment),
    "pools.yml": ("pools", Pool),
    "queues.yml": ("queues", Queue),
    "calendars.yml": ("calendars", Calendar),
    "sources.yml": ("sources", SourcePolicy),
}
"""YAML files that hold one list under the name of the part."""

WHOLES: dict[str, tuple[str, type[Value]]] = {
    "company.yml": ("company", Company),
    "scoring.yml": ("scoring", Scoring),
    "sla.yml": ("sla", Sla),
    "stages.yml": ("lifecycle", Lifecycle),
    "exceptions.yml": ("exceptions", ExceptionPolicy),
    "enrichment.yml": ("enrichment", Enrichment),
    "matching.yml": ("matching", Matching),
}
"""YAML files that are one value."""

FILES = (*TABLES, *LISTS, *WHOLES)
OPTIONAL = frozenset({"aliases.csv", "absences.csv", "enrichment.yml", "matching.yml"})
"""Files that a policy may go without."""

_STAND_INS: dict[str, Value] = {
    "company": Company(name="", managers_channel=""),
    "scoring": Scoring(points=(), high=1, medium=0),
    "sla": Sla(rules=()),
    "lifecycle": Lifecycle(stages=(), transitions=(), initial="", acknowledged="", working=""),
    "exceptions": ExceptionPolicy(),
    "enrichment": Enrichment(),
    "matching": Matching(),
}
"""What stands for an unreadable whole, so that the other files can still be checked."""


@dataclass
class _Draft:
    parts: dict[str, object] = field(default_factory=dict)
    origins: Origins = field(default_factory=Origins)
    errors: list[PolicyError] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)


def load_policy(files: Mapping[str, str]) -> Policy:
    """The policy that these files (name to text) say; PolicyErrors with every error of all.

    The same files give the same value without being read again. What stands in the way of no
    decision, such as a rule that never wins, is not looked for.
    """
    return _load(frozenset(files.items()), SOUNDNESS)[0]


def load_policy_with_warnings(
    files: Mapping[str, str],
) -> tuple[Policy, tuple[PolicyError, ...]]:
    """The policy, and what is worth a look but not wrong; PolicyErrors as `load_policy`, and for
    what can never work.
    """
    return _load(frozenset(files.items()), (*SOUNDNESS, *ANALYSIS))


@lru_cache(maxsize=8)
def _load(
    named: frozenset[tuple[str, str]], checks: tuple[Check, ...]
) -> tuple[Policy, tuple[PolicyError, ...]]:
    files = dict(named)
    draft = _Draft(errors=_unknown_files(files))
    for file in FILES:
        _read(draft, file, files.get(file))
    policy = Policy.model_construct(**draft.parts)  # type: ignore[arg-type]  # each part is typed by its table above
    found = check(policy, draft.origins, checks)
    draft.errors += refused.problems(policy, draft.origins, draft.refused)
    errors = draft.errors + [p for p in found if p.severity == "error"]
    if errors:
        raise PolicyErrors(sorted(errors, key=_reading_order))
    return policy, tuple(p for p in found if p.severity == "warning")


def _reading_order(error: PolicyError) -> tuple[int, int, str]:
    at = FILES.index(error.file) if error.file in FILES else len(FILES)
    return at, error.line or 0, error.message


def _unknown_files(files: Mapping[str, str]) -> list[PolicyError]:
    return [
        PolicyError(name, 1, "is not a file of a policy", nearest(name, FILES))
        for name in files
        if name not in FILES
    ]


def _read(draft: _Draft, file: str, text: str | None) -> None:
    part = (TABLES | LISTS | WHOLES)[file][0]
    draft.parts[part] = _STAND_INS.get(part, ())
    draft.origins.files[file] = FileOrigin(unreadable=True)
    if text is None and file in OPTIONAL:
        return
    if text is None:
        draft.errors.append(PolicyError(file, 1, "the file is missing"))
    elif file in TABLES:
        _read_table(draft, file, text)
    else:
        _read_yaml_file(draft, file, text)


def _read_table(draft: _Draft, file: str, text: str) -> None:
    part, model = TABLES[file]
    fields = {field.alias or name: field for name, field in model.model_fields.items()}
    table = read_csv(file, text, fields, [n for n, f in fields.items() if f.is_required()])
    draft.errors += table.errors
    if table.unreadable:
        return
    lines: dict[Path, int] = {(row.line,): row.line for row in table.rows}
    draft.origins.files[file] = FileOrigin(lines)
    entries = [((row.line,), row.cells) for row in table.rows]
    draft.parts[part] = _accept(draft, file, model, entries)


def _read_yaml_file(draft: _Draft, file: str, text: str) -> None:
    found = read_yaml(file, text)
    draft.errors += found.errors
    if found.unreadable:
        return
    if not isinstance(found.value, dict):
        draft.errors.append(PolicyError(file, 1, "the file must hold `key: value` lines"))
        return
    origin = FileOrigin(found.lines)
    if file in WHOLES:
        _read_whole(draft, file, origin, found.value)
    else:
        _read_list(draft, file, origin, found.value)


def _read_whole(draft: _Draft, file: str, origin: FileOrigin, value: dict[str, object]) -> None:
    part, model = WHOLES[file]
    try:
        draft.parts[part] = model.model_validate(value)
        draft.origins.files[file] = origin
    except ValidationError as error:
        draft.errors += explain(file, origin, (), model, error)
        draft.refused.append(Refused(file, origin, (), _unharmed(value, error)))


def _read_list(draft: _Draft, file: str, origin: FileOrigin, value: dict[str, object]) -> None:
    part, model = LISTS[file]
    draft.errors += [
        PolicyError(file, origin.line((key,)), f"unknown key {key!r}", nearest(key, [part]))
        for key in value
        if key != part
    ]
    entries = value.get(part)
    if not isinstance(entries, list):
        message = f"{part!r} is missing" if entries is None else f"{part!r} must be a list"
        draft.errors.append(PolicyError(file, origin.line((part,)), message))
        return
    draft.origins.files[file] = origin
    paths: list[tuple[Path, object]] = [((part, i), entry) for i, entry in enumerate(entries)]
    draft.parts[part] = _accept(draft, file, model, paths)


def _accept(
    draft: _Draft, file: str, model: type[Value], entries: Sequence[tuple[Path, object]]
) -> tuple[Value, ...]:
    """The entries that are well-formed; the ids of the others are remembered as refused."""
    origin, accepted = draft.origins.files[file], list[Value]()
    for path, entry in entries:
        try:
            accepted.append(model.model_validate(entry))
            origin.items.append(path)
        except ValidationError as error:
            draft.errors += explain(file, origin, path, model, error)
            draft.refused.append(Refused(file, origin, path, _unharmed(entry, error)))
            origin.refused |= _names(entry)
    return tuple(accepted)


def _unharmed(entry: object, error: ValidationError) -> dict[str, object]:
    """The values of a refused entry that the error does not speak of."""
    stated = entry if isinstance(entry, dict) else {}
    told = {detail["loc"][0] for detail in error.errors() if detail["loc"]}
    return {str(name): value for name, value in stated.items() if name not in told}


def _names(entry: object) -> set[str]:
    stated = entry if isinstance(entry, dict) else {}
    return {str(stated[key]) for key in ("id", "territory") if key in stated}
