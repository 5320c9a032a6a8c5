"""Countries and regions of ISO 3166, by code."""

from __future__ import annotations

from functools import lru_cache

import pycountry


@lru_cache(maxsize=1024)
def country_name(code: str) -> str | None:
    """The English name of an ISO 3166-1 alpha-2 code in capitals, or None for another text."""
    found = pycountry.countries.get(alpha_2=code) if code.isupper() else None
    return None if found is None else str(getattr(found, "common_name", found.name))


@lru_cache(maxsize=8192)
def region_name(code: str) -> str | None:
    """The name of an ISO 3166-2 code, or None for another text."""
    found = pycountry.subdivisions.get(code=code)  # type: ignore[no-untyped-call]  # untyped there
    return None if found is None else str(found.name)


def region_codes(country: str) -> list[str]:
    """The ISO 3166-2 codes of a country's regions."""
    found = pycountry.subdivisions.get(country_code=country)  # type: ignore[no-untyped-call]
    return sorted(region.code for region in found or ())
