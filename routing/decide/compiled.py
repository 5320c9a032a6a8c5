"""A policy prepared for look-ups, once for each policy."""

from __future__ import annotations

import weakref

from routing.decide.rules import RuleIndex
from routing.decide.territory import TerritoryIndex
from routing.policy.model import Policy


class CompiledPolicy:
    """The indexes of one policy."""

    def __init__(self, policy: Policy) -> None:
        self.territories = TerritoryIndex(policy.territories)
        self.rules = RuleIndex(policy.rules)


_compiled: dict[int, tuple[weakref.ref[Policy], CompiledPolicy]] = {}


def compiled(policy: Policy) -> CompiledPolicy:
    """The prepared form of this very object; it lives as long as the policy does."""
    key = id(policy)
    found = _compiled.get(key)
    if found is None or found[0]() is not policy:
        forget = weakref.ref(policy, lambda _: _compiled.pop(key, None))
        found = _compiled[key] = (forget, CompiledPolicy(policy))
    return found[1]
