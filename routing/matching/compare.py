"""Whether two records are one person: a probability, a band, and reasons in plain words.

The probability alone never makes a pair certain: one of the rules of `_is_proven` must hold too,
and no guard may stand against it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from rapidfuzz.fuzz import token_sort_ratio

from routing.matching.features import FEATURES, Levels, levels
from routing.matching.forms.names import key_forms
from routing.matching.guards import guards_of
from routing.matching.model import probability
from routing.matching.record import Record
from routing.matching.words import GUARDS, SPEAKS_AGAINST, SPEAKS_FOR
from routing.policy.tables.matching import Matching

Band = Literal["certain", "review", "no"]
DEFAULT = Matching()


@dataclass(frozen=True, slots=True)
class Comparison:
    """What was found about two records.

    left, right: their ids; probability: 0 to 1, six decimals, that they are one person; reasons:
    words without personal data, first what speaks for it, then what speaks against it, last what
    kept a likely pair from being certain; levels: what each feature said.
    """

    left: str
    right: str
    probability: float
    band: Band
    reasons: tuple[str, ...]
    levels: Levels


def compare(left: Record, right: Record, matching: Matching = DEFAULT) -> Comparison:
    """Compare two records; the same both ways round but for `left` and `right`. Never raises."""
    found = levels(left, right)
    return judge(left, right, found, probability(found), matching)


def judge(
    left: Record, right: Record, found: Levels, chance: float, matching: Matching = DEFAULT
) -> Comparison:
    """The comparison of two records of these levels and this probability."""
    if chance < matching.review:
        return Comparison(left.id, right.id, chance, "no", _reasons(found), found)
    held = guards_of(found)
    if not held and not _is_proven(found, left, right, matching):
        held = ("not_enough",)
    band: Band = "certain" if chance >= matching.certain and not held else "review"
    return Comparison(left.id, right.id, chance, band, _reasons(found, held), found)


def _is_proven(found: Levels, left: Record, right: Record, matching: Matching) -> bool:
    """Whether they share what only one person has: source id, own mailbox, phone and name, or
    company and name."""
    if found.source_id == "same" or found.email == "same":
        return True
    if found.phone in ("same", "near"):
        return name_similarity(left, right) > matching.phone_name_similarity
    return found.company == "same" and _is_one_name(found) and not _differ_in_all_contacts(found)


def _is_one_name(found: Levels) -> bool:
    """A name that two people of one company hardly share: the given name the same, or a nickname,
    of a rare family name; of a common one the same, in one place."""
    if found.family not in ("same", "near"):
        return False
    if found.rarity == "rare":
        return found.given in ("same", "nick")
    return found.given == "same" and found.place in ("postal", "city")


def _differ_in_all_contacts(found: Levels) -> bool:
    return found.phone == "other" and found.email in ("other", "colleague")


def name_similarity(left: Record, right: Record) -> float:
    """0 to 100: how alike two whole names are once nicknames are resolved; 0 where a part lacks.

    Words are compared in any order, so swapped names are alike.
    """
    ours, theirs = _whole_name(left), _whole_name(right)
    return token_sort_ratio(ours, theirs) if ours and theirs else 0.0


def _whole_name(record: Record) -> str | None:
    if not record.given or not record.family:
        return None
    return f"{key_forms(record.given)[0]} {record.family}"


def _reasons(found: Levels, held: tuple[str, ...] = ()) -> tuple[str, ...]:
    said = list(zip(FEATURES, found, strict=True))
    return (
        *(SPEAKS_FOR[one] for one in said if one in SPEAKS_FOR),
        *(SPEAKS_AGAINST[one] for one in said if one in SPEAKS_AGAINST),
        *(GUARDS[guard] for guard in held),
    )
