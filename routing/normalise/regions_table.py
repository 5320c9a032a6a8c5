"""Region names of every country, from ISO 3166-2 as pycountry ships it, built once when asked."""

import gettext
import re
from collections.abc import Iterator
from functools import cache
from types import MappingProxyType
from typing import Any

import pycountry

from routing.normalise.aliases import Table
from routing.normalise.text import fold, words

_LANGUAGES = sorted(words("en de fr es it nl pl sv da fi cs ru uk tr el ja zh_CN zh_TW ko he ca"))
_BRACKETS = re.compile(r"[\[(].*")
_INNER = re.compile(r"[\[(]([^\])]+)[\])]")
# Words for the kind of area, which people leave out or put on either side of the name.
_GENERIC = words("""
    commonwealth co state of the province provincia provinz provincie region regione regio regiao
    land
    freistaat canton kanton cantone county departement department departamento departamentul
    prefecture ken fu to do si gun oblast oblastj respublika republic krai kray okrug avtonomnyy
    governorate muhafazat emirate district distrikt distrito bezirk kraj kraji lan lans fylke
    wojewodztwo woj voivodeship il ili sheng shi zizhiqu gwangyeoksi teukbyeolsi teukbyeoljachido
    estado estado libre soberano territory union federal comunidad autonoma de del di da des la
    comunitat principado foral illes judet judetul megye zupanija maakond apskritis novads dept
    metropolitan city municipality area greater regional unit periferia mintaqat imarat
    hauptstadtregion gewest stadsprovincie stadsgewest etat bundesland vilayet changwat thanh pho
    tinh wilaya autonomous special administrative capital hlavni mesto kabupaten propinsi""")
_ASIAN_ENDINGS = re.compile(
    "(?:省|市|府|県|都|自治区|特别行政区|특별시|광역시|특별자치시|특별자치도|도)$"
)


@cache
def _translations() -> tuple[gettext.NullTranslations, ...]:
    folder = pycountry.LOCALES_DIR
    return tuple(
        gettext.translation("iso3166-2", folder, [language], fallback=True)
        for language in _LANGUAGES
    )


def core(name: str) -> str:
    """Return a folded region name without words for its kind (`provincia di milano` -> `milano`).

    A name made of such words only (`Distrito Federal`) is returned whole.
    """
    words = [word for word in name.split() if word not in _GENERIC]
    return _ASIAN_ENDINGS.sub("", " ".join(words)) or name


def _spellings(name: str) -> Iterator[str]:
    """All spellings of one official name: inverted parts, brackets, several in one."""
    for piece in name.split(";"):
        yield _BRACKETS.sub("", piece).replace("*", "")
        yield from _INNER.findall(piece)
        head, comma, tail = _BRACKETS.sub("", piece).partition(",")
        if comma:
            yield f"{tail} {head}"
            yield head


def _names(name: str) -> Iterator[str]:
    yield from _spellings(name)
    for translation in _translations():
        translated = translation.gettext(name)
        if translated != name:
            yield from _spellings(translated)


def _rank(subdivision: Any) -> int:
    """Top-level areas win a name over the ones inside them (Lombardia over its provinces)."""
    return 1 if subdivision.parent_code else 0


def _areas(country: str) -> list[Any]:
    return [one for one in pycountry.subdivisions if one.country_code == country]


def _claims(subdivisions: list[Any], reduce: bool) -> dict[str, set[str]]:
    claims: dict[str, set[str]] = {}
    for subdivision in subdivisions:
        native = {fold(name) for name in _spellings(subdivision.name)}
        names = native if not reduce else {fold(name) for name in _names(subdivision.name)}
        names |= {core(name) for name in names} if reduce else set()
        for name in names - {""}:
            claims.setdefault(name, set()).add(subdivision.code)
    return claims


@cache
def region_names(country: str) -> Table:
    """Return folded name -> ISO 3166-2 code for one alpha-2 country, empty when it has none.

    Official names come before translations and top-level areas before inner ones; a name claimed
    by two areas of one rank is left out.
    """
    found = _areas(country)
    table: dict[str, str] = {}
    for reduce in (False, True):
        for rank in (0, 1):
            claims = _claims([one for one in found if _rank(one) == rank], reduce)
            for name, codes in claims.items():
                if name not in table:
                    table[name] = codes.pop() if len(codes) == 1 else ""
    return MappingProxyType({name: code for name, code in table.items() if code})


@cache
def region_codes(country: str) -> frozenset[str]:
    """Return the ISO 3166-2 codes of one alpha-2 country."""
    return frozenset(one.code for one in _areas(country))


def is_region_name_anywhere(name: str) -> bool:
    """Tell whether a folded name is the official name of a region of any country."""
    return name in _all_official()


@cache
def _all_official() -> frozenset[str]:
    return frozenset(fold(name) for one in pycountry.subdivisions for name in _spellings(one.name))
