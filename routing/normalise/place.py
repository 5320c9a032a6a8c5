"""Region (ISO 3166-2 within its country) and city; the country itself is read in `country.py`.

Region names come from ISO 3166-2 (`regions_table`) and the alias table.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from routing.normalise.aliases import Aliases
from routing.normalise.country import CHANGED_FROM, NONE, PARTS, by_name
from routing.normalise.fuzzy import nearest
from routing.normalise.regions_table import (
    core,
    is_region_name_anywhere,
    region_codes,
    region_names,
)
from routing.normalise.text import REMEMBERED, fold, is_suspicious, tidy_case, words

_POSTCODE = re.compile(r"\s+(?:\d{4,6}(?:-\d{4})?|[A-Z]\d[A-Z] ?\d[A-Z]\d)$")
_LEADING_POSTCODE = re.compile(r"^(?:[A-Z]{1,2}-)?\d{4,6} (?=[^\W\d_])")
_TRAILING_CODE = re.compile(r"^(.*[^\W\d_]) +([A-Z]{2,3})$")
_CODED = frozenset({"US", "CA", "AU", "BR"})  # where people write the code behind the city
_NOWHERE = words(
    "remote worldwide global online virtual anywhere everywhere various multiple international"
    " locations several xxx ka homeoffice"
)
_ABBREVIATED = re.compile(r"\b[^\W\d_]{1,2}\.$|\.[^\W\d_]{1,4}\.$")  # Frankfurt a.M.
_NO_CITY = re.compile(r"^\+|[@<>{}=\\]|https?:|www\.|\d{5,}|^\W*$|^\d+$")


@dataclass(frozen=True, slots=True)
class City:
    """A city as written, cleaned, and the region or country code that stood behind it."""

    name: str | None
    region: str | None = None
    country: str | None = None


@lru_cache(maxsize=REMEMBERED)
def region(value: str, country_code: str | None, aliases: Aliases) -> str | None:
    """Return the ISO 3166-2 code of a cleaned one-line region within `country_code`, or None.

    Without a country only a full code (`US-TX`) is certain.
    """
    text = value.strip(" .,;:*\"'")
    whole = text.upper().replace(" ", "")
    if country_code in (None, whole[:2]) and whole in region_codes(whole[:2]):
        return whole
    if country_code is None:
        return None
    return _in_country(text, country_code, aliases) or _region_parts(text, country_code, aliases)


def _in_country(text: str, country_code: str, aliases: Aliases) -> str | None:
    """Alias, code or name of a region of one country."""
    name = fold(text)
    own = aliases.regions.get(country_code, NONE)
    for spelling in (name, name.replace(" ", "") if len(name) <= 6 else name, core(name)):
        if spelling in own:
            return own[spelling] or None
    code = f"{country_code}-{name.replace(' ', '').upper()}"
    if len(name) <= 5 and code in region_codes(country_code):
        return code
    names = region_names(country_code)
    found = names.get(name) or names.get(core(name))
    if found is None and len(core(name)) > 5:
        found = _nearest_region(name, country_code, aliases)
    return found


def _nearest_region(name: str, country_code: str, aliases: Aliases) -> str | None:
    if aliases.countries.get(name):
        return None
    found = {
        nearest(spelling, table, changed_from=CHANGED_FROM)
        for spelling in {name, core(name)}
        for table in (region_names(country_code), aliases.regions.get(country_code, NONE))
    } - {None}
    return found.pop() if len(found) == 1 else None


def _region_parts(text: str, country_code: str, aliases: Aliases) -> str | None:
    """`Texas (TX)`, `Texas, USA`, `TX - Texas`: the parts must agree; the country may follow."""
    parts = [part.strip() for part in PARTS.split(text) if part and part.strip()]
    if not 2 <= len(parts) <= 3:
        return None
    left = [part for part in parts if by_name(part, aliases) != country_code]
    left = left or [part for part in parts if _in_country(part, country_code, aliases)]
    found = {_in_country(part, country_code, aliases) for part in left}
    return found.pop() if len(found) == 1 else None


@lru_cache(maxsize=REMEMBERED)
def city(value: str, country_code: str | None, aliases: Aliases) -> City:
    """Return the cleaned city, and the region or country that stood behind it when certain.

    `Austin, TX` is split when the country is known (or written behind); a value that is no name
    of a place (an address, a link, digits) gives no city.
    """
    bare = value.strip(' ,;:*"').lstrip(".")
    bare = bare.strip("'") if bare.endswith("'") else bare
    bare = bare if _ABBREVIATED.search(bare) else bare.rstrip(" .")
    text = _LEADING_POSTCODE.sub("", _POSTCODE.sub("", bare))
    if not text or _NO_CITY.search(text) or is_suspicious(value):
        return City(None)
    parts = [part.strip() for part in re.split(r"[,;]|\s[-–|/]\s|[()]", text) if part.strip()]
    parts = [part for part in parts if not set(fold(part).split()) <= _NOWHERE]
    if not parts:
        return City(None)
    if len(parts) == 1:
        return _spaced(parts[0], country_code, aliases)
    found = _split(parts, country_code, aliases)
    return found if found.region or found.country or len(parts) < 2 else _unsplit(text, found)


def _unsplit(text: str, found: City) -> City:
    """What was not understood stays as written: `Frankfurt (Oder)`."""
    return City(tidy_case(text)) if found.name and "," in found.name else found


def _split(parts: list[str], country_code: str | None, aliases: Aliases) -> City:
    found = country_code
    if len(parts) > 1:
        behind = by_name(parts[-1], aliases)
        if behind and (behind == country_code or _names_country(parts, country_code, aliases)):
            found, parts = behind, parts[:-1]
    area = None
    if len(parts) > 1 and found:
        area = _in_country(_POSTCODE.sub("", parts[-1]), found, aliases)
        parts = parts[:-1] if area else parts
    return City(tidy_case(", ".join(parts)), area, found if found != country_code else None)


def _names_country(parts: list[str], country_code: str | None, aliases: Aliases) -> bool:
    """Whether the last part names a country where none is given: written out, not a bare code."""
    last = parts[-1]
    written_out = len(last.replace(".", "")) > 2 or last.upper() in ("UK", "US", "U.K.", "U.S.")
    return country_code is None and written_out and not is_region_name_anywhere(fold(last))


def _spaced(text: str, country_code: str | None, aliases: Aliases) -> City:
    """`Austin TX`, `Austin TX 78701`: only capitals behind the city, only where that is usual."""
    match = _TRAILING_CODE.match(_POSTCODE.sub("", text)) if country_code in _CODED else None
    if match and f"{country_code}-{match[2]}" in region_codes(country_code or ""):
        return City(tidy_case(match[1].strip(" ,")), f"{country_code}-{match[2]}")
    return City(tidy_case(text))


def names_several_regions(value: str, country_code: str, aliases: Aliases) -> bool:
    """Tell whether a value without a region is a known name of none, or names several."""
    if aliases.regions.get(country_code, NONE).get(fold(value)) == "":
        return True
    parts = [part for part in PARTS.split(value)[:8] if part and part.strip()]
    return len({_in_country(part, country_code, aliases) for part in parts} - {None}) > 1
