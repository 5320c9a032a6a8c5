"""A policy prepared for look-ups, once for each policy; and values made without checks.

What makes decisions fast is here and in the caches of the indexes.
"""

from __future__ import annotations

import weakref
from functools import lru_cache
from typing import Any, TypeVar

from routing.decide.decision import Step
from routing.decide.lookup.rules import RuleIndex
from routing.decide.lookup.segment import SegmentIndex
from routing.decide.lookup.territory import TerritoryIndex
from routing.policy.model import Policy
from routing.values import Value

Made = TypeVar("Made", bound=Value)


class CompiledPolicy:
    """The indexes of one policy."""

    def __init__(self, policy: Policy) -> None:
        self.territories = TerritoryIndex(policy.territories)
        self.segments = SegmentIndex(policy.segments)
        self.rules = RuleIndex(policy.rules)
        self.band = lru_cache(maxsize=256)(self._band)
        self._scoring = policy.scoring

    def _band(self, score: int) -> tuple[str, Step]:
        band = self._scoring.band(score)
        return band, Step(step="band", outcome=band, reason=f"A score of {score} is {band}.")


_compiled: dict[int, tuple[weakref.ref[Policy], CompiledPolicy]] = {}


def compiled(policy: Policy) -> CompiledPolicy:
    """The prepared form of this very object; it lives as long as the policy does."""
    key = id(policy)
    found = _compiled.get(key)
    if found is None or found[0]() is not policy:
        forget = weakref.ref(policy, lambda _: _compiled.pop(key, None))
        found = _compiled[key] = (forget, CompiledPolicy(policy))
    return found[1]


def unset(shape: type[Value]) -> dict[str, Any]:
    """The defaults of the fields that have one."""
    return {
        name: field.default for name, field in shape.model_fields.items() if not field.is_required()
    }


_set = object.__setattr__


def made(shape: type[Made], fields: dict[str, Any]) -> Made:
    """A value of fields that our own code made: all of them, each of its type. Nothing is
    checked, which takes a tenth of the time.
    """
    value = object.__new__(shape)
    _set(value, "__dict__", fields)
    _set(value, "__pydantic_fields_set__", set(fields))
    _set(value, "__pydantic_extra__", None)
    _set(value, "__pydantic_private__", None)
    return value


@lru_cache(maxsize=4096)
def pool_step(pool: str, name: str, able: int, everybody: int) -> Step:
    reason = f"{able} of {everybody} people in {name} can take a lead now."
    return Step(step="pool", outcome=pool, reason=reason, matched=(pool,))
