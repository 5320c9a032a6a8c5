"""The probability that a pair is one person: logistic regression over levels and pairs of levels.

The weights are data (`data/weights.json`), fitted by `python -m benchmarks.fit_matcher` and
read once. Pairs of levels hold what independent weights miss: a shared phone says little
together with another given name and the same family name.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from importlib.resources import files
from itertools import combinations
from types import MappingProxyType

from routing.matching.features import FEATURES, Levels

PAIRED = tuple(
    (FEATURES.index(one), FEATURES.index(other))
    for one, other in combinations(("email", "phone", "given", "family", "company", "place"), 2)
) + tuple(
    (FEATURES.index("rarity"), FEATURES.index(other))
    for other in ("given", "phone", "company", "place", "email")
)
"""The pairs of features, by position, whose levels are also weighed together."""

_DECIMALS = 6
_OWN = {
    "source_id": {"same"},
    "email": {"same", "near", "local", "shared"},
    "phone": {"same", "near", "line"},
}
SAME_RECORD, SAME_MAILBOX, SAME_PHONE = 0.9999, 0.995, 0.6
ONE_NAME = ("same", "nick", "near")
_KINDRED = {
    "given": {"same", "nick", "near", "variant", "initial"},
    "family": {"same", "near", "part", "hint", "initial"},
    "company": {"same", "near"},
    "place": {"postal"},
}


def terms(found: Levels) -> Iterator[str]:
    """The names of the weights that a pair adds up; `none` alone weighs nothing."""
    for feature, level in zip(FEATURES, found, strict=True):
        yield f"{feature}={level}"
    for one, other in PAIRED:
        yield f"{FEATURES[one]}={found[one]} {FEATURES[other]}={found[other]}"


def _weights() -> Mapping[str, float]:
    text = files("routing.matching.data").joinpath("weights.json").read_text(encoding="utf-8")
    return MappingProxyType(json.loads(text))


def estimate(weights: Mapping[str, float]) -> Callable[[Levels], float]:
    """The probability, by these weights, that two records of some levels are one person.

    Six decimals. Zero where they share neither a contact nor two of name, company and postal code:
    such pairs have no key in common, so the weights have never seen one.
    """

    @lru_cache(maxsize=100_000)
    def chance(found: Levels) -> float:
        if not _shares_something(found):
            return 0.0
        fitted = logistic(sum(weights.get(term, 0.0) for term in ("bias", *terms(found))))
        return round(max(fitted, _floor(found)), _DECIMALS)

    return chance


def _floor(found: Levels) -> float:
    """What one record of one source, and one own mailbox or phone under one name, are worth at
    least: people change job and city.

    Measured over 100,000 leads: 1.000, .9996 and .9955; of the last a person is asked.
    """
    if found.source_id == "same":
        return SAME_RECORD
    is_one_name = found.given in ONE_NAME and found.family in ONE_NAME
    if found.email == "same" and is_one_name:
        return SAME_MAILBOX
    is_one_phone = found.phone == "same" and found.place != "abroad"
    return SAME_PHONE if is_one_phone and is_one_name else 0.0


def _shares_something(found: Levels) -> bool:
    own = any(getattr(found, feature) in shared for feature, shared in _OWN.items())
    return own or sum(getattr(found, name) in shared for name, shared in _KINDRED.items()) > 1


def logistic(value: float) -> float:
    return 1 / (1 + math.exp(-value)) if value > -500 else 0.0


probability = estimate(_weights())
"""The estimate by the weights in use."""
