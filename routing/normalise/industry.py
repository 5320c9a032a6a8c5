"""Industry as people type it to one of the 20 sectors of LinkedIn's industry codes V2.

Alias data (`data/industries.tsv`) with a little grammar: the last words of an English or German
phrase (`Automotive manufacturing`) and the first of a Romance one (`Cabinet d'avocats`) decide.
Two sectors in one value, and words that name none (Business, Services), give no answer.
"""

import re
from functools import lru_cache
from typing import Literal, get_args

from routing.normalise.aliases import Aliases, Table
from routing.normalise.fuzzy import nearest
from routing.normalise.slip import JOINS
from routing.normalise.text import REMEMBERED, fold, is_suspicious, words

Sector = Literal[
    "accommodation_food",
    "administrative_support",
    "construction",
    "consumer_services",
    "education",
    "entertainment",
    "farming_forestry",
    "financial_services",
    "government_administration",
    "holding_companies",
    "hospitals_health_care",
    "manufacturing",
    "oil_gas_mining",
    "professional_services",
    "real_estate_rental",
    "retail",
    "technology_information_media",
    "transportation_logistics",
    "utilities",
    "wholesale",
]
SECTORS: tuple[str, ...] = get_args(Sector)
_MOST_WORDS = 12
_LONG = 12  # letters from which a misspelt phrase may hold two slips

_SEPARATORS = re.compile(
    r"\s*(?:[,;|/&+>()\[\]・、，；·:]|\s[-–—]\s|\s(?:and|und|et|y|e|en|og|och|i|ja|ve|и|or|oder|ou|o)"
    r"(?=\s))\s*",
    re.I,
)
_ELIDED = re.compile(r"\b([dl])['’](?=\w)", re.I)
_CJK = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")
_CJK_GENERIC = re.compile(
    "(?:行業|行业|産業|产业|業界|業|业|サービス|サービス業|服务|服務|公司|企業|企业|会社|서비스|업|산업|분야)$"
)
_GENERIC = words("""
    industry industries industrial sector sectors segment branche business businesses company
    companies firm firms firma services service svcs solutions solution provider providers vendor
    group general other the of and sektor secteur industria bereich branch trade field organization
    organisation startup startups start up chain chains
    chaine cadena catena rede operator operators azienda branza branzy branschen bransje bransjen
    industri industrie settore setor sektori bedrijf bedrijven bedrijfstak
    bolag foretag virksomhed empresa
    empresas entreprise entreprises societe societes societa compagnie compania compagnia
    dienstleistung dienstleistungen dienstleister unternehmen servicios servicio servizi servico
    servicos diensten dienstverlening tjanster tjenester uslugi sluzby hizmetleri palvelut
    inc d l de di da do des du del la le les el los der die das en van y e et und og och i aux
    отрасль сфера услуги компания индустрия""")
_NEUTRAL = words("""
    federal state local regional national international global general commercial residential
    private public small large medium domestic foreign corporate sme smb b2b b2c misc
    miscellaneous other others etc more various sonstige sonstiges autre autres otros outros altro
    please specify""")
_EXCLUDING = words(
    "but anything except excluding ohne sauf excepto exceto escluso behalve not nicht sans"
)
_LISTED = re.compile(r"\w\s*[,;|]\s*\w")
_KIND = re.compile(
    r"(\w{3,})(?:branche|branchen|sektor|sector|unternehmen|firma|firmen|betrieb|bedrijf|bedrijven"
    r"|bransjen|foretag|bolag|selskap|selskab|virksomhed|kette|ketten|gewerbe|anbieter|dienste"
    r"|dienstleister|dienstleistungen|konzern|gruppe)$"
)
_NAICS_6 = re.compile(r"^(?:naics[\s:#-]*)?(\d{6})(?!\d)")
_NAICS: tuple[tuple[str, str], ...] = (
    ("5415", "technology_information_media"),
    ("562", "utilities"),
    ("11", "farming_forestry"),
    ("21", "oil_gas_mining"),
    ("22", "utilities"),
    ("23", "construction"),
    ("31", "manufacturing"),
    ("32", "manufacturing"),
    ("33", "manufacturing"),
    ("42", "wholesale"),
    ("44", "retail"),
    ("45", "retail"),
    ("48", "transportation_logistics"),
    ("49", "transportation_logistics"),
    ("51", "technology_information_media"),
    ("52", "financial_services"),
    ("53", "real_estate_rental"),
    ("54", "professional_services"),
    ("55", "holding_companies"),
    ("561", "administrative_support"),
    ("61", "education"),
    ("62", "hospitals_health_care"),
    ("71", "entertainment"),
    ("72", "accommodation_food"),
    ("81", "consumer_services"),
    ("92", "government_administration"),
)


@lru_cache(maxsize=REMEMBERED)
def industry_sector(value: str, aliases: Aliases) -> str | None:
    """Return the sector slug of a cleaned one-line industry, or None where it is not certain.

    The slug is one of `SECTORS` unless policy's aliases name others. A six-digit NAICS 2022 code is
    read by its first digits. Never raises.
    """
    if is_suspicious(value):
        return None
    exact = aliases.industries.get("exact", {}).get(fold(value))
    if exact is not None:
        return exact or None
    code = _NAICS_6.match(value.strip().lower())
    if code:
        return next((sector for head, sector in _NAICS if code[1].startswith(head)), None)
    words = fold(value).split()
    if not words or len(words) > _MOST_WORDS or set(words) & _EXCLUDING or words[0] == "non":
        return None
    if _LISTED.search(value) and not set(words) & JOINS:
        # Hospital, School, Hotel: the last one is no head of the others
        return _list(value, aliases)
    return _phrase(words, aliases) or _elided(value, aliases) or _list(value, aliases)


