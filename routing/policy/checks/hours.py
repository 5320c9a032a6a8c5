"""Calendars: whether they ever open, and whether their windows make sense."""

from __future__ import annotations

from collections.abc import Iterator

from routing.policy.checks import names
from routing.policy.model import Policy
from routing.policy.reading.errors import PolicyError
from routing.policy.reading.origins import Origins
from routing.policy.reading.read_yaml import Path
from routing.policy.tables.calendars import WEEKDAYS, Calendar, Window

FILE = "calendars.yml"


def problems(policy: Policy, origins: Origins) -> Iterator[PolicyError]:
    yield from names.ids(origins, FILE, [c.id for c in policy.calendars])
    for i, calendar in enumerate(policy.calendars):
        yield from _calendar(origins, i, calendar)


def _calendar(origins: Origins, i: int, calendar: Calendar) -> Iterator[PolicyError]:
    if calendar.always and calendar.weekly:
        message = f"calendar {calendar.id!r} is open always and weekly: choose one"
        yield origins.error(FILE, (i, "always"), message)
    if not calendar.always and not any(calendar.weekly.values()):
        yield origins.error(FILE, (i,), f"calendar {calendar.id!r} never opens")
    for day, windows in calendar.weekly.items():
        if not 0 <= day < len(WEEKDAYS):
            yield origins.error(FILE, (i, "weekly", day), f"{day} is not a day of the week")
        yield from _windows(origins, (i, "weekly", day), windows)
    for date, windows in calendar.special_days.items():
        yield from _windows(origins, (i, "special_days", date.isoformat()), windows)


def _windows(origins: Origins, path: Path, windows: tuple[Window, ...]) -> Iterator[PolicyError]:
    end = 0
    for j, window in enumerate(windows):
        if window.closes <= window.opens:
            yield origins.error(FILE, (*path, j), "this window closes before it opens")
        elif j and window.opens < end:
            message = "this window overlaps the one before it, or is out of order"
            yield origins.error(FILE, (*path, j), message)
        end = window.closes
