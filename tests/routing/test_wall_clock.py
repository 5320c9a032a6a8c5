"""Ends of absences in words, the same wherever people read them (R4)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from routing.wall_clock import end_words
from tests.routing.builders import NOW


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (datetime(2026, 12, 24, 23, 0, tzinfo=UTC), "the end of Thu 24 Dec"),
        (datetime(2026, 12, 24, 12, 0, tzinfo=UTC), "Thu 24 Dec 13:00 CET"),
        (datetime(2026, 12, 31, 23, 0, tzinfo=UTC), "the end of Thu 31 Dec"),
        (datetime(2027, 1, 1, 23, 0, tzinfo=UTC), "the end of Fri 1 Jan 2027"),
        (datetime(2027, 1, 1, 12, 0, tzinfo=UTC), "Fri 1 Jan 2027 13:00 CET"),
    ],
)
def test_an_end_is_its_last_day_or_its_time(at: datetime, words: str) -> None:
    """A midnight is the day before, whole; the year stands where it is another."""
    assert end_words(at, "Europe/Berlin", NOW) == words
