"""Places in words: `Berlin, Germany` for a city and the codes of its region and country."""

from __future__ import annotations

from functools import lru_cache

from routing.policy.iso import country_name, region_name


@lru_cache(maxsize=4096)
def place_name(country: str | None, region: str | None, city: str | None) -> str:
    """The stated parts, narrowest first; codes that ISO does not know stay as they are."""
    wide = region and (region_name(region) or region)
    if city and wide and city.casefold() == wide.casefold():
        wide = None
    parts = (city, wide, country and (country_name(country) or country))
    return ", ".join(part for part in parts if part) or "a lead without a place"
