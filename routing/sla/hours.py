"""Business time: a walk over open windows as UTC instants.

Windows are local wall times; open time is real elapsed time, so a window is longer or shorter
when the clocks change in it. A wall time stands for the first instant at which the wall clock
reaches it: the end of the gap when it is skipped, the first pass when it comes twice.
Definition: due is the earliest t >= start with open time in [start, t] >= the work.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from routing.policy.tables.calendars import Calendar, Window
from routing.values import Instant

HORIZON = 1200
"""Days walked before a calendar counts as never open: over three years."""

Span = tuple[Instant, Instant]
"""From the first instant up to, not including, the second."""

ALWAYS = Calendar(id="always", always=True)
_NOTHING = timedelta(0)
_DAY = timedelta(days=1)


class NeverOpen(Exception):
    """The calendar has too little open time within the horizon."""


def due(
    start: Instant, work: timedelta, calendar: Calendar, zone: str, pauses: Sequence[Span] = ()
) -> Instant:
    """When `work` of open time has passed since `start`, in UTC.

    `zone` is an IANA name; time within `pauses` does not count. Raises NeverOpen when the open
    time of the horizon is too short.
    """
    left = work
    if left <= _NOTHING:
        return start.astimezone(UTC)
    for opens, closes in _open_spans(start, calendar, zone, pauses):
        if closes - opens >= left:
            return opens + left
        left -= closes - opens
    raise NeverOpen(f"calendar {calendar.id!r} has less than {work} of open time ahead")


def is_open(at: Instant, calendar: Calendar, zone: str) -> bool:
    """Whether the calendar is open at this instant; the closing instant is not open."""
    opens = next((span[0] for span in _open_spans(at, calendar, zone)), None)
    return opens == at


def next_opening(at: Instant, calendar: Calendar, zone: str) -> Instant:
    """The first open instant from `at` on, in UTC: `at` itself when open. Raises NeverOpen."""
    for opens, _ in _open_spans(at, calendar, zone):
        return opens
    raise NeverOpen(f"calendar {calendar.id!r} does not open within {HORIZON} days")


def open_between(
    start: Instant, end: Instant, calendar: Calendar, zone: str, pauses: Sequence[Span] = ()
) -> timedelta:
    """The open time in [start, end); nothing when `end` is not after `start`."""
    total, until = _NOTHING, end.astimezone(UTC)
    days = max((until - start.astimezone(UTC)).days, 0) + 2
    for opens, closes in _open_spans(start, calendar, zone, pauses, days):
        if opens >= until:
            break
        total += min(closes, until) - opens
    return total


def _open_spans(
    start: Instant,
    calendar: Calendar,
    zone: str,
    pauses: Sequence[Span] = (),
    days: int = HORIZON,
) -> Iterator[Span]:
    """Open time from `start` on in order, without overlaps and without the pauses."""
    at = start.astimezone(UTC)
    for opens, closes in _windows(at, calendar, ZoneInfo(zone), days):
        opens = max(opens, at)
        yield from _without(pauses, opens, closes)
        at = max(at, closes)


def _without(pauses: Sequence[Span], opens: Instant, closes: Instant) -> Iterator[Span]:
    """What the pauses leave of one span."""
    for pause_from, pause_to in sorted(pauses):
        if pause_to > opens and pause_from < closes:
            if pause_from > opens:
                yield opens, pause_from.astimezone(UTC)
            opens = max(opens, pause_to.astimezone(UTC))
    if opens < closes:
        yield opens, closes


def _windows(at: Instant, calendar: Calendar, zone: ZoneInfo, days: int) -> Iterator[Span]:
    """The windows of the horizon that end after `at`, in the order of their opening."""
    if calendar.always:
        yield at, at + days * _DAY
        return
    first = at.astimezone(zone).date() - 2 * _DAY  # a window may run into the next day
    holidays = frozenset(calendar.holidays)
    for number in range(days + 3):
        day = first + number * _DAY
        for window in _windows_of(calendar, holidays, day):
            closes = instant_of(day, window.closes, zone)
            if closes > at:
                yield instant_of(day, window.opens, zone), closes


def _windows_of(calendar: Calendar, holidays: frozenset[date], day: date) -> tuple[Window, ...]:
    if day in calendar.special_days:
        return calendar.special_days[day]
    return () if day in holidays else calendar.weekly.get(day.weekday(), ())


def instant_of(day: date, minutes: int, zone: ZoneInfo) -> Instant:
    """The first instant at which the wall clock of `zone` reaches this minute of the day."""
    wall = datetime.combine(day, time()) + timedelta(minutes=minutes)
    early = wall.replace(tzinfo=zone).astimezone(UTC)
    if early.astimezone(zone).replace(tzinfo=None) == wall:
        return early
    return _end_of_gap(wall.replace(tzinfo=zone, fold=1).astimezone(UTC), early, zone)


def _end_of_gap(before: Instant, after: Instant, zone: ZoneInfo) -> Instant:
    """The instant between the two at which the offset of `zone` changes, to the second."""
    offset = before.astimezone(zone).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) // 2
        if middle.astimezone(zone).utcoffset() == offset:
            before = middle
        else:
            after = middle
    return after.replace(microsecond=0)
