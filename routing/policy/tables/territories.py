"""`territories.csv`: places, and the territory each belongs to."""

from __future__ import annotations

from routing.policy.tables.rules import ANY
from routing.values import Value


class TerritoryRow(Value):
    """One row of `territories.csv`: a place, and the territory it belongs to.

    `country` is ISO 3166-1 alpha-2 or `*`; `region` ISO 3166-2; a city is compared casefolded.
    Every stated column must hold.
    """

    territory: str
    country: str
    region: str | None = None
    city: str | None = None

    @property
    def specificity(self) -> int:
        """4 for a city in a stated region, 3 for a city, 2 a region, 1 a country, 0 everywhere."""
        if self.city:
            return 4 if self.region else 3
        return 2 if self.region else int(self.country != ANY)
