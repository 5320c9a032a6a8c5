"""`segments.yml`: kinds of companies and contacts."""

from __future__ import annotations

from routing.values import TitleTier, Value


class Segment(Value):
    """One entry of `segments.yml`; the first whose every stated bound holds is the lead's segment.

    A lead of unknown size matches only a segment that says `unknown_size: true`; without bounds
    such a segment takes unknown sizes alone.
    """

    id: str
    name: str
    min_size: int | None = None
    max_size: int | None = None
    unknown_size: bool = False
    industries: tuple[str, ...] = ()
    title_tiers: tuple[TitleTier, ...] = ()
