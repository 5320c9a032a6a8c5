"""The clock that starts things (D3)."""

from __future__ import annotations

from datetime import timedelta
from threading import Event

import pytest

from bot.scheduler import Ticker

PATIENCE_SECONDS = 10


@pytest.mark.parametrize("often", ["daily", "weekly"])
def test_what_is_due_by_the_clock_is_done_at_the_start(often: str) -> None:
    """A program that was down at the hour does its daily and weekly work when it is back."""
    ticker, done = Ticker(), list[str]()
    if often == "daily":
        ticker.daily(3, "job", lambda: done.append("done"))
    else:
        ticker.weekly("sun", 4, "job", lambda: done.append("done"))

    ticker.start()
    ticker.stop()
    assert done == ["done"]


def test_failing_job_does_not_stop_the_others() -> None:
    """An error is logged; the clock goes on."""
    ticker, done = Ticker(), Event()

    def fail() -> None:
        raise RuntimeError("broken")

    ticker.daily(3, "broken", fail)
    ticker.every(timedelta(milliseconds=10), "sound", done.set)
    ticker.start()

    assert done.wait(PATIENCE_SECONDS)
    ticker.stop()
