"""Country (ISO 3166-1 alpha-2), region (ISO 3166-2 within the country) and city.

Names come from Unicode CLDR (`data/countries.tsv`), ISO 3166-2 (`regions_table`) and the alias
tables. NA is missing rather than Namibia; a part of a country in the country field (New Mexico)
is no country.
"""

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from types import MappingProxyType
from typing import Any

import pycountry

from routing.normalise.aliases import Aliases, Table
from routing.normalise.fuzzy import nearest
from routing.normalise.regions_table import (
    core,
    is_region_name_anywhere,
    region_codes,
    region_names,
)
from routing.normalise.text import REMEMBERED, fold, is_suspicious, tidy_case, words

_NONE: Table = MappingProxyType({})
_FLAG = re.compile("([\U0001f1e6-\U0001f1ff])([\U0001f1e6-\U0001f1ff])")
_PARTS = re.compile(r"\s+[-–—|/]\s*|\s*[-–—|/]\s+|[,;()\[\]]|\s*/\s*")
_CODE_2 = re.compile(r"[A-Za-z]{2}$")
_CODE_3 = re.compile(r"[A-Za-z]{3}$")
_WORDS_AS_CODES = frozenset({"na", "no", "and", "are", "can", "per", "com", "mar", "gin", "cub"})
_POSTCODE = re.compile(r"\s+(?:\d{4,6}(?:-\d{4})?|[A-Z]\d[A-Z] ?\d[A-Z]\d)$")
_LEADING_POSTCODE = re.compile(r"^(?:[A-Z]{1,2}-)?\d{4,6} (?=[^\W\d_])")
_TRAILING_CODE = re.compile(r"^(.*[^\W\d_]) +([A-Z]{2,3})$")
_CODED = frozenset({"US", "CA", "AU", "BR"})  # where people write the code behind the city
_NOWHERE = words(
    "remote worldwide global online virtual anywhere everywhere various multiple international"
    " locations several xxx ka homeoffice"
)
_INVERTED = re.compile(
    r"^([^,()]+?)\s*[,(]\s*((?:the )?[^,()]*\b(?:republic|kingdom|states?|federation|islands?)\b[^,()]*?)\)?$",
    re.I,
)
_OF_A_PEOPLE = re.compile(r"(?:ian|ean|ish|ese|ans)$")  # Jordanian is no misspelt country
_ARTICLE = re.compile(r"^(?:the|les?|la|die|das|el|los|las|il|gli|as|os)\s|\s(?:the)$")
_GLUED_CODE = re.compile(r"^([A-Z]{2,3})[-:](?=\w{4})")  # FR-France
_CHANGED_FROM = 7
_LONG = 9  # letters from which a misspelt country may be of any language
_SHORT_NAMES = {"russia": "RU", "turkey": "TR", "syria": "SY", "brunei": "BN", "korea": ""} | {
    "england": "GB",
    "scotland": "GB",
    "wales": "GB",
}
_ABBREVIATED = re.compile(r"\b[^\W\d_]{1,2}\.$|\.[^\W\d_]{1,4}\.$")  # Frankfurt a.M.
_NO_CITY = re.compile(r"^\+|[@<>{}=\\]|https?:|www\.|\d{5,}|^\W*$|^\d+$")


@dataclass(frozen=True, slots=True)
class City:
    """A city as written, cleaned, and the region or country code that stood behind it."""

    name: str | None
    region: str | None = None
    country: str | None = None


@cache
def _alpha_3() -> dict[str, str]:
    return {one.alpha_3: one.alpha_2 for one in pycountry.countries}


@cache
def _alpha_2() -> frozenset[str]:
    return frozenset(_alpha_3().values())


def _by_code(value: str, aliases: Aliases) -> str | None:
    """A code alone. Lower-case words of a language (no, and, can) are not taken for codes."""
    code = value.replace(".", "").replace(" ", "") if len(value) <= 8 else value
    upper = code.upper()
    if upper == "NA" or (code != upper and code.lower() in _WORDS_AS_CODES):
        return None
    if _CODE_2.match(code):
        return upper if upper in _alpha_2() else aliases.countries.get(code.lower()) or None
    return _alpha_3().get(upper) if _CODE_3.match(code) else None


def _flags(value: str) -> tuple[str, set[str]]:
    """The value without emoji flags, and the countries those flags stand for."""
    codes = {
        "".join(chr(ord(char) - 0x1F1E6 + 65) for char in pair) for pair in _FLAG.findall(value)
    }
    return _FLAG.sub(" ", value).strip(), codes & _alpha_2()


def _by_name(value: str, aliases: Aliases) -> str | None:
    """Code or exact name; "" for a name known not to be a country; None when unknown."""
    code = _by_code(value, aliases)
    if code:
        return code
    name = fold(value)
    return aliases.countries.get(name, aliases.countries.get(_ARTICLE.sub("", name)))


def _inverted(value: str, aliases: Aliases) -> str | None:
    """`America, United States of`, `Ireland (Republic)`: the first word belongs behind the rest."""
    match = _INVERTED.match(value)
    if not match:
        return None
    name = fold(f"{match[2]} {match[1]}")
    of = fold(f"{match[2]} of {match[1]}")
    return aliases.countries.get(name) or aliases.countries.get(of)


