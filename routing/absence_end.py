"""When an absence ends, as people write it: a day, a time, how long, `tomorrow`, `friday` (R4)."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from routing.availability import moment
from routing.people import Person
from routing.values import Instant, parse_duration
from routing.wall_clock import local_time, parse_end

CAN_BE_WRITTEN = "2026-12-24, friday, tomorrow, 2026-12-24 13:00, 4h or 2d"

_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WEEKDAY = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?"
_TODAY, _TOMORROW = "today", "tomm?orr?ow"
_DAY = rf"(?:{_WEEKDAY}|{_TODAY}|{_TOMORROW})\b"
_PART = r"(?:morning|noon|afternoon|evening|night|midnight|tonight)\b"
_LENGTH = r"(?:(?:minute|hour|week|weekend|month|year)s?|days|day(?!\s+off))\b"
_MONTH = r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*\.?\s+\d"
_FEW = (
    r"(?:in|for|from|through|by|on|at|next|this|coming|all|rest|end|of|the|an?|half|one|two|three"
    r"|few|couple|about)\s+"
)
_UNTIL = re.compile(r"(?:until|till?)\b\s*", re.IGNORECASE)
_TIMELY = re.compile(
    rf"(?:(?:{_FEW})*(?:\d|{_DAY}|tonight\b|{_MONTH})|(?:{_FEW})+(?:{_LENGTH}|{_PART}))\S*",
    re.IGNORECASE,
)
_GOES_ON = re.compile(
    rf"(?:(?:at|to|and|or|from|through|until|till?)\s+|[-–+]\s*)*(?:\d|{_DAY}|week\b|{_PART})\S*",
    re.IGNORECASE,
)
_ENDS_LATER = re.compile(rf"\b(?:until|till?)\s+{_TIMELY.pattern}", re.IGNORECASE)


def starts_like_a_time(words: str) -> bool:
    """Whether the words begin with what is meant as a day, a time or a duration."""
    return bool(_UNTIL.match(words) or _TIMELY.match(words))


def read_absence(words: str, person: Person, now: Instant) -> tuple[Instant | None, str]:
    """`[UNTIL] [REASON]`: when it ends, None for no end, and the reason.

    Raises ValueError as `read_end` does, and where a time stands that would pass for a reason.
    """
    words = words.strip()
    if not starts_like_a_time(words):
        if late := _ENDS_LATER.search(words):
            raise ValueError(f"say first until when, then why: begin with {late[0]!r}")
        return None, words
    first, clock, reason = _parted(words)
    if more := _GOES_ON.match(reason):
        raise _unreadable(f"{first} {clock} {more[0]}")
    try:
        return _end(first, clock, person, now), reason
    except _Unreadable:
        meant = _TIMELY.match(words)
        raise _unreadable(max(f"{first} {clock}", meant[0] if meant else "", key=len)) from None


def read_end(text: str, person: Person, now: Instant) -> Instant:
    """When an absence ends that is written as a day (the last one away), a time or `4h`, `2d`.

    Days and times are those of the person's zone, `friday` is the next one, today included; a span
    ends with a full minute, so that what is shown is what counts. Raises ValueError, also for a
    moment past.
    """
    first, clock, rest = _parted(text.strip())
    if rest:
        raise _unreadable(text.strip())
    return _end(first, clock, person, now)


class _Unreadable(ValueError):
    """It is no end that anybody could mean."""


def _unreadable(text: str) -> _Unreadable:
    said = " ".join(text.split())
    return _Unreadable(f"{said!r} is no day, time or span: write {CAN_BE_WRITTEN}")


def _parted(words: str) -> tuple[str, str, str]:
    """The word for the day or the span, the time of day or nothing, and what follows."""
    first, _, rest = _UNTIL.sub("", words, count=1).partition(" ")
    clock, _, after = rest.strip().partition(" ")
    if re.match(r"\d+:", clock):
        return first.rstrip(",."), clock.rstrip(",."), after.strip()
    return first.rstrip(",."), "", rest.strip()


def _end(first: str, clock: str, person: Person, now: Instant) -> Instant:
    if re.fullmatch(r"\d+[mhd]", first) and not clock:
        span = parse_duration(first)
        assert isinstance(span, timedelta)
        end = _next_minute(now + span) if span else now
    else:
        end = moment(_wall(first, clock, person, now), person.time_zone)
    if end <= now:
        said = f"{first} {clock}".strip()
        raise ValueError(f"{said!r} is past: it is {local_time(now, person.time_zone)} now")
    return end.astimezone(UTC)


def _wall(first: str, clock: str, person: Person, now: Instant) -> datetime:
    try:
        wall = parse_end(f"{_dated(first, person, now)} {clock}".strip())
    except ValueError:
        raise _unreadable(f"{first} {clock}") from None
    assert isinstance(wall, datetime)
    return wall


def _dated(word: str, person: Person, now: Instant) -> str:
    """`2026-11-27` for `friday`; any other word as it is."""
    today, said = now.astimezone(ZoneInfo(person.time_zone)).date(), word.casefold()
    if said == _TODAY:
        ahead = 0
    elif re.fullmatch(_TOMORROW, said):
        ahead = 1
    elif re.fullmatch(_WEEKDAY, said):
        ahead = (_WEEKDAYS.index(said[:3]) - today.weekday()) % 7
    else:
        return word
    return (today + timedelta(days=ahead)).isoformat()


def _next_minute(at: Instant) -> Instant:
    """This instant if a minute begins with it, else the beginning of the next."""
    whole = at.replace(second=0, microsecond=0)
    return whole if whole == at else whole + timedelta(minutes=1)
