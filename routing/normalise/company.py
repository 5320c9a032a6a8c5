"""Company name without its legal form, and a key under which spellings of one name meet.

Legal forms are alias data (`data/legal_forms.tsv`): most count behind the name only (`AS Roma`,
`SA Power Networks` and `Limited Brands` keep theirs), a few also before it (`ООО Ромашка`).
"""

import re
import unicodedata
from functools import lru_cache

from routing.normalise.aliases import Aliases
from routing.normalise.text import REMEMBERED, fold

_TOKEN = re.compile(r"[^\s,;]+")
_MOST_TOKENS = 8  # words in the longest legal form
_MOST_FORMS = 4  # legal forms stripped one after another from one name
_FRAME = " \t,;:-–—|/\"'“”„‟«»‹›「」『』()（）[]"
_QUOTED = re.compile(r"^[\"'“”„«‹「『](.*)[\"'“”„»›」』]$")
_OPEN_END = re.compile(r"(?:^|\s)(?:&|\+|and|und|et|y|e|en|och|og|i|и|the)$", re.I)
_IN_BRACKETS = re.compile(r"[(（\[]\s*(주|유|株|有|합|재|사)\s*[)）\]]")
_COMPANY = re.compile(r"^(?!the\s)(.*\S),?\s+company$", re.I)
_DESCRIBED = re.compile(r"\w+(?:ing|ion|al|ance|ment|trust|tea|coffee|motor|oil|gas)$", re.I)
_HYPHENED_FORM = re.compile(
    r"(?<=\w)(?<!ngs)(?<!ons)(?<!bs)(?<!fts)(?<!äts)-(?=GmbH\b)"
)  # not the compound Verwaltungs-GmbH
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "ae", "Ö": "oe", "Ü": "ue"})
_DOTTED = re.compile(r"\w[\w'-]+,?\s+((?:[^\W\d_]{1,2}\.\s?){2,5})$")
_NO_COMPANY = frozenset(  # typed by many who have none; they would all count as one company
    {"self", "self employed", "selfemployed", "myself", "freelance", "freelancer", "independent"}
    | {"selbststandig", "selbstandig", "freiberufler", "freiberuflich", "autonomo", "independant"}
    | {
        "unemployed",
        "retired",
        "student",
        "individual",
        "private",
        "privat",
        "personal",
        "no company",
    }
    | {
        "zzp",
        "libero professionista",
        "autoentrepreneur",
        "auto entrepreneur",
        "company",
        "my company",
    }
)
_CAPITALS_WANTED = 2  # a form this short counts only in capitals or with dots


def _tail_form(name: str, aliases: Aliases) -> int | None:
    """Where the longest legal form at the end of `name` begins, or None."""
    tokens = list(_TOKEN.finditer(name))
    for token in tokens[-_MOST_TOKENS:]:
        start = token.start()
        if not start or _OPEN_END.search(name[:start].rstrip(" ,")):
            continue
        if _is_form(name[start:], name, aliases, {"end", "both"}):
            return start
    return None


def _is_form(text: str, name: str, aliases: Aliases, places: set[str]) -> bool:
    folded = fold(text)
    either = [fold(part) for part in text.split("/")]  # AB InBev SA/NV
    if "." in text and folded not in aliases.legal_forms:
        folded = folded.replace(" ", "")
    if aliases.legal_forms.get(folded) not in places and (
        len(either) < 2 or any(aliases.legal_forms.get(form) not in places for form in either)
    ):
        return False
    if text == "Spa":
        return False  # an English word; the Italian form is SpA, S.p.A. or SPA
    short = len(folded) <= _CAPITALS_WANTED and "." not in text and text.lower() != text.upper()
    return not short or text != text.lower() or name == name.lower()


