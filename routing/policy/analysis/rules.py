"""Rules as a whole: which never win, which only their ids tell apart, and what none of them takes.

Exact over every combination of a territory, a segment, a band and a source that a lead can have.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import prod

from routing.policy.analysis import segments, territories
from routing.policy.analysis.first_match import Cell, Entry, Findings, first_match
from routing.policy.analysis.words import COLUMNS, Examples, named, several
from routing.policy.model import Policy
from routing.policy.reading.errors import PolicyError
from routing.policy.reading.origins import Origins
from routing.policy.tables.rules import ANY, Rule

FILE = "rules.csv"
TABLES = ("territories.csv", "segments.yml", "sources.yml", "scoring.yml")
Box = tuple[tuple[str | None, ...], ...]
"""Some values of each column, in all their combinations."""
SHOWN = 10
"""Findings of one kind told one by one; the others are counted."""


def bands(policy: Policy) -> tuple[str, ...]:
    """The bands a score can be in."""
    scoring = policy.scoring
    there = {"high": True, "medium": scoring.medium < scoring.high, "low": scoring.medium > 0}
    return tuple(band for band, is_there in there.items() if is_there)


@dataclass(frozen=True)
class Table:
    """The rules and the values that each of their columns can have."""

    policy: Policy
    examples: Examples
    domains: tuple[Sequence[str | None], ...]
    findings: Findings


def table_of(policy: Policy) -> Table:
    """The walk through all rules of a policy whose names are known."""
    examples = Examples(territories.examples(policy), segments.examples(policy))
    domains: tuple[Sequence[str | None], ...] = (
        tuple(examples.territories),
        tuple(examples.segments),
        bands(policy),
        tuple(source.id for source in policy.sources),
    )
    ordered = sorted(range(len(policy.rules)), key=lambda n: policy.rules[n].id)
    entries = [_entry(policy.rules[n]) for n in ordered]
    found = first_match(entries, domains)
    return Table(policy, examples, domains, _renumbered(found, ordered))


def _entry(rule: Rule) -> Entry:
    return Entry(columns_of(rule), (rule.specificity, rule.priority), rule.send_to)


def columns_of(rule: Rule) -> tuple[str, ...]:
    return rule.territory, rule.segment, rule.band, rule.source


def _renumbered(found: Findings, numbers: Sequence[int]) -> Findings:
    """The findings by place in the policy: between equal grades the lower id is first."""
    wins = {numbers[n]: cell for n, cell in found.wins.items()}
    ties = {numbers[n]: (numbers[by], cell) for n, (by, cell) in found.ties.items()}
    return Findings(found.order, found.domains, wins, ties, found.holes)


def problems(policy: Policy, origins: Origins) -> Iterator[PolicyError]:
    if not (policy.territories and policy.segments and policy.sources):
        return
    if origins.complete(*TABLES):
        table = table_of(policy)
        yield from _unreachable(table, origins)
        yield from _overlaps(table, origins)
        if origins.complete(FILE):
            yield from _uncovered(table, origins)


def _unreachable(table: Table, origins: Origins) -> Iterator[PolicyError]:
    rules = table.policy.rules
    first, known = _first_of_columns(rules), _known(table.policy)
    for i, rule in enumerate(rules):
        if i in table.findings.wins or not _names_exist(rule, known):
            continue
        never = f"rule {rule.id!r} never applies"
        if not rule.specificity and first[columns_of(rule)] is rule:
            message = f"rule {rule.id!r} is never needed: other rules take every lead"
            yield origins.warning(FILE, (i,), message)
        else:
            yield origins.error(FILE, (i,), f"{never}: {_why_never(table, rule, first)}")


def _first_of_columns(rules: Sequence[Rule]) -> dict[tuple[str, ...], Rule]:
    first: dict[tuple[str, ...], Rule] = {}
    for rule in sorted(rules, key=lambda r: (-r.priority, r.id)):
        first.setdefault(columns_of(rule), rule)
    return first


def _known(policy: Policy) -> tuple[set[str], ...]:
    """The names each column may have; a rule with another has a finding of its own."""
    return (
        {row.territory for row in policy.territories},
        {segment.id for segment in policy.segments},
        {"high", "medium", "low"},
        {source.id for source in policy.sources},
    )


def _names_exist(rule: Rule, known: tuple[set[str], ...]) -> bool:
    pairs = zip(columns_of(rule), known, strict=True)
    return all(value == ANY or value in names for value, names in pairs)


def _why_never(table: Table, rule: Rule, first: dict[tuple[str, ...], Rule]) -> str:
    for name, value, domain in zip(COLUMNS, columns_of(rule), table.domains, strict=True):
        if value != ANY and value not in domain:
            return f"no lead is ever in {name} {value!r}"
    winner = first[columns_of(rule)]
    if winner is not rule:
        return f"{winner.id!r} has the same columns and comes first"
    return "rules that come before it take every lead it matches"


def _overlaps(table: Table, origins: Origins) -> Iterator[PolicyError]:
    """Two rules that match one lead alike; grouped by which columns they state."""
    rules = table.policy.rules
    groups: dict[tuple[str, str], list[int]] = defaultdict(list)
    for i, (by, _) in sorted(table.findings.ties.items()):
        groups[_stated(rules[by]), _stated(rules[i])].append(i)
    for losers in groups.values():
        few = losers if len(losers) <= SHOWN else losers[:1]
        for i in few:
            by, cell = table.findings.ties[i]
            more = len(losers) - len(few)
            yield origins.warning(FILE, (i,), _overlap(table, rules[by], rules[i], cell, more))


def _stated(rule: Rule) -> str:
    pairs = zip(COLUMNS, columns_of(rule), strict=True)
    return " and ".join(name for name, value in pairs if value != ANY)


def _overlap(table: Table, first: Rule, second: Rule, cell: Cell, more: int) -> str:
    lead = table.examples.lead_words(table.policy, cell)
    message = (
        f"rules {first.id!r} ({first.send_to}) and {second.id!r} ({second.send_to}) match {lead} "
        f"alike: {first.id!r} wins only because its id comes first; give one a higher priority"
    )
    return f"{message} (and {more} more rules like this one)" if more else message


def _uncovered(table: Table, origins: Origins) -> Iterator[PolicyError]:
    """For each group of territories with the same gap, one finding with an example."""
    gaps = _gaps(table)
    groups: dict[frozenset[Box], list[str | None]] = {}
    for territory, boxes in gaps.items():
        if territory not in table.policy.exceptions.unrouted:
            groups.setdefault(frozenset(boxes), []).append(territory)
    for gap, names in list(groups.items())[:SHOWN]:
        cell: Cell = (names[0], *(values[0] for values in min(gap, key=str)))
        missing = sum(prod(map(len, box)) for box in gap)
        yield origins.warning(FILE, (), _gap(table, names, cell, missing))
    if len(groups) > SHOWN:
        count = sum(len(names) for names in list(groups.values())[SHOWN:])
        message = f"{count} more territories have leads that no rule takes"
        yield origins.warning(FILE, (), message)


def _gaps(table: Table) -> dict[str | None, list[Box]]:
    """By territory, what of the other columns nothing takes."""
    gaps: dict[str | None, list[Box]] = defaultdict(list)
    for places, *box in table.findings.uncovered():
        for territory in places:
            gaps[territory].append(tuple(box))
    return gaps


def _gap(table: Table, names: Sequence[str | None], cell: Cell, missing: int) -> str:
    whole = prod(len(domain) for domain in table.domains[1:])
    which = "leads" if missing == whole else f"{missing} of {whole} combinations of leads"
    where = several([named("territory", name) for name in names])
    lead = table.examples.lead_words(table.policy, cell)
    advice = "they become no_rule cases, unless people shall decide them and exceptions.yml says so"
    return f"no rule takes {which} in {where}, such as {lead}: {advice}"
