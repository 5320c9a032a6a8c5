"""A combination of columns as a lead that a person can picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from routing.lead import LeadFacts
from routing.policy.analysis.first_match import Cell
from routing.policy.iso import country_name, region_name
from routing.policy.model import Policy

COLUMNS = ("territory", "segment", "band", "source")
NAMED = 3
"""Names in one sentence; the others are counted."""


@dataclass(frozen=True)
class Examples:
    """A lead for each territory and for each segment that some lead is in."""

    territories: Mapping[str | None, LeadFacts]
    segments: Mapping[str | None, LeadFacts]

    def lead_words(self, policy: Policy, cell: Cell) -> str:
        """`a lead from Lyon, France, with 250 employees and a score of 70, by website`."""
        territory, segment, band, source = cell
        place, company = self.territories[territory], self.segments[segment]
        parts = (_place(place), _company(company), _score(policy, band))
        return f"a lead {', '.join(part for part in parts if part)}, by {source}"


def _place(lead: LeadFacts) -> str:
    if lead.country is None:
        return "without a country"
    wide = lead.region and (region_name(lead.region) or lead.region)
    parts = (lead.city, wide, country_name(lead.country) or lead.country)
    return "from " + ", ".join(part for part in parts if part)


def _company(lead: LeadFacts) -> str:
    size = lead.company_size
    known = (
        f"industry {lead.industry}" if lead.industry else "",
        f"title tier {lead.title_tier}" if lead.title_tier else "",
        "an unknown company size" if size is None else f"{size} employees",
    )
    return "with " + ", ".join(part for part in known if part)


def _score(policy: Policy, band: str | None) -> str:
    starts = {"high": policy.scoring.high, "medium": policy.scoring.medium}
    return f"a score of {starts.get(str(band), 0)}"


def named(what: str, name: str | None) -> str:
    """`territory 'dach'`, or `no territory`."""
    return f"no {what}" if name is None else f"{what} {name!r}"


def several(names: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b, c and 4 more`."""
    if len(names) > NAMED:
        return f"{', '.join(names[:NAMED])} and {len(names) - NAMED} more"
    *head, last = names
    return f"{', '.join(head)} and {last}" if head else last
