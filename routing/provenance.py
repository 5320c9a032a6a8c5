"""Where the value of a lead's field comes from, and what may replace it (I8)."""

from __future__ import annotations

from typing import Literal

from routing.values import Instant, Value

Origin = Literal["sender", "provider", "person", "crm"]
Confidence = Literal["high", "medium", "low"]
_RANK: dict[Confidence, int] = {"low": 0, "medium": 1, "high": 2}


class Provenance(Value):
    """One field's origin; a field with a value and no provenance is its sender's.

    `by` names the provider, the person or the CRM; `at` is the UTC instant the value was given.
    """

    origin: Origin
    by: str
    at: Instant
    confidence: Confidence = "high"


def may_replace(present: Provenance | None, news: Provenance) -> bool:
    """Whether a provider's answer may take the place of a value that is there.

    Only another provider's value gives way, to a later answer of no lower confidence.
    """
    if present is None or present.origin != "provider":
        return False
    return news.at > present.at and _RANK[news.confidence] >= _RANK[present.confidence]
