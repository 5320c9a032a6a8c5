"""What keeps a likely pair from being merged without asking: traps that a probability misses."""

from __future__ import annotations

from routing.matching.features import Levels

_SHARED_PHONE = ("same", "line", "near")
_OWN = ("same", "near")


def guards_of(found: Levels) -> tuple[str, ...]:
    """The names of the guards that stand against a certain merge (see `words.GUARDS`)."""
    return tuple(name for name, stands in _GUARDS if stands(found))


def _names_conflict(found: Levels) -> bool:
    return "other" in (found.given, found.family) or found.given == "variant"


def _shares_phone(found: Levels) -> bool:
    return found.phone in _SHARED_PHONE


def _shares_own(found: Levels) -> bool:
    """Something that as a rule only one person has."""
    return found.source_id == "same" or found.email in _OWN or found.phone in _OWN


def _relatives(found: Levels) -> bool:
    is_shared = found.email in ("same", "shared") or _shares_phone(found)
    return is_shared and found.given == "other" and found.family != "other"


def _switchboard(found: Levels) -> bool:
    same_line = _shares_phone(found) and found.company in ("same", "near")
    return found.phone == "line" or (same_line and _names_conflict(found))


def _recycled(found: Levels) -> bool:
    return (
        _shares_phone(found)
        and found.given == found.family == "other"
        and found.company not in ("same", "near")
    )


def _namesakes(found: Levels) -> bool:
    is_one_name = found.given in ("same", "nick") and found.family == "same"
    return is_one_name and not _shares_own(found) and found.company not in ("same", "near")


def _neighbouring_numbers(found: Levels) -> bool:
    """Two numbers one digit apart are a typo only where something else is shared, too."""
    is_backed = found.company == "same" or found.email in ("same", "near", "local")
    return found.phone == "near" and not is_backed and found.source_id != "same"


def _first_name_only(found: Levels) -> bool:
    return found.company == "same" and found.family == "none" and not _shares_own(found)


_GUARDS = (
    ("generations", lambda found: found.generation == "other"),
    ("role_mailbox", lambda found: found.email == "shared"),
    ("switchboard", _switchboard),
    ("relatives", _relatives),
    ("recycled_number", _recycled),
    ("names_conflict", _names_conflict),
    ("namesakes", _namesakes),
    ("neighbouring_numbers", _neighbouring_numbers),
    ("first_name_only", _first_name_only),
)
