"""The periods over which caps count, in the person's own time zone."""

from __future__ import annotations

from datetime import timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from routing.people import Person
from routing.sla.hours import instant_of
from routing.values import Instant

REMEMBERED = 256
"""Time zones and instants whose day and week are remembered: people of a pool share them."""


def day_start(person: Person, now: Instant) -> Instant:
    """When the person's day began, in UTC; leads assigned from here on count as today's."""
    return _starts(person.time_zone, now)[0]


def week_start(person: Person, now: Instant) -> Instant:
    """When the person's week began, on Monday, in UTC."""
    return _starts(person.time_zone, now)[1]


@lru_cache(maxsize=REMEMBERED)
def _starts(time_zone: str, now: Instant) -> tuple[Instant, Instant]:
    """Of the day and of the week."""
    zone = ZoneInfo(time_zone)
    today = now.astimezone(zone).date()
    monday = today - timedelta(days=today.weekday())
    return instant_of(today, 0, zone), instant_of(monday, 0, zone)
