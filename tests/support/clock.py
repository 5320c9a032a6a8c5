"""A clock the test owns."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

MONDAY_NOON = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
"""Monday 23 November 2026, 12:00 in New York, 18:00 in Berlin."""


class TestClock:
    """Stands still until it is told to move."""

    __test__ = False

    def __init__(self, at: datetime = MONDAY_NOON) -> None:
        self._at = at

    def now(self) -> datetime:
        return self._at

    def forward(self, by: timedelta) -> datetime:
        self._at += by
        return self._at
