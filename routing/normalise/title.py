"""Job title to seniority tier by ordered rules over alias data (`data/titles.tsv`).

The noun that names the role decides, not the words around it: the last one before `of`, `for`,
`to` or a comma. So `Assistant to the CEO` is an ic, `CTO Office Intern` an intern, `Student
Success Manager` a manager. Of titles joined by `&` or `/` the highest counts.
"""

import re
from functools import lru_cache
from typing import get_args

from routing.normalise.aliases import Aliases
from routing.normalise.fuzzy import nearest
from routing.normalise.slip import allowed_slips
from routing.normalise.text import REMEMBERED, fold, words
from routing.values import TitleTier

_RANK: dict[str, int] = {tier: rank for rank, tier in enumerate(get_args(TitleTier))}
_MOST_WORDS = 60  # words of a title that are looked at

_POSSESSIVE = re.compile(r"\b\w+['’]s\b", re.I)
_ELIDED = re.compile(r"\b([dl])['’](?=\w)", re.I)
_THEIR_ASSISTANT = re.compile(
    r"^[^,;|]*\w['’]s? (?:executive |personal )?(?=(?:assistant|secretary|pa|ea|aide)\b)", re.I
)
_GENDER = re.compile(
    r"\((?:m|w|f|d|x|gn|h|all genders|/|\s)+\)|\bm/w/d\b|(?<=\w)[*:_/](?:in|innen)\b"
)
_NO_TITLE = re.compile(r"@\w+\.|https?:|www\.|[{}<>=;$\\]")
_CONTEXT = re.compile(r"\s+@\s*|\s+(?:at|bei|bij|hos|chez|presso|w firmie)\s+", re.I)
_SEGMENTS = re.compile(r"\s*(?:[|;+•·()\[\]]|\s[-–—]\s|,|:|\bcum\b)\s*")
_OPTIONAL = re.compile(r"[(\[]\s*(senior|sr\.?|junior|jr\.?|lead|deputy|co)\s*[)\]]", re.I)
_HEAD_OF = re.compile(r"^((?:\w+ )?head)\s*(?:,|\s[-–—]|:)\s+(?=\w)", re.I)
_CHIEF_OFFICER = re.compile(
    r"^\W*(?:[\w]+ ){0,2}chief (?:(?!of|to|for)[\w&/]+,? ){1,6}officer\b", re.I
)
_JOINED = re.compile(r"\s*(?:/|兼)\s*|\s+(?:and|und|et|y|e|en|och|og|i|ve|и)\s+")
_AFTER_OF = words("of de du des da do dos das del della dei di der von van por per f")
_AFTER_TO = words(
    "for to in at with on the fur fuer zur zum im voor bei reporting supporting para pour au aux al"
    " alla w do ds für по w"
)
_SENIOR = words(
    "senior sr snr lead principal distinguished expert seniorin leitender leitende konfirmiert"
    " старшии ведущии главныи starszy starsza kidemli vanhempi"
)
_SENIOR_PART = re.compile("高级|高級|资深|資深|シニア|上級|수석|선임|책임|시니어|บุคลากรอาวุโส")
_SENIOR_WORD = re.compile(r"\bsenior(?=[^\W\d_]{5,})(?!enheim|enresidenz|enpflege|enzentrum|ities)")
_NOT_SENIOR_BEFORE = words("living care citizen citizens home housing gen generation")
_STAFF = words(
    "engineer developer scientist designer architect researcher programmer sre swe analyst writer"
    " technologist"
)
_DENIED = words(
    "former ex retired unemployed aspiring future seeking looking ehemaliger ehemalige ancien"
    " ancienne rentner retraite jubilado pensionist arbeitslos arbeitssuchend wannabe not"
    " break sabbatical formerly previously previous ehem ehemals vormals"
)
_OF_INTERNS = words(
    "specialist manager coordinator recruiter advisor adviser mentor trainer supervisor officer"
)
_LESSER = words(
    "deputy assistant associate stellvertretender stellvertretende stv vice adjoint"
    " adjointe adjunto adjunta vize junior"
)
_FIELDS = (
    frozenset(  # a role by themselves, and what another role is about: VP Business Development
        {"business development", "customer success", "customer service", "customer support"}
        | {
            "technical support",
            "tech support",
            "it support",
            "help desk",
            "front desk",
            "data entry",
        }
    )
)
_ADJECTIVES = words(  # Romance: a role alone, an adjective behind one (direttore tecnico)
    "tecnico tecnica ejecutivo ejecutiva executivo executiva administrativo administrativa medico"
    " medica grafico grafica cientifico cientifica scientifico scientifica commercial commerciale"
    " comercial"
)
_OFFICES = words("office offices buro bureau oficina ufficio kantoor staff team department")
_TYPOS = {
    "exec": "executive",
    "assoc": "associate",
    "cheif": "chief",
    "cheaf": "chief",
    "offcer": "officer",
    "oficer": "officer",
    "presidant": "president",
    "vise": "vice",
    "exectutive": "executive",
    "excutive": "executive",
    "senoir": "senior",
    "seinor": "senior",
    "diector": "director",
}


