"""Given and family name of a person.

`nameparser` for names of European order behind guards: CJK and Hangul names (family name first, no
spaces), initials, all capitals, e-mail addresses, links, keyboard noise and markup. A name that
cannot be parted with certainty gives what is certain.
"""

import re
from dataclasses import dataclass

from nameparser import HumanName
from nameparser.config import CONSTANTS, Constants

from routing.normalise.aliases import Aliases
from routing.normalise.person_words import (
    CHINESE,
    CHINESE_TWO,
    JAPANESE,
    KOREAN,
    KOREAN_TWO,
    MARKED_VIETNAMESE,
    NOISE_WORDS,
    PARTICLES,
    SPANISH,
    SUFFIXES,
    TITLES,
    VIETNAMESE,
)
from routing.normalise.text import fold, has_override, is_suspicious, one_line

LONGEST = 120  # characters of a person's name

_NO_NAME = re.compile(
    r"@|://|www\.|[{}<>=;$|/\\^~%]|\d(?!(?:rd|nd|th)\b)|\.(?:com|org|net|io|de)\b", re.I
)
_SYMBOLS = re.compile("[\u2190-\u2bff\U0001f000-\U0001faff\ufe0f\u200d\u20e3\u2600-\u27bf*_#©®™]+")
_NICKNAME = re.compile(r"[(\[][^)\]]*[)\]]|(?<=\s)[\"“”„'‘][^\"“”'’]+[\"“”'’](?=\s)")
_IN_BRACKETS = re.compile(r"(?<=\S)\s*[(\[][^()\[\]]{1,40}[)\]]")
_FRAME = " \t\"“”„'‘’,;:-–—./"
_HAN = re.compile("^[\u3400-\u9fff\uf900-\ufaff々]+$")
_HANGUL = re.compile("^[\uac00-\ud7a3]+$")
_KANA = re.compile("[\u3040-\u30ff]")
_EAST_ASIAN = re.compile("^[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uac00-\ud7a3々ー・ ]+$")
_HONORIFIC = re.compile("(?:先生|女士|小姐|様|さん|氏|님|씨)$")
_COMPANY_WORD = re.compile(r"\s[-–—|]\s|\b(?:inc|llc|ltd|gmbh|corp|corporation|company)\b\.?", re.I)
_JOINED_TITLE = re.compile(
    r"^(?:(?:hr|herr|frau)\.?\s+(?=dipl))?(?:(?:dott\.ssa|sig\.ra|sig\.na|prof\.ssa|univ\.-?\s?prof\.|mag\.\s?a|dr\.in|dipl\.-\w+\.|arch\.tto)\s+)+",
    re.I,
)
_TEAM = re.compile(
    r"^(?:the )?(?:team|sales|marketing|support)\b|\b(?:team|dept|department)$", re.I
)
_TWO_PEOPLE = re.compile(r"\s(?:&|\+|and|und|et)\s|\w{2}\.\w{2}", re.I)
_PATRONYMIC = re.compile(r"(?:ович|евич|овна|евна|ична|инична)$", re.I)
_PARTED = frozenset(  # what nameparser takes for no part of the name itself
    word
    for one in (
        *(CONSTANTS.titles, CONSTANTS.suffix_acronyms, CONSTANTS.suffix_not_acronyms),
        *(CONSTANTS.prefixes, CONSTANTS.conjunctions, CONSTANTS.bound_first_names),
    )
    for word in one
)
_NAMEPARSER = Constants()
_NAMEPARSER.prefixes.add("ten", "lo", "ap")
_INITIAL = re.compile(r"^[^\W\d_]\.?$")


@dataclass(frozen=True, slots=True)
class Person:
    """given, family: None where not certain."""

    given: str | None
    family: str | None

    @property
    def full(self) -> str | None:
        """Given and family name for display; East Asian names are joined as they are written."""
        parts = [part for part in (self.given, self.family) if part]
        if len(parts) == 2 and all(map(_EAST_ASIAN.match, parts)):
            space = "" if any(p.match(parts[0]) for p in (_HANGUL, _HAN)) else " "
            return f"{self.family}{space}{self.given}"
        return " ".join(parts) or None


