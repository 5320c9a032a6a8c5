"""A policy prepared for look-ups, once for each policy; and values made without checks.

What makes decisions fast is here and in the memories of the indexes.
"""

from __future__ import annotations

import weakref
from typing import Any, NamedTuple, TypeVar

from routing.decide.choice.rosters import rosters_of
from routing.decide.decision import Route, Step
from routing.decide.lookup.memory import Memory
from routing.decide.lookup.rules import Query, RuleIndex
from routing.decide.lookup.segment import SegmentIndex
from routing.decide.lookup.territory import TerritoryIndex
from routing.policy.model import Policy
from routing.policy.tables.rules import Rule
from routing.values import Value

Made = TypeVar("Made", bound=Value)


FEWEST_REMEMBERED = 4096
"""Ends that are remembered; more for a table of many rules."""


class End(NamedTuple):
    """Where leads with the same columns go: by which rule, its step, and the route without the
    steps before.
    """

    rule: Rule | None
    step: Step
    way: Route


class CompiledPolicy:
    """The indexes of one policy."""

    def __init__(self, policy: Policy) -> None:
        self.territories = TerritoryIndex(policy.territories)
        self.segments = SegmentIndex(policy.segments)
        self._rules = RuleIndex(policy.rules)
        self.ends = Memory(self._end, most=max(FEWEST_REMEMBERED, 4 * len(policy.rules)))
        self.bands = Memory(self._band, most=256)
        self.rosters = rosters_of(policy)
        self.required = [tuple(e.split("|")) for e in policy.exceptions.required_fields]
        self.pool_steps = Memory(self._pool_step, most=4096)
        self._scoring = policy.scoring

    def _end(self, query: Query) -> End:
        rule, step = self._rules.find(query)
        territory, segment, band, _ = query
        way = Route(None, step.reason, territory=territory, segment=segment, band=band)
        if rule is None:
            return End(None, step, way._replace(case="no_rule"))
        target = rule.send_to
        pools = self.rosters[str(target.id)].chain if target.kind == "pool" else ()
        way = way._replace(target=target, rule=rule.id, skills=rule.skills, candidate_pools=pools)
        return End(rule, step, way)

    def _band(self, score: int) -> tuple[str, Step]:
        band = self._scoring.band(score)
        return band, Step(step="band", outcome=band, reason=f"A score of {score} is {band}.")

    def _pool_step(self, counted: tuple[str, int, int]) -> Step:
        pool, able, everybody = counted
        name = self.rosters[pool].pool.name
        reason = f"{able} of {everybody} people in {name} can take a lead now."
        return Step(step="pool", outcome=pool, reason=reason, matched=(pool,))


_compiled: dict[int, tuple[weakref.ref[Policy], CompiledPolicy]] = {}


def compiled(policy: Policy) -> CompiledPolicy:
    """The prepared form of this very object; it lives as long as the policy does."""
    key = id(policy)
    found = _compiled.get(key)
    if found is None or found[0]() is not policy:
        forget = weakref.ref(policy, lambda _: _compiled.pop(key, None))
        found = _compiled[key] = (forget, CompiledPolicy(policy))
    return found[1]


_new, _set = object.__new__, object.__setattr__


def made(shape: type[Made], fields: dict[str, Any]) -> Made:
    """A value of fields that our own code made: all of them, each of its type. Nothing is
    checked, which takes a tenth of the time.
    """
    value = _new(shape)
    _set(value, "__dict__", fields)
    _set(value, "__pydantic_fields_set__", _all_fields[shape])
    _set(value, "__pydantic_extra__", None)
    _set(value, "__pydantic_private__", None)
    return value


_all_fields: Memory[type[Value], set[str]] = Memory(lambda shape: set(shape.model_fields), 64)
