"""The periods over which caps count, in the person's own time zone."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from routing.people import Person
from routing.sla.hours import instant_of
from routing.values import Instant

REMEMBERED = 1024
"""Days whose start, in each time zone, is remembered: everybody in a zone shares them."""


def day_start(person: Person, now: Instant) -> Instant:
    """When the person's day began, in UTC; leads assigned from here on count as today's."""
    return _midnight(_today(person, now), person.time_zone)


def week_start(person: Person, now: Instant) -> Instant:
    """When the person's week began, on Monday, in UTC."""
    today = _today(person, now)
    return _midnight(today - timedelta(days=today.weekday()), person.time_zone)


def _today(person: Person, now: Instant) -> date:
    return now.astimezone(ZoneInfo(person.time_zone)).date()


@lru_cache(maxsize=REMEMBERED)
def _midnight(day: date, time_zone: str) -> Instant:
    return instant_of(day, 0, ZoneInfo(time_zone))