NOBODY = Person(None, None)


def _before_symbols(line: str) -> str:
    """Without symbols; what stands behind one is no part of a name that is whole before it."""
    pieces = [piece for piece in map(str.strip, _SYMBOLS.split(line)) if piece]
    return pieces[0] if pieces and " " in pieces[0] else " ".join(pieces)


def _cleaned(value: str, aliases: Aliases) -> str | None:
    """The value without symbols and frames, or None where it is no person's name."""
    if has_override(value) or is_suspicious(value):
        return None
    text = _IN_BRACKETS.sub(" ", _before_symbols(one_line(value)))
    text = " ".join(text.split())
    text = text.strip(_FRAME + "()[]") + ("." if re.search(r"\b\w\.$", text) else "")
    if not text or len(text) > LONGEST or _NO_NAME.search(text):
        return None
    words = fold(text).split()
    if not words or " ".join(words) in aliases.placeholders or set(words) <= NOISE_WORDS:
        return None
    if all(len(word) > 2 and len(set(word)) == 1 for word in words):
        return None
    return text if any(map(str.isalpha, text)) else None


def parse_person(value: str, aliases: Aliases) -> Person:
    """Return given and family name of one full name; `NOBODY` where it is none. Never raises."""
    text = _cleaned(value, aliases)
    if text is None:
        return NOBODY
    if _EAST_ASIAN.match(text):
        return _east_asian(_HONORIFIC.sub("", text).strip())
    text = _JOINED_TITLE.sub("", text)
    if _COMPANY_WORD.search(text) or _TWO_PEOPLE.search(text) or _TEAM.search(text):
        return NOBODY
    text = _NICKNAME.sub(" ", f" {text} ")
    return _western(" ".join(_without_titles(text.split())))


def _without_titles(words: list[str]) -> list[str]:
    """Drop titles before the name as long as two words stay; dots and case do not matter."""
    if len(words) > 2 and [_bare(word) for word in words[:2]] == ["de", "heer"]:
        words = words[1:]
    while len(words) > 2 and _bare(words[0]) in TITLES and not _INITIAL.match(words[0]):
        words = words[1:]
    return words


def _bare(word: str) -> str:
    return re.sub(r"[.\s]", "", word).lower()


def _family_first(parts: list[str]) -> bool:
    """Russian with the patronymic last, Vietnamese with its middle word: family name first."""
    if len(parts) == 3 and _PATRONYMIC.search(parts[2]):
        return True
    if len(parts) > 1 and parts[0].lower() in MARKED_VIETNAMESE:
        return True
    return len(parts) > 2 and fold(parts[0]) in VIETNAMESE and fold(parts[1]) in ("van", "thi")


def _capital_family(parts: list[str]) -> int:
    """How many capitalised words stand before the given name, as in French (`DUPONT Marie`)."""
    count = next((i for i, part in enumerate(parts) if not part.isupper()), 0)
    is_sure = all(
        (len(part) > 2 or part.lower() in PARTICLES) and "." not in part for part in parts[:count]
    )
    is_sure = (
        is_sure and count > 0 and len(parts[count - 1]) > 2 and all(map(str.istitle, parts[count:]))
    )
    return count if is_sure else 0


def _western(text: str) -> Person:
    parts = text.split()
    if (count := _capital_family(parts)) and all(_is_name_part(part) for part in parts):
        return Person(" ".join(parts[count:]), _cased(" ".join(parts[:count])))
    if _family_first(parts):
        russian = bool(_PATRONYMIC.search(parts[-1]))
        return Person(_cased(parts[1] if russian else parts[-1]), _cased(parts[0]))
    if len(parts) == 2 and all(map(_is_plain_word, parts)):
        return Person(_cased(parts[0]), _cased(parts[1]))
    if _two_families(parts) and not any(map(_is_initial_or_comma, parts)):
        return Person(_cased(" ".join(parts[:-2])), _cased(" ".join(parts[-2:])))
    try:
        name = HumanName(text, constants=_NAMEPARSER)
        given, middle, family = str(name.first), str(name.middle), str(name.last)
    except (ValueError, IndexError, TypeError, AttributeError, KeyError, RecursionError):
        return NOBODY
    if _INITIAL.match(given) and middle and all(map(_INITIAL.match, middle.split())):
        given = f"{given} {middle}"
    if _bare(family) in SUFFIXES and middle:
        family = middle.split()[-1]
    return Person(_cased(given), _cased(family))


