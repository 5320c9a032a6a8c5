"""The periods over which caps count, in the person's own time zone."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

from routing.people import Person
from routing.sla.hours import instant_of
from routing.values import Instant


def day_start(person: Person, now: Instant) -> Instant:
    """When the person's day began, in UTC; leads assigned from here on count as today's."""
    zone = ZoneInfo(person.time_zone)
    return instant_of(now.astimezone(zone).date(), 0, zone)


def week_start(person: Person, now: Instant) -> Instant:
    """When the person's week began, on Monday, in UTC."""
    zone = ZoneInfo(person.time_zone)
    today = now.astimezone(zone).date()
    return instant_of(today - timedelta(days=today.weekday()), 0, zone)
