"""What a lead does, in points that fade (I9).

An event gives its points when it happens, and half as many after each half-life; between two
halvings the points fall in a straight line, so that every value is a fraction of whole numbers:
`points / 2**n * (1 - rest / (2 * half_life))` after `n` half-lives and a `rest`. The line lies at
most 6.2 % above the exponential curve. After ten half-lives nothing is left. Counting is in whole
millionths of a point, each rounded towards zero, so that no order of events changes a sum.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from operator import index

from routing.lead import Factor
from routing.policy.tables.scoring import EventPoints
from routing.values import Instant, Value

DELIVERED: Mapping[str, str] = {
    "web": "form",
    "email": "email",
    "partner": "referral",
    "import": "import",
}
"""What a delivery is as an event, by the kind of its source."""

POINT = 1_000_000
"""The millionths of a point."""
HALVINGS = 10
_TICK = timedelta(microseconds=1)


class Event(Value):
    """Something a lead did. `at` is a UTC instant; `kind` is a word that policy gives points to."""

    kind: str
    at: Instant


@dataclass(frozen=True)
class Seen:
    """What is known of a lead's doings, as of `now`; an event after `now` counts as of now."""

    events: Sequence[Event]
    now: datetime


def engagement_factor(rule: EventPoints, seen: Seen) -> Factor | None:
    """What the lead's events of one kind give, in whole points; None when that is nothing."""
    fresh = [
        (event.at, left)
        for event in seen.events
        if event.kind == rule.kind and (left := decayed(rule, seen.now - event.at))
    ]
    points = whole_points(_within(sum(left for _, left in fresh), rule.cap * POINT))
    if not points:
        return None
    label = _label(rule.label, [at for at, _ in fresh])
    return Factor(rule=rule.rule, label=label, points=points)


def decayed(rule: EventPoints, age: timedelta) -> int:
    """The millionths of a point that are left of one event at this age."""
    halvings, rest = divmod(max(age, timedelta(0)), rule.half_life)
    if halvings >= HALVINGS:
        return 0
    span = 2 * (rule.half_life // _TICK)
    left = abs(index(rule.points)) * POINT * (span - rest // _TICK) // (span << halvings)
    return left if rule.points > 0 else -left


def whole_points(millionths: int) -> int:
    """Rounded to the nearest whole point, half a point away from zero."""
    points = (abs(millionths) + POINT // 2) // POINT
    return points if millionths > 0 else -points


def _within(value: int, bound: int) -> int:
    return max(-bound, min(value, bound))


def _label(label: str, times: Iterable[datetime]) -> str:
    """`Pricing page visit (3 times, last 2026-11-20)`: a date stays true while it is stored."""
    days = sorted(at.astimezone(UTC).date() for at in times)
    often = f"{len(days)} times, last " if len(days) > 1 else ""
    return f"{label} ({often}{days[-1]})"
