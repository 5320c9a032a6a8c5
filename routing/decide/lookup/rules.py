"""The first rule of one total order: specificity, then priority, then id.

A rule is found by its exact columns in at most sixteen look-ups, so the time does not grow with
the number of rules.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from itertools import islice, product, takewhile
from typing import NamedTuple

from routing.decide.decision import Step
from routing.policy.tables.rules import ANY, Rule

SHOWN = 20
"""Rejected rules named in a trace; the others are counted."""

COLUMNS = ("territory", "segment", "band", "source")


class Query(NamedTuple):
    """What the columns of a rule are compared with; None is matched by `*` alone."""

    territory: str | None
    segment: str | None
    band: str | None
    source: str


class RuleIndex:
    """Rules in their order, by columns and by territory."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        ordered = sorted(rules, key=lambda r: (-r.specificity, -r.priority, r.id))
        self._rank = {rule.id: rank for rank, rule in enumerate(ordered)}
        self._first: dict[tuple[str, ...], Rule] = {}
        self._by_territory: dict[str, list[Rule]] = {}
        for rule in ordered:
            self._first.setdefault(_columns(rule), rule)
            self._by_territory.setdefault(rule.territory, []).append(rule)

    def find(self, query: Query) -> tuple[Rule | None, Step]:
        """The rule for this query, or None, with the rules that were tried before it."""
        winner = min(self._matching(query), key=lambda r: self._rank[r.id], default=None)
        if winner is None:
            reason = f"No rule takes a lead with {_in_words(query)}."
            return None, self._step(query, None, "none", reason)
        reason = f"Rule {winner.id} sends {_stated(winner)} to {winner.send_to}."
        return winner, self._step(query, winner, winner.id, reason)

    def _matching(self, query: Query) -> Iterator[Rule]:
        options = [{ANY, value or ANY} for value in query]
        for columns in product(*map(sorted, options)):
            if columns in self._first:
                yield self._first[columns]

    def _step(self, query: Query, winner: Rule | None, outcome: str, reason: str) -> Step:
        return Step(
            step="rule",
            outcome=outcome,
            reason=reason,
            matched=(winner.id,) if winner else (),
            rejected=self._rejected(query, winner),
        )

    def _rejected(self, query: Query, winner: Rule | None) -> tuple[str, ...]:
        """Rules before the winner: those for the lead's territory one by one, the rest counted."""
        before = self._rank[winner.id] if winner else len(self._rank)
        near = takewhile(lambda r: self._rank[r.id] < before, self._near(query.territory))
        shown = [f"{rule.id}: {_objection(rule, query)}" for rule in islice(near, SHOWN)]
        more = before - len(shown)
        rest = f"{more} more" if len(shown) == SHOWN else f"{more} more, not for this territory"
        return (*shown, rest) if more else tuple(shown)

    def _near(self, territory: str | None) -> Iterator[Rule]:
        """Rules whose territory fits, in order."""
        names = sorted({ANY, territory or ANY})
        lists = [self._by_territory.get(name, []) for name in names]
        return iter(heapq.merge(*lists, key=lambda r: self._rank[r.id]))


def _columns(rule: Rule) -> tuple[str, ...]:
    return rule.territory, rule.segment, rule.band, rule.source


def _objection(rule: Rule, query: Query) -> str:
    """The first column of the rule that the lead does not have."""
    for name, wanted, given in zip(COLUMNS, _columns(rule), query, strict=True):
        if wanted not in (ANY, given):
            return f"{name} is {given or 'unknown'}, not {wanted}"
    return "comes later"


def _in_words(query: Query) -> str:
    pairs = zip(COLUMNS, query, strict=True)
    return ", ".join(f"{name} {value or 'unknown'}" for name, value in pairs)


def _stated(rule: Rule) -> str:
    pairs = zip(COLUMNS, _columns(rule), strict=True)
    stated = [f"{name} {value}" for name, value in pairs if value != ANY]
    return ", ".join(stated) or "every other lead"
