"""Segments: those that earlier ones leave nothing to, and leads that are in none (R2)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import get_args

from routing.lead import LeadFacts
from routing.normalise.industry import SECTORS
from routing.policy.model import Policy
from routing.policy.reading.errors import PolicyError, nearest
from routing.policy.reading.origins import Origins
from routing.policy.tables.segments import Segment
from routing.values import TitleTier

FILE = "segments.yml"
TIERS: tuple[TitleTier, ...] = get_args(TitleTier)

Examples = dict[str | None, LeadFacts]
"""A lead for each segment that some lead is in; that of None is in no segment."""


@dataclass(frozen=True)
class Kind:
    """Leads that every segment treats alike: `size` stands for all sizes up to the next kind's."""

    size: int | None
    industry: str | None
    tier: TitleTier | None

    def lead(self) -> LeadFacts:
        facts = {"industry": self.industry, "title_tier": self.tier, "company_size": self.size}
        return LeadFacts.model_validate({"lead_id": "", "source": ""} | facts)


def examples(policy: Policy) -> Examples:
    """In the order of policy, no segment last; of a known size where there is one."""
    found: Examples = {}
    kinds = list(_kinds(policy))
    for segment, kind in [*(k for k in kinds if k[1].size), *(k for k in kinds if not k[1].size)]:
        if segment not in found:
            found[segment] = kind.lead()
    order = (*(segment.id for segment in policy.segments), None)
    return {name: found[name] for name in order if name in found}


def sectors(policy: Policy) -> frozenset[str]:
    """What a lead's industry can be: the sectors, by the company's own names where it has some."""
    own = {word.raw: word.value for word in policy.aliases if word.vocabulary == "sector"}
    return frozenset(own.get(sector, sector) for sector in SECTORS)


def _kinds(policy: Policy) -> Iterator[tuple[str | None, Kind]]:
    """Each kind of lead, with the segment it is in; several where the first says all."""
    segments, known = policy.segments, sectors(policy)
    industries = {name for s in segments for name in s.industries} & known
    tiers = {tier for s in segments for tier in s.title_tiers}
    others = [None, *sorted(known - industries)[:1]]
    other_tiers = [None, *[tier for tier in TIERS if tier not in tiers][:1]]
    for size in _sizes(segments):
        open_to = [s for s in segments if _takes_size(s, size)]
        some = {name for s in open_to for name in s.industries} & known
        few = {tier for s in open_to for tier in s.title_tiers}
        for industry in [*others, *sorted(some)] if some else others[:1]:
            for tier in [*other_tiers, *sorted(few)] if few else other_tiers[:1]:
                kind = Kind(size, industry, tier)
                yield next((s.id for s in open_to if _takes(s, kind)), None), kind


def _sizes(segments: tuple[Segment, ...]) -> list[int | None]:
    """The unknown size, and the first of each run of sizes within which no bound lies."""
    starts = {1} | {s.min_size for s in segments if s.min_size is not None}
    starts |= {s.max_size + 1 for s in segments if s.max_size is not None}
    return [None, *sorted(start for start in starts if start >= 1)]


def _takes_size(segment: Segment, size: int | None) -> bool:
    low, high = segment.min_size, segment.max_size
    if size is None:
        return segment.unknown_size
    if low is None and high is None:
        return not segment.unknown_size
    return (low is None or size >= low) and (high is None or size <= high)


def _takes(segment: Segment, kind: Kind) -> bool:
    """Whether the segment, open to the kind's size, takes its industry and tier."""
    industries, tiers = segment.industries, segment.title_tiers
    return (not industries or kind.industry in industries) and (not tiers or kind.tier in tiers)


def problems(policy: Policy, origins: Origins) -> Iterator[PolicyError]:
    known = sectors(policy)
    for i, segment in enumerate(policy.segments):
        for j, name in enumerate(segment.industries):
            if name not in known:
                message = f"unknown sector {name!r}"
                yield origins.error(FILE, (i, "industries", j), message, nearest(name, known))
    if policy.segments and origins.complete(FILE):
        yield from _swallowed(policy, origins)
        yield from _gaps(policy, origins)


def _swallowed(policy: Policy, origins: Origins) -> Iterator[PolicyError]:
    reached = examples(policy)
    for i, segment in enumerate(policy.segments):
        low, high = segment.min_size, segment.max_size
        if segment.id not in reached and not (low is not None and high is not None and low > high):
            message = f"no lead is ever in segment {segment.id!r}: those before it take them all"
            yield origins.error(FILE, (i,), message)


def _gaps(policy: Policy, origins: Origins) -> Iterator[PolicyError]:
    """Runs of sizes of which all or some leads are in no segment."""
    starts = _sizes(policy.segments)
    left: dict[int | None, list[Kind]] = {size: [] for size in starts}
    whole = dict.fromkeys(starts, True)
    for segment, kind in _kinds(policy):
        if segment is None:
            left[kind.size].append(kind)
        else:
            whole[kind.size] = False
    for first, last in _runs(starts, left, whole):
        what = _size_words(first, last)
        if whole[first]:
            message = f"no segment takes leads of {what}"
        else:
            message = f"no segment takes some leads of {what}, such as {_words(left[first][0])}"
        yield origins.warning(FILE, (), message)


def _runs(
    starts: list[int | None], left: dict[int | None, list[Kind]], whole: dict[int | None, bool]
) -> Iterator[tuple[int | None, int | None]]:
    """First and last size of each run with the same gap; the last is None where it has no end."""
    gaps = {
        size: (whole[size], frozenset((k.industry, k.tier) for k in left[size])) for size in starts
    }
    sizes = [size for size in starts if size is not None]
    ends: list[int | None] = [size - 1 for size in sizes[1:]]
    if left[None]:
        yield None, None
    begun: int | None = None
    for at, (size, end) in enumerate(zip(sizes, [*ends, None], strict=True)):
        begun = size if begun is None else begun
        following = sizes[at + 1] if at + 1 < len(sizes) else None
        if following is None or gaps[following] != gaps[size]:
            if left[size]:
                yield begun, end
            begun = None


def _size_words(first: int | None, last: int | None) -> str:
    if first is None:
        return "unknown size"
    if last is None:
        return f"{first} employees or more"
    return f"{first} employees" if first == last else f"{first} to {last} employees"


def _words(kind: Kind) -> str:
    return f"industry {kind.industry or 'unknown'} and title tier {kind.tier or 'unknown'}"
