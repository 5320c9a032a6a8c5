"""Who is away: absences planned in policy, and those somebody has set (R4)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from routing.people import Absence, Person
from routing.policy.model import Policy
from routing.sla.hours import instant_of
from routing.values import Instant, Value
from routing.wall_clock import end_words

DEACTIVATED = "deactivated"


class Away(Value):
    """One person receives nothing from `starts` on until `until`; None: until they are back."""

    person: str
    starts: Instant
    until: Instant | None = None
    reason: str = ""

    def covers(self, now: Instant) -> bool:
        return self.starts <= now and (self.until is None or now < self.until)


def moment(wall: datetime, zone: str) -> Instant:
    """The first instant, in UTC, at which the wall clock of an IANA zone reaches this minute."""
    return instant_of(wall.date(), wall.hour * 60 + wall.minute, ZoneInfo(zone))


def planned(absence: Absence, zone: str) -> Away:
    """An absence of policy as instants of the person's zone."""
    return Away(
        person=absence.person,
        starts=moment(absence.starts, zone),
        until=absence.until and moment(absence.until, zone),
        reason=absence.reason,
    )


def away_now(policy: Policy, person: Person, entered: Iterable[Away], now: Instant) -> Away | None:
    """The absence that keeps the person away at this instant; of several, the one ending last.

    `entered` are the absences somebody has set, of whatever people.
    """
    in_policy = (planned(one, person.time_zone) for one in policy.absences_of(person.id))
    own = (one for one in entered if one.person == person.id)
    covering = [one for one in (*in_policy, *own) if one.covers(now)]
    return max(covering, key=lambda one: (one.until is None, one.until or now), default=None)


def absent_reason(
    policy: Policy, person: Person, entered: Iterable[Away], now: Instant
) -> str | None:
    """Why the person receives nothing now: `holiday, until Mon 30 Nov 09:00 CET`; None: they do."""
    if not person.active:
        return DEACTIVATED
    away = away_now(policy, person, entered, now)
    if away is None:
        return None
    until = f"until {end_words(away.until, person.time_zone, now)}" if away.until else ""
    return ", ".join(part for part in (away.reason, until) if part)