def names_several(value: str, aliases: Aliases) -> bool:
    """Tell whether parts of a value without a sector name sectors of their own (ambiguous)."""
    named = {_phrase(fold(part).split(), aliases) for part in _parts(value)[:_MOST_WORDS]}
    return len(named - {None}) > 1


def _elided(value: str, aliases: Aliases) -> str | None:
    """`Compagnie d'assurance`: the article apart from its noun."""
    apart = _ELIDED.sub(r"\1 ", value)
    return _phrase(fold(apart).split(), aliases) if apart != value else None


def _phrase(words: list[str], aliases: Aliases) -> str | None:
    """The sector of one phrase: whole, without generic words, by its grammar, or misspelt."""
    exact = aliases.industries.get("exact", {})
    phrase = " ".join(words)
    if phrase in exact:
        return exact[phrase] or None
    bare = " ".join(word for word in words if word not in _GENERIC)
    found = (
        exact.get(bare)
        or exact.get(_singular(bare))
        or (exact.get(bare.replace(" ", "")) if len(words) > 1 else None)
    )
    if found:
        return found
    if not phrase.isascii() and (found := _written_together(phrase, aliases)):
        return found
    found = _by_grammar(words, aliases) if len(words) > 1 else _by_ending(phrase, aliases)
    return found or _misspelt(phrase, exact)


def _singular(phrase: str) -> str:
    """An English phrase with its last word in the singular (`advertising agencies`)."""
    if phrase.endswith("ies"):
        return phrase[:-3] + "y"
    return phrase[:-1] if phrase.endswith("s") else phrase


def _misspelt(phrase: str, exact: Table) -> str | None:
    return nearest(phrase, exact, 1 if len(phrase) < _LONG else 2)


def _written_together(phrase: str, aliases: Aliases) -> str | None:
    """Scripts without spaces: what the value begins and ends with must not name two sectors.

    What is done to a thing wins over the thing, as it does in a phrase (`汽车制造`).
    """
    if not _CJK.search(phrase):
        return None
    exact, text = aliases.industries.get("exact", {}), _CJK_GENERIC.sub("", phrase)
    ends = [exact.get(text[at:]) for at in range(len(text) - 1)]
    starts = [exact.get(text[:at]) for at in range(len(text), 1, -1)]
    last = next((found for found in ends if found), None)
    first = next((found for found in starts if found), None)
    if last in _DOING or first in (None, last):
        return last
    return first if last is None and first not in _DOING else None


def _by_grammar(words: list[str], aliases: Aliases) -> str | None:
    """The sector of the first words or of the last words; both must agree when both name one.

    `Wholesale of software` and `software wholesale` are wholesale; `dental software` has a known
    other sector before its head, which no rule of grammar decides safely: no answer.
    """
    lead, behind = _longest(words, "lead", aliases, first=True)
    head, before = _longest(words, "head", aliases, first=False)
    if lead in _STRONG_DOING or (lead and head in (None, lead)):
        return lead if _agrees(behind, lead, aliases, of=True) else None
    if lead and head not in _STRONG_DOING:
        return None
    return head if head and _agrees(before, head, aliases, of=False) else None


def _longest(
    words: list[str], kind: str, aliases: Aliases, *, first: bool
) -> tuple[str | None, list[str]]:
    """The sector of the longest known beginning (or end) of `words`, and the words left."""
    table = aliases.industries.get(kind, {})
    for count in range(min(5, len(words) - 1), 0, -1):
        part, rest = (words[:count], words[count:]) if first else (words[-count:], words[:-count])
        found = table.get(" ".join(part))
        if found:
            return found, rest
    return None, words


# What is made, sold or moved may belong to any sector: these words say what is done with it.
_DOING = frozenset({"manufacturing", "wholesale", "retail"})
_STRONG_DOING = frozenset({"manufacturing", "wholesale"})
_BREAKS = words("for fur pour para per voor to in with and und et y e or software")


def _agrees(rest: list[str], sector: str, aliases: Aliases, *, of: bool) -> bool:
    phrase = " ".join(rest)
    other = aliases.industries.get("exact", {}).get(phrase)
    if {other, sector} == {"retail", "wholesale"}:
        return False
    if sector in _STRONG_DOING and (of or not set(rest) & (_BREAKS - {"software", "and"})):
        return True
    if set(rest) & _BREAKS:
        return False
    return other in (None, sector) or (sector in _DOING and not of)


def _by_ending(word: str, aliases: Aliases) -> str | None:
    """The sector of a compound word by its ending, the longest first (`Lebensmittelgroßhandel`)."""
    endings, exact = aliases.industries.get("ending", {}), aliases.industries.get("exact", {})
    kind = _KIND.match(word)
    if kind and (found := exact.get(kind[1]) or exact.get(kind[1].removesuffix("s"))):
        return found
    for start in range(max(1, len(word) - 24), len(word) - 4):
        if word[start:] in endings:
            return endings[word[start:]]
    return None


def _parts(value: str) -> list[str]:
    return [part for part in _SEPARATORS.split(value) if part and part.strip()]


def _list(value: str, aliases: Aliases) -> str | None:
    """Several industries in one value, all of one sector; a part that names none spoils it."""
    parts = [fold(part).split() for part in _parts(value)]
    if len(parts) < 2:
        return None
    telling = [words for words in parts if set(words) - _GENERIC - _NEUTRAL]
    found = {_phrase(words, aliases) for words in telling or parts}
    return found.pop() if len(found) == 1 else None
