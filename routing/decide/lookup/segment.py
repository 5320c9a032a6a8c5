"""Segment by company size, industry and title tier: the first that fits (R2)."""

from __future__ import annotations

from typing import NamedTuple

from routing.decide.decision import Step
from routing.decide.lookup.memory import Memory
from routing.lead import LeadFacts
from routing.policy.tables.segments import Segment
from routing.values import TitleTier

REMEMBERED = 2**14
"""Kinds of companies whose segment is remembered."""


class Profile(NamedTuple):
    """What segments look at."""

    company_size: int | None
    industry: str | None
    title_tier: TitleTier | None


class SegmentIndex:
    """The segments, with what was found for the last profiles."""

    def __init__(self, segments: tuple[Segment, ...]) -> None:
        self._segments = segments
        self._found = Memory(self._find, REMEMBERED)

    def find(self, lead: LeadFacts) -> tuple[str | None, Step]:
        """The id of the lead's segment, or None, with the segments tried before it."""
        return self._found[Profile(lead.company_size, lead.industry, lead.title_tier)]

    def _find(self, lead: Profile) -> tuple[str | None, Step]:
        rejected: list[str] = []
        for segment in self._segments:
            against = _objection(segment, lead)
            if against is None:
                return segment.id, _found(segment, lead, rejected)
            rejected.append(f"{segment.id}: {against}")
        reason = f"No segment takes a company of {_size(lead)}."
        return None, Step(step="segment", outcome="none", reason=reason, rejected=tuple(rejected))


def _found(segment: Segment, lead: Profile, rejected: list[str]) -> Step:
    return Step(
        step="segment",
        outcome=segment.id,
        reason=f"A company of {_size(lead)} is in segment {segment.name}.",
        matched=(segment.id,),
        rejected=tuple(rejected),
    )


def _size(lead: Profile) -> str:
    return "unknown size" if lead.company_size is None else f"{lead.company_size} employees"


def _objection(segment: Segment, lead: Profile) -> str | None:
    """Why the lead is not in the segment, or None when it is."""
    against = _size_objection(segment, lead.company_size)
    if against:
        return against
    if segment.industries and lead.industry not in segment.industries:
        return f"industry is {lead.industry or 'unknown'}"
    if segment.title_tiers and lead.title_tier not in segment.title_tiers:
        return f"title tier is {lead.title_tier or 'unknown'}"
    return None


def _size_objection(segment: Segment, size: int | None) -> str | None:
    if size is None:
        return None if segment.unknown_size else "size is unknown"
    if segment.min_size is not None and size < segment.min_size:
        return f"needs {segment.min_size} employees or more"
    if segment.max_size is not None and size > segment.max_size:
        return f"needs {segment.max_size} employees or fewer"
    unbounded = segment.min_size is None and segment.max_size is None
    return "only for unknown sizes" if segment.unknown_size and unbounded else None
