"""Territory by city, region, country, most specific first (R1)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from routing.decide.decision import Step
from routing.decide.lookup.memory import Memory
from routing.decide.lookup.places import place_name
from routing.lead import LeadFacts
from routing.policy.tables.rules import ANY
from routing.policy.tables.territories import TerritoryRow

Place = tuple[str, str | None, str | None]
"""Country (or `*`), region, casefolded city of a row; None where the row states nothing."""

StatedPlace = tuple[str | None, str | None, str | None]
"""Country, region and city of a lead."""

FEWEST_REMEMBERED = 4096
"""Places whose territory is remembered; more for a table of many places."""

LEVELS = ("everywhere row", "country row", "region row", "city row", "city and region row")
"""Words for `TerritoryRow.specificity`."""


class TerritoryMatch(NamedTuple):
    """The territories of the most specific rows that match: none, one, or an ambiguous several."""

    territories: tuple[str, ...]
    step: Step


class TerritoryIndex:
    """Rows by their place, so that a lead needs at most six look-ups whatever the table's size."""

    def __init__(self, rows: Iterable[TerritoryRow]) -> None:
        self._rows: dict[Place, list[TerritoryRow]] = {}
        for row in rows:
            city = row.city.casefold() if row.city else None
            self._rows.setdefault((row.country, row.region or None, city), []).append(row)
        self._found = Memory(self._match, max(FEWEST_REMEMBERED, 4 * len(self._rows)))

    def match(self, lead: LeadFacts) -> TerritoryMatch:
        return self._found[lead.country, lead.region, lead.city]

    def _match(self, stated: StatedPlace) -> TerritoryMatch:
        country, region, city = stated
        where = place_name(country, region, city)
        for place in _places(country, region, city):
            rows = self._rows.get(place)
            if rows:
                return _match(where, rows)
        reason = f"{where[0].upper()}{where[1:]} is in no territory."
        return TerritoryMatch((), Step(step="territory", outcome="none", reason=reason))


def _places(country: str | None, region: str | None, city: str | None) -> Iterator[Place]:
    """The places of rows that could match, most specific first."""
    region, city = region or None, city.casefold() if city else None
    if country:
        if city and region:
            yield country, region, city
        if city:
            yield country, None, city
        if region:
            yield country, region, None
        yield country, None, None
    yield ANY, None, None


def _match(where: str, rows: list[TerritoryRow]) -> TerritoryMatch:
    names = tuple(sorted({row.territory for row in rows}))
    level = LEVELS[rows[0].specificity]
    verb = "counts as" if where.startswith("a lead") else "is in"
    subject = f"{where[0].upper()}{where[1:]}"
    if len(names) == 1:
        outcome, reason = names[0], f"{subject} {verb} territory {names[0]} ({level})."
    else:
        choice = " and ".join(names)
        outcome = "ambiguous"
        reason = f"{subject} is in {choice} alike ({level}): a person decides."
    step = Step(step="territory", outcome=outcome, reason=reason, matched=names)
    return TerritoryMatch(names, step)
