"""Country as people type it to ISO 3166-1 alpha-2.

Names come from Unicode CLDR (`data/countries.tsv`) and the alias table. NA is missing rather than
Namibia; a part of a country (New Mexico) is no country, and neither is a word that only looks
like one (Neverland, Jordanian).
"""

import re
from functools import cache, lru_cache
from types import MappingProxyType
from typing import Any

import pycountry

from routing.normalise.aliases import Aliases, Table
from routing.normalise.fuzzy import nearest
from routing.normalise.regions_table import is_region_name_anywhere, region_codes, region_names
from routing.normalise.text import REMEMBERED, fold, is_suspicious

NONE: Table = MappingProxyType({})
PARTS = re.compile(r"\s+[-–—|/]\s*|\s*[-–—|/]\s+|[,;()\[\]]|\s*/\s*")
CHANGED_FROM = 7
_FLAG = re.compile("([\U0001f1e6-\U0001f1ff])([\U0001f1e6-\U0001f1ff])")
_CODE_2 = re.compile(r"[A-Za-z]{2}$")
_CODE_3 = re.compile(r"[A-Za-z]{3}$")
_WORDS_AS_CODES = frozenset({"na", "no", "and", "are", "can", "per", "com", "mar", "gin", "cub"})
_INVERTED = re.compile(
    r"^([^,()]+?)\s*[,(]\s*((?:the )?[^,()]*\b(?:republic|kingdom|states?|federation|islands?)"
    r"\b[^,()]*?)\)?$",
    re.I,
)
_OF_A_PEOPLE = re.compile(r"(?:ian|ean|ish|ese|ans)$")  # Jordanian is no misspelt country
_ARTICLE = re.compile(r"^(?:the|les?|la|die|das|el|los|las|il|gli|as|os)\s|\s(?:the)$")
_GLUED_CODE = re.compile(r"^([A-Z]{2,3})[-:](?=\w{4})")  # FR-France
_LONG = 9  # letters from which a misspelt country may be of any language
_SHORT_NAMES = {"russia": "RU", "turkey": "TR", "syria": "SY", "brunei": "BN", "korea": ""} | {
    "england": "GB",
    "scotland": "GB",
    "wales": "GB",
}


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


def by_name(value: str, aliases: Aliases) -> str | None:
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
    parts = [part.strip() for part in PARTS.split(value) if part and part.strip()]
    if not 2 <= len(parts) <= 4:
        return None
    found = [by_name(part, aliases) for part in parts]
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
    names = region_names(code).keys() | aliases.regions.get(code, NONE).keys()
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
    found = by_name(text, aliases)
    if found is None:
        found = by_name(text.replace("-", " "), aliases)
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
    found = nearest(name, aliases.countries, changed_from=CHANGED_FROM)
    is_sure = len(name) >= _LONG or nearest(name, _english(), changed_from=CHANGED_FROM)
    return found if is_sure else None


@cache
def _english() -> Table:
    """What a short misspelt name may stand for: other languages have too many names near it."""
    names = {name: one.alpha_2 for one in pycountry.countries for name in _english_names(one)}
    return MappingProxyType({fold(name): code for name, code in names.items()} | _SHORT_NAMES)


def _english_names(one: Any) -> set[str]:
    return {one.name, getattr(one, "common_name", one.name)}


def names_several_countries(value: str, aliases: Aliases) -> bool:
    """Tell whether a value without a country is a known name of none, or names several."""
    if aliases.countries.get(fold(value)) == "":
        return True
    parts = [part for part in PARTS.split(value)[:8] if part and part.strip()]
    return len({by_name(part, aliases) for part in parts} - {None, ""}) > 1
