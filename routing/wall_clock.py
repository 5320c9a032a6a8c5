"""Wall time: moments as people of one time zone write and read them."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator

_WRITTEN = re.compile(r"(2\d{3}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(?::00)?)?")
_DAY = timedelta(days=1)


def local_time(at: datetime, zone: str) -> str:
    """`Tue 24 Nov 16:20 CET`: an instant by the wall clock of an IANA zone."""
    return at.astimezone(ZoneInfo(zone)).strftime("%a %-d %b %H:%M %Z")


def parse_start(text: object) -> object:
    """Read `2026-12-24` (from midnight on) or `2026-12-24 13:00`; other types go to pydantic.

    Raises ValueError for any other text.
    """
    return _parse(text)[0]


def parse_end(text: object) -> object:
    """As `parse_start`, but a bare day counts whole: its end is the next midnight."""
    moment, is_day = _parse(text)
    return moment + _DAY if is_day and isinstance(moment, datetime) else moment


def _parse(text: object) -> tuple[object, bool]:
    """What the text says, and whether it is a bare day."""
    if not isinstance(text, str):
        return text, False
    found = _WRITTEN.fullmatch(text.strip())
    try:
        day = date.fromisoformat(found[1]) if found else None
        clock = datetime.strptime(found[2] or "00:00", "%H:%M").time() if found else None
    except ValueError:
        day = clock = None
    if found is None or day is None or clock is None:
        raise ValueError(f"{text!r} is no day or time: write 2026-12-24 or 2026-12-24 13:00")
    return datetime.combine(day, clock), found[2] is None


def first_written(wall: datetime) -> str:
    """A start as it is written: `2026-12-24` for midnight, else `2026-12-24 13:00`."""
    return f"{wall:%Y-%m-%d}" if _is_midnight(wall) else f"{wall:%Y-%m-%d %H:%M}"


def last_written(wall: datetime) -> str:
    """An end as it is written: of a midnight the day before, which counts whole."""
    return first_written(wall - _DAY if _is_midnight(wall) else wall)


def end_words(at: datetime, zone: str, now: datetime) -> str:
    """`the end of Thu 24 Dec`, or `Thu 24 Dec 13:00 CET`, by the wall clock of an IANA zone; with
    the year where it is not that of `now`.
    """
    end, today = at.astimezone(ZoneInfo(zone)), now.astimezone(ZoneInfo(zone))
    is_day = _is_midnight(end)
    last = end - _DAY if is_day else end
    day = last.strftime("%a %-d %b" if last.year == today.year else "%a %-d %b %Y")
    return f"the end of {day}" if is_day else f"{day} {end:%H:%M %Z}"


def _is_midnight(wall: datetime) -> bool:
    return (wall.hour, wall.minute) == (0, 0)


LocalStart = Annotated[datetime, BeforeValidator(parse_start)]
LocalEnd = Annotated[datetime, BeforeValidator(parse_end)]
"""Wall times without a zone; whose zone it is, the value says that holds them."""
