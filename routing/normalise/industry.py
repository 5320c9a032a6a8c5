"""Industry as people type it to one of the 20 sectors of LinkedIn's industry codes V2.

Alias data (`data/industries.tsv`) with a little grammar: the last words of an English or German
phrase (`Automotive manufacturing`) and the first of a Romance one (`Cabinet d'avocats`) decide.
Two sectors in one value, and words that name none (Business, Services), give no answer.
"""

import re
from typing import Literal, get_args

from routing.normalise.aliases import Aliases
from routing.normalise.fuzzy import nearest
from routing.normalise.text import fold, is_suspicious, words

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

_SEPARATORS = re.compile(r"\s*(?:[,;|/&+>()]|\s[-–—]\s|\b(?:and|und|et|y|e|en)\b)\s*", re.I)
_GENERIC = words(
    "industry industries sector branche business company companies firm firma services service"
    " solutions solution provider providers group general other the of and sektor secteur industria"
    " bereich branch trade field organization"
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


def industry_sector(value: str, aliases: Aliases) -> str | None:
    """Return the sector slug of a cleaned one-line industry, or None where it is not certain.

    The slug is one of `SECTORS` unless policy's aliases name others. A six-digit NAICS 2022 code is
    read by its first digits. Never raises.
    """
    if is_suspicious(value):
        return None
    code = _NAICS_6.match(value.strip().lower())
    if code:
        return next((sector for head, sector in _NAICS if code[1].startswith(head)), None)
    words = fold(value).split()
    if not words or len(words) > _MOST_WORDS:
        return None
    return _phrase(words, aliases) or _list(value, aliases)


def _phrase(words: list[str], aliases: Aliases) -> str | None:
    """The sector of one phrase: whole, without generic words, by its grammar, or misspelt."""
    exact = aliases.industries.get("exact", {})
    phrase = " ".join(words)
    bare = [word for word in words if word not in _GENERIC]
    found = exact.get(phrase) or exact.get(" ".join(bare))
    if found:
        return found
    found = _by_grammar(words, aliases) if len(words) > 1 else _by_ending(phrase, aliases)
    return found or nearest(phrase, exact)


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
    if sector in _STRONG_DOING and (of or not set(rest) & (_BREAKS - {"software", "and"})):
        return True
    if set(rest) & _BREAKS:
        return False
    other = aliases.industries.get("exact", {}).get(" ".join(rest))
    return other in (None, sector) or (sector in _DOING and not of)


def _by_ending(word: str, aliases: Aliases) -> str | None:
    """The sector of a compound word by its ending, the longest first (`Lebensmittelgroßhandel`)."""
    endings = aliases.industries.get("ending", {})
    for start in range(max(1, len(word) - 24), len(word) - 4):
        if word[start:] in endings:
            return endings[word[start:]]
    return None


def _list(value: str, aliases: Aliases) -> str | None:
    """Several industries in one value, all of one sector; a part that names none spoils it."""
    parts = [fold(part).split() for part in _SEPARATORS.split(value) if part and part.strip()]
    if len(parts) < 2:
        return None
    found = {_phrase(words, aliases) for words in parts if set(words) - _GENERIC}
    return found.pop() if len(found) == 1 else None
