"""How two records compare: one level for each feature.

Every level is symmetric and depends on the two records alone. The levels, in pairs too, are all
that the model sees and all that people are told.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from rapidfuzz.distance import OSA, JaroWinkler

from routing.matching.forms.likeness import RANK, family_level, names_level
from routing.matching.forms.names import COMMON_FAMILY_NAMES
from routing.matching.forms.phones import near_digits
from routing.matching.keys import organisations
from routing.matching.record import Record

_LONG_LOCAL = 6  # characters from which a local part is unlikely to be met twice by chance
_DIGITS = "0123456789"


class Levels(NamedTuple):
    """One level for each feature; `none` where either record lacks the value."""

    source_id: str
    email: str
    phone: str
    given: str
    family: str
    order: str
    rarity: str
    company: str
    place: str
    title: str
    generation: str


FEATURES = Levels._fields


def levels(left: Record, right: Record) -> Levels:
    """The levels of a pair, the same for both orders of the pair."""
    given, family, order, rarity = _names(left, right)
    same_source = left.source_ref is not None and left.source_ref == right.source_ref
    return Levels(
        source_id="same" if same_source else "none",
        email=_email(left, right),
        phone=_phone(left, right),
        given=given,
        family=family,
        order=order,
        rarity=rarity,
        company=_company(left, right),
        place=_place(left, right),
        title=_title(left, right),
        generation=_generation(left, right),
    )


def _email(left: Record, right: Record) -> str:
    if left.email is None or right.email is None:
        return "none"
    if left.email == right.email:
        return "shared" if left.shared_mailbox else "same"
    if left.shared_mailbox or right.shared_mailbox:
        return "none"
    return _other_mailbox(left, right)


def _other_mailbox(left: Record, right: Record) -> str:
    one, other = left.local or "", right.local or ""
    is_long = min(len(one), len(other)) >= _LONG_LOCAL
    if left.mail_domain != right.mail_domain:
        return "local" if one == other and is_long else "other"
    if is_long and one.strip(_DIGITS) != other.strip(_DIGITS) and OSA.distance(one, other) == 1:
        return "near"
    return "colleague" if left.mail_domain == left.domain else "other"


def _phone(left: Record, right: Record) -> str:
    if left.phone is None or right.phone is None:
        return "none"
    if left.phone == right.phone:
        return "line" if len({left.extension, right.extension} - {None}) > 1 else "same"
    return "near" if near_digits(left.phone, right.phone) else "other"


def _names(left: Record, right: Record) -> tuple[str, str, str, str]:
    """Levels of given and family name, whether they were swapped, and how much the family says."""
    mine, theirs = (left.given, left.family), (right.given, right.family)
    straight = _aligned(mine, theirs)
    swapped = max(_aligned(mine, theirs[::-1]), _aligned(mine[::-1], theirs), key=_rank_both_ways)
    order = "swapped" if _rank(swapped) > _rank(straight) + 1 else "straight"
    given, family = swapped if order == "swapped" else straight
    if family == "none" and _hinted(left, right):
        family = "hint"
    if family not in ("same", "near", "part"):
        return given, family, order, "none"
    shared = set(mine) & set(theirs) if order == "swapped" else {mine[1], theirs[1]}
    return given, family, order, "common" if shared & COMMON_FAMILY_NAMES else "rare"


def _hinted(left: Record, right: Record) -> bool:
    """Whether the family name that one record lacks stands in its mailbox."""
    ours, theirs = left.family or left.family_hint, right.family or right.family_hint
    return bool(ours and theirs and family_level(ours, theirs) in ("same", "near"))


Name = tuple[str | None, str | None]


def _aligned(mine: Name, theirs: Name) -> tuple[str, str]:
    return names_level(mine[0], theirs[0], False), names_level(mine[1], theirs[1], True)


def _rank_both_ways(found: tuple[str, str]) -> tuple[int, tuple[str, str]]:
    """Equals by their names, so that neither record comes first."""
    return _rank(found), found


def _rank(found: tuple[str, str]) -> int:
    return RANK[found[0]] + RANK[found[1]]


def _company(left: Record, right: Record) -> str:
    ours, theirs = organisations(left), organisations(right)
    if not ours or not theirs:
        return "none"
    if left.domain is not None and left.domain == right.domain:
        return "same"
    if left.company is not None and left.company == right.company:
        return "same"
    if set(ours) & set(theirs):
        return "near" if _numbered_apart(left, right) else "same"
    return "near" if any(_alike(one, other) for one in ours for other in theirs) else "other"


@lru_cache(maxsize=50_000)
def _alike(one: str, other: str) -> bool:
    """A typo, or one name is the beginning of the other (`Nova Zephyr`, `Nova Zephyr Farms`).

    A number is no typo: `Studio 54` and `Studio 55` are two companies.
    """
    if _digits_of(one) != _digits_of(other):
        return False
    short, long = sorted((one, other), key=lambda name: (len(name), name))
    if len(short) < _LONG_LOCAL:
        return False
    return long.startswith(short) or JaroWinkler.similarity(short, long) >= 0.94


def _numbered_apart(left: Record, right: Record) -> bool:
    """Whether the own domains differ in their numbers: `works54.com` is not `works55.com`."""
    return (
        left.domain is not None
        and right.domain is not None
        and _digits_of(left.domain) != _digits_of(right.domain)
    )


def _digits_of(name: str) -> str:
    return "".join(sign for sign in name if sign in _DIGITS)


def _place(left: Record, right: Record) -> str:
    if left.country and right.country and left.country != right.country:
        return "abroad"
    if left.postal_code and right.postal_code:
        return "postal" if left.postal_code == right.postal_code else "elsewhere"
    if left.city is None or right.city is None:
        return "none"
    same = left.city == right.city or OSA.distance(left.city, right.city, score_cutoff=1) <= 1
    return "city" if same else "elsewhere"


def _title(left: Record, right: Record) -> str:
    if left.title is None or right.title is None:
        return "none"
    return "same" if left.title == right.title else "other"


def _generation(left: Record, right: Record) -> str:
    return "other" if left.generation != right.generation else "none"
