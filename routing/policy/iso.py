"""Countries and regions of ISO 3166, by code."""

from __future__ import annotations

from functools import lru_cache

import pycountry

OTHER_CODES = {"UK": "GB", "EL": "GR"}
"""What people and the European Union write for the codes of ISO 3166."""


@lru_cache(maxsize=1024)
def country_name(code: str) -> str | None:
    """The English name of an ISO 3166-1 alpha-2 code in capitals, or None for another text."""
    found = pycountry.countries.get(alpha_2=code) if code.isupper() else None
    return None if found is None else str(getattr(found, "common_name", found.name))


def country_code(text: str) -> str | None:
    """The code that `UK`, `Germany`, `deu` or `de` stands for, or None."""
    word = text.strip().upper()
    if word in OTHER_CODES:
        return OTHER_CODES[word]
    try:
        return str(pycountry.countries.lookup(word).alpha_2)
    except LookupError:
        return None


def region_code(country: str, text: str) -> str | None:
    """The code of a country's region that `TX` or `Texas` stands for, or None."""
    word = text.strip().casefold()
    codes = region_codes(country)
    names = ((code, (region_name(code) or "").casefold()) for code in codes)
    short = f"{country}-{word.upper()}"
    return short if short in codes else next((code for code, name in names if name == word), None)


@lru_cache(maxsize=8192)
def region_name(code: str) -> str | None:
    """The name of an ISO 3166-2 code, or None for another text."""
    found = pycountry.subdivisions.get(code=code)  # type: ignore[no-untyped-call]  # untyped there
    return None if found is None else str(found.name)


def region_codes(country: str) -> list[str]:
    """The ISO 3166-2 codes of a country's regions."""
    found = pycountry.subdivisions.get(country_code=country)  # type: ignore[no-untyped-call]
    return sorted(region.code for region in found or ())