def _words(text: str) -> list[str]:
    """The folded words, the commonest slips mended, `seniorkonsulent` in two."""
    whole = " ".join(_TYPOS.get(word, word) for word in fold(text).split()[:_MOST_WORDS])
    return _SENIOR_WORD.sub("senior ", whole).split()


@lru_cache(maxsize=REMEMBERED)
def title_tier(value: str, aliases: Aliases) -> TitleTier | None:
    """Return the tier of a cleaned one-line title, or None where no rule is certain.

    Never raises. A former, aspiring or retired holder has no tier.
    """
    if _NO_TITLE.search(value):
        return None
    text = _ELIDED.sub(
        r"\1 ", _POSSESSIVE.sub(" ", _THEIR_ASSISTANT.sub("", _GENDER.sub(" ", value)))
    )
    text = _HEAD_OF.sub(r"\1 of ", _OPTIONAL.sub(r" \1 ", text).strip())
    whole = " ".join(_words(text))
    if not whole or set(whole.split()) & _DENIED:
        return None
    exact = aliases.titles.get("whole", {})
    found = exact[whole] if whole in exact else _segments(text, aliases)
    return found if found in _RANK else None  # type: ignore[return-value]


def names_a_role(value: str, aliases: Aliases) -> bool:
    """Tell whether a title without a tier holds a known role all the same (Deputy CFO)."""
    heads = aliases.titles.get("head", {})
    return any(word in heads for word in _words(value))


def _segments(text: str, aliases: Aliases) -> str | None:
    """The tier of the first part that names a role; parts are what commas and dashes set apart."""
    text = _CONTEXT.split(text, maxsplit=1)[0]
    if _CHIEF_OFFICER.match(text.replace("&", "and")) and not set(_words(text)[:2]) & _LESSER:
        return "c_level"
    segments = [segment.replace("&", " and ") for segment in _SEGMENTS.split(text)[:8]]
    found = [tier for segment in segments if (tier := _joined(segment, aliases))]
    if found[:1] == ["owner_partner"] and "c_level" in found:
        return "c_level"  # Founder, CEO: as when they are joined
    return found[0] if found else _written_together(text, aliases)


def _joined(segment: str, aliases: Aliases) -> str | None:
    """The highest tier of the roles joined in one part; what follows `to` or `for` never counts."""
    pieces: list[list[str]] = []
    for piece in _JOINED.split(segment)[:6]:
        words = _words(piece)
        if pieces and set(pieces[-1]) <= _SENIOR | {"ux", "ui"} and set(pieces[-1]) & _SENIOR:
            words = pieces.pop() + words  # Senior UX/UI Designer
        stop = next((i for i, word in enumerate(words) if i and word in _AFTER_TO), None)
        pieces.append(words[:stop])
        if stop is not None:
            break
    found = [_role(words, aliases, alone=len(pieces) == 1) for words in pieces if words]
    tiers = [tier for tier in found if tier in _RANK]
    return min(tiers, key=lambda tier: _RANK[tier or ""]) if tiers else None


def _role(words: list[str], aliases: Aliases, alone: bool) -> str | None:
    """The tier of one role: whole, `chief ... officer`, else its last phrase or head noun."""
    table = aliases.titles
    whole = table.get("whole", {}).get(" ".join(words))
    if whole:
        return whole
    stop = next((i for i, word in enumerate(words) if i and word in _AFTER_OF), len(words))
    joint = " ".join(words[: stop + 1])
    core = words[:stop]
    if joint in table.get("phrase", {}):
        return table["phrase"][joint]
    if stop < len(words) and " ".join(words) in table.get("phrase", {}):
        return table["phrase"][" ".join(words)]
    longer = _leading_phrase(words, stop, aliases)
    return longer or _refined(core, _last_role(core, aliases), aliases)