def _head_form(name: str, aliases: Aliases) -> int | None:
    """Where the name begins behind a legal form that its country writes in front, or None."""
    tokens = list(_TOKEN.finditer(name))
    for count in range(min(4, len(tokens) - 1), 0, -1):
        end = tokens[count - 1].end()
        head = name[:end]
        if _is_form(head, name, aliases, {"both"}) and (not head.isascii() or head.isupper()):
            return end
    return None


def _joined_forms(name: str, aliases: Aliases) -> str:
    """Strip forms of scripts without spaces (株式会社, 有限公司, 주식회사) from either end."""
    if name.isascii():
        return name
    forms = sorted((f for f, at in aliases.legal_forms.items() if at == "both"), key=len)
    for form in reversed([form for form in forms if not form.isascii() and _is_asian(form)]):
        if len(form) > 1 and len(name) > len(form) and name.startswith(form):
            name = name.removeprefix(form).strip(_FRAME)
        if len(form) > 1 and len(name) > len(form) and name.endswith(form):
            name = name.removesuffix(form).strip(_FRAME)
    return name.strip("㈱㈲㈜") if name.strip("㈱㈲㈜ ") else name


def _is_asian(form: str) -> bool:
    return unicodedata.name(form[0], "").startswith(("CJK", "HANGUL"))


def _framed(name: str) -> str:
    """The name without separators and quotes around it; quotes inside and brackets behind stay."""
    name = name.strip(" \t,;:-–—|/")
    match = _QUOTED.match(name)
    return match[1].strip() if match and not re.search(r"[\"“”„«»]", match[1]) else name


@lru_cache(maxsize=REMEMBERED)
def company_name(value: str, aliases: Aliases) -> str | None:
    """Return a cleaned one-line company name without legal forms, or None.

    None means that nothing but a legal form or punctuation was there.
    """
    name = _framed(_HYPHENED_FORM.sub(" ", _IN_BRACKETS.sub(r" \1 ", value)).strip())
    name = _framed(_joined_forms(name, aliases))
    for _ in range(_MOST_FORMS):
        start = _tail_form(name, aliases)
        if start is None:
            break
        name = _framed(name[:start])
    end = _head_form(name, aliases)
    name = _framed(name[end:]) if end else name
    company = _COMPANY.match(name)
    if company and not (_DESCRIBED.search(company[1]) or _OPEN_END.search(company[1])):
        name = company[1]
    if not any(map(str.isalnum, name)) or aliases.legal_forms.get(fold(name)):
        return None
    if fold(name) in _NO_COMPANY:
        return None
    return name


def unknown_form(name: str) -> str | None:
    """Return what looks like a legal form behind a company name (`X.Y.Z.`) that no table has."""
    found = _DOTTED.search(name)
    return found[1] if found else None


def company_key(value: str, aliases: Aliases) -> str | None:
    """Return the key of a company name: letters and digits of its folded name, or None.

    Without legal form, leading `the` and trailing `company`; `&` and `+` become `and` and `plus`;
    German umlauts become two letters (`Müller` and `Mueller` meet).
    """
    return _key(value, aliases, _UMLAUTS)


def same_company(left: str, right: str, aliases: Aliases) -> bool:
    """Tell whether two names are one name spelt in two ways; legal forms do not count.

    Umlauts may be written as two letters or as the bare vowel. Similar names are not the same.
    """
    keys = [
        {_key(name, aliases, _UMLAUTS), _key(name, aliases, {})} - {None} for name in (left, right)
    ]
    return bool(keys[0] & keys[1])


def _key(value: str, aliases: Aliases, umlauts: dict[int, str]) -> str | None:
    name = company_name(value, aliases)
    if name is None:
        return None
    words = fold(unicodedata.normalize("NFC", name).translate(umlauts).replace("+", " plus "))
    parts = words.split()
    parts = parts[1:] if len(parts) > 1 and parts[0] == "the" else parts
    parts = parts[:-1] if len(parts) > 1 and parts[-1] in ("company", "co") else parts
    return "".join(parts) or None