def _by_parts(value: str, aliases: Aliases) -> str | None:
    """`Germany (DE)`, `DE - Germany`, `Berlin, Germany`, `Georgia, USA`."""
    parts = [part.strip() for part in _PARTS.split(value) if part and part.strip()]
    if not 2 <= len(parts) <= 4:
        return None
    found = [_by_name(part, aliases) for part in parts]
    named = {code for code in found if code}
    for code in named:
        if _others_are_regions(code, parts, found, aliases):
            return code
    if _behind_its_region(parts, found):
        return found[-1]
    return found[-1] if len(named) == 1 and _is_certain(parts, found) else None


def _others_are_regions(
    code: str, parts: list[str], found: list[str | None], aliases: Aliases
) -> bool:
    """`Georgia, USA`, `USA - California`: all but the country's own name are its regions.

    A bare code that is also a US state (`Ontario, CA`) stands for neither.
    """
    own = [part for part, one in zip(parts, found, strict=True) if one == code]
    others = [fold(part) for part, one in zip(parts, found, strict=True) if one != code]
    if not others or any(f"US-{part.upper()}" in region_codes("US") for part in own):
        return False
    names = region_names(code).keys() | aliases.regions.get(code, _NONE).keys()
    return all(len(name) > 3 and name in names for name in others)


def _behind_its_region(parts: list[str], found: list[str | None]) -> bool:
    """`Los Angeles, CA, USA`: a country written out, one of its regions before it."""
    land, area = found[-1], parts[-2].upper()
    is_written = bool(land) and len(parts[-1].replace(".", "")) > 2
    return is_written and f"{land}-{area}" in region_codes(land or "") and not any(found[:-2])


def _is_certain(parts: list[str], found: list[str | None]) -> bool:
    """One country among the parts: written out and last, or named twice (name and code)."""
    if not found[-1]:
        return False
    if all(found):
        return True
    return not (len(parts[-1]) <= 2 and parts[-1].lower() != "uk")


@lru_cache(maxsize=REMEMBERED)
def country(value: str, aliases: Aliases) -> str | None:
    """Return the ISO 3166-1 alpha-2 code of a cleaned one-line country, or None.

    Chain: emoji flag, code, exact name in many languages, name with its code or a place before
    it, then a misspelt name of five letters or more whose nearest neighbour is one country only.
    """
    text, flags = _flags(value)
    text = _GLUED_CODE.sub(r"\1 - ", text.strip(" .,;:*\"'").replace("_", " "))
    if len(flags) > 1 or is_suspicious(value):
        return None
    if not text:
        return flags.pop() if flags else None
    found = _by_name(text, aliases)
    if found is None:
        found = _by_name(text.replace("-", " "), aliases)
    if found is None:
        found = _inverted(text, aliases) or _by_parts(text, aliases)
    if found is None:
        found = _misspelt(fold(text), aliases)
    return found if found and flags <= {found} else None


def _misspelt(name: str, aliases: Aliases) -> str | None:
    if is_region_name_anywhere(name):
        return None
    if _OF_A_PEOPLE.search(name):
        return None
    found = nearest(name, aliases.countries, changed_from=_CHANGED_FROM)
    is_sure = len(name) >= _LONG or nearest(name, _english(), changed_from=_CHANGED_FROM)
    return found if is_sure else None


@cache
def _english() -> Table:
    """What a short misspelt name may stand for: other languages have too many names near it."""
    names = {name: one.alpha_2 for one in pycountry.countries for name in _english_names(one)}
    return MappingProxyType({fold(name): code for name, code in names.items()} | _SHORT_NAMES)


def _english_names(one: Any) -> set[str]:
    return {one.name, getattr(one, "common_name", one.name)}


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
    own = aliases.regions.get(country_code, _NONE)
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
        nearest(spelling, table, changed_from=_CHANGED_FROM)
        for spelling in {name, core(name)}
        for table in (region_names(country_code), aliases.regions.get(country_code, _NONE))
    } - {None}
    return found.pop() if len(found) == 1 else None


def _region_parts(text: str, country_code: str, aliases: Aliases) -> str | None:
    """`Texas (TX)`, `Texas, USA`, `TX - Texas`: the parts must agree; the country may follow."""
    parts = [part.strip() for part in _PARTS.split(text) if part and part.strip()]
    if not 2 <= len(parts) <= 3:
        return None
    left = [part for part in parts if _by_name(part, aliases) != country_code]
    left = left or [part for part in parts if _in_country(part, country_code, aliases)]
    found = {_in_country(part, country_code, aliases) for part in left}
    return found.pop() if len(found) == 1 else None


@lru_cache(maxsize=REMEMBERED)
def city(value: str, country_code: str | None, aliases: Aliases) -> City:
    """Return the cleaned city, and the region or country that stood behind it when certain.

    `Austin, TX` is split when the country is known (or written behind); a value that is no name
    of a place (an address, a link, digits) gives no city.
    """
    bare = value.strip(" ,;:*\"").lstrip(".")
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
        behind = _by_name(parts[-1], aliases)
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


def names_several_countries(value: str, aliases: Aliases) -> bool:
    """Tell whether a value without a country is a known name of none, or names several."""
    if aliases.countries.get(fold(value)) == "":
        return True
    parts = [part for part in _PARTS.split(value)[:8] if part and part.strip()]
    return len({_by_name(part, aliases) for part in parts} - {None, ""}) > 1


def names_several_regions(value: str, country_code: str, aliases: Aliases) -> bool:
    """Tell whether a value without a region is a known name of none, or names several."""
    if aliases.regions.get(country_code, _NONE).get(fold(value)) == "":
        return True
    parts = [part for part in _PARTS.split(value)[:8] if part and part.strip()]
    return len({_in_country(part, country_code, aliases) for part in parts} - {None}) > 1