def _leading_phrase(words: list[str], stop: int, aliases: Aliases) -> str | None:
    """A phrase across the `of`: `head of`, `chief of staff`, `chef de projet`, `jefe de`."""
    if stop >= len(words):
        return None
    phrases = aliases.titles.get("phrase", {})
    for start in range(stop):
        for end in range(min(len(words), stop + 3), stop, -1):
            found = phrases.get(" ".join(words[start:end]))
            if found:
                return found
    return None


def _last_role(core: list[str], aliases: Aliases) -> tuple[str, int, int] | None:
    """Tier, start and end of the role that ends last in `core`; the longest one of those."""
    phrases, heads = aliases.titles.get("phrase", {}), aliases.titles.get("head", {})
    if "officer" in core and "chief" in core[: core.index("officer")]:
        return "c_level", core.index("chief"), core.index("officer") + 1
    for end in range(len(core), 0, -1):
        for start in range(max(0, end - 5), end - 1):
            found = phrases.get(part := " ".join(core[start:end]))
            if found and not (part in _FIELDS and any(map(heads.get, core[:start]))):
                return found, start, end
        if core[end - 1] in _ADJECTIVES and any(map(heads.get, core[: end - 1])):
            continue
        if core[end:] and core[end] in _OFFICES:
            continue  # SVP & CIO Office: the place of work, not the one who leads it
        found = heads.get(core[end - 1]) or _ending(core[end - 1], aliases)
        if found:
            return found, end - 1, end
    if core[-1:] == ["eng"]:
        return "ic", len(core) - 1, len(core)  # Frontend Eng; VP Eng is a VP
    return _misspelt(core, aliases)


def _ending(word: str, aliases: Aliases) -> str | None:
    """The tier of a compound word by its longest known ending (`Softwareentwickler`)."""
    endings = aliases.titles.get("ending", {})
    for start in range(max(0, len(word) - 22), len(word) - 3):
        if word[start:] in endings:
            return endings[word[start:]]
    return None


def _misspelt(core: list[str], aliases: Aliases) -> tuple[str, int, int] | None:
    """A head noun with its letters swapped or one left out; a longer word is another word."""
    heads = aliases.titles.get("head", {})
    for index in range(len(core) - 1, -1, -1):
        word = core[index]
        if len(word) < 6 or not allowed_slips(word) or word.endswith("s"):
            continue
        found = nearest(word, heads)
        if found and not any(_extends(word, head) for head in heads if len(head) > 4):
            return found, index, index + 1
    return None


def _extends(word: str, head: str) -> bool:
    """Whether one is the other with an ending: office and officer, director and directory."""
    return word.startswith(head) or head.startswith(word)


def _refined(core: list[str], role: tuple[str, int, int] | None, aliases: Aliases) -> str | None:
    """The tier after the words before the role: senior, staff, deputy, intern, chief."""
    if role is None:
        return None
    tier, start, end = role
    before = core[:start]
    if tier == "c_level" and set(before) & _LESSER:
        return None
    if tier == "ic":
        return _individual(core, before, core[start:end], aliases)
    return tier


def _individual(
    core: list[str], before: list[str], role: list[str], aliases: Aliases
) -> str | None:
    heads = aliases.titles.get("head", {})
    if (
        before
        and role[-1] not in _OF_INTERNS
        and heads.get(before[0]) == "intern"
        and not before[0].endswith("ship")
    ):
        return None if before[0].startswith("stud") else "intern"
    if role == ["executive"] and not set(before) - _SENIOR:
        return None
    if "chief" in before or "head" in before:
        return None
    senior = [index for index, word in enumerate(core) if word in _SENIOR]
    follows = [core[index + 1] if index + 1 < len(core) else "" for index in senior]
    if any(word not in _NOT_SENIOR_BEFORE for word in follows):
        return "ic" if role == ["expert"] and not set(before) & _SENIOR else "senior_ic"
    return "senior_ic" if "staff" in before and role[-1] in _STAFF else "ic"


def _written_together(text: str, aliases: Aliases) -> str | None:
    """Titles of scripts without spaces: the longest known part that ends last."""
    if text.isascii():
        return None
    folded = fold(text)
    found = [
        (folded.rfind(part) + len(part), len(part), tier)
        for part, tier in aliases.titles.get("part", {}).items()
        if part in folded
    ]
    if not found:
        return None
    tier = max(found)[2]
    if tier == "ic" and any(one == "intern" for _, _, one in found):
        return "intern"
    return "senior_ic" if tier == "ic" and _SENIOR_PART.search(folded) else tier