def _two_families(parts: list[str]) -> bool:
    """Whether a Spanish name ends with the family names of father and mother."""
    last = [fold(part) for part in parts[-2:]]
    return len(parts) > 2 and all(word in SPANISH or word.endswith("ez") for word in last)


def _is_name_part(part: str) -> bool:
    small = _bare(part)
    return "," not in part and small not in SUFFIXES and small not in TITLES


def _is_initial_or_comma(part: str) -> bool:
    return "," in part or bool(_INITIAL.match(part))


def _is_plain_word(word: str) -> bool:
    """A word of letters that is no title, suffix, particle or initial: nothing to take apart."""
    small = word.lower()
    odd = small in TITLES or small in SUFFIXES or small in PARTICLES or len(word) < 3
    return word.isalpha() and not odd and small not in _PARTED


def _cased(name: str) -> str | None:
    """A name typed in one case gets capitals; particles stay small."""
    name = name.strip(_FRAME.replace(".", ""))
    if not any(map(str.isalpha, name)):
        return None
    letters = [char for char in name if char.isalpha()]
    if not letters or not (name.isupper() or name.islower()):
        return name
    words = name.split()
    return " ".join(
        word.lower()
        if word.lower() in PARTICLES and len(words) > 1 and index < len(words) - 1
        else _capital(word)
        for index, word in enumerate(words)
    )


def _capital(word: str) -> str:
    word = re.sub(r"[^\W\d_]+", lambda match: match[0].capitalize(), word)
    return re.sub(r"\bMc([a-z])", lambda match: "Mc" + match[1].upper(), word)


def _east_asian(text: str) -> Person:
    """Family name first; without a space only where the family name is known for certain."""
    parts = re.split(r"[ ・]", text)
    if len(parts) == 2 and all(parts):
        return _spaced(parts[0], parts[1])
    if len(parts) != 1:
        return NOBODY
    for length in (3, 2, 1):
        family, given = text[:length], text[length:]
        if given and _is_family(family, text):
            return Person(given, family)
    return NOBODY


def _spaced(first: str, second: str) -> Person:
    if _KANA.search(first) and not _KANA.search(second):
        return NOBODY
    return Person(second, first)


def _is_family(family: str, text: str) -> bool:
    if _HANGUL.match(text):
        return family in KOREAN_TWO or (len(family) == 1 and family in KOREAN and len(text) < 4)
    if family in JAPANESE or family in CHINESE_TWO:
        return len(text) <= 5
    known = len(family) == 1 and family in CHINESE and bool(_HAN.match(text)) and len(text) <= 3
    return known and text[:2] not in JAPANESE


def person_from_parts(first: str | None, last: str | None, aliases: Aliases) -> Person:
    """Return the name from separate fields; a part that is no name gives None."""
    return Person(_part(first, aliases), _part(last, aliases))


def _part(value: str | None, aliases: Aliases) -> str | None:
    text = _cleaned(value, aliases) if value else None
    if text is None:
        return None
    words = _NICKNAME.sub(" ", f" {text} ").replace(",", " ").split()
    while len(words) > 1 and _bare(words[0]) in TITLES and not _is_particle(words[0]):
        words = words[1:]
    while len(words) > 1 and _bare(words[-1]) in SUFFIXES:
        words = words[:-1]
    return _cased(" ".join(words))


def _is_particle(word: str) -> bool:
    return word.lower() in PARTICLES or bool(_INITIAL.match(word))
