"""How often one address may post a form: by policy, by the clock, in bounded memory (I1)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest

from bot.web import sender_limits
from bot.web.sender_limits import SenderLimits
from handlers.intake.problem import RefusedError
from routing.policy.tables.sources import SourcePolicy
from tests.intake.builders import a_source

FORM = a_source("web", per_minute=3)
OTHER_FORM = a_source("web", id="other", per_minute=3)


class Watch:
    """Seconds that pass when the test says so."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def limits(watch: Watch) -> SenderLimits:
    return SenderLimits(watch)


def taken(limits: SenderLimits, times: int, form: SourcePolicy = FORM, who: str = "a") -> int:
    """How many of so many deliveries are let through."""
    count = 0
    for _ in range(times):
        with suppress(RefusedError):
            limits.check(form, who)
            count += 1
    return count


def test_sender_is_told_the_figure(limits: SenderLimits) -> None:
    """429, and what is allowed."""
    taken(limits, 3)
    with pytest.raises(RefusedError) as refusal:
        limits.check(FORM, "a")

    assert refusal.value.status == 429
    assert "3 leads a minute" in refusal.value.detail


def test_form_without_a_figure_is_not_limited(limits: SenderLimits) -> None:
    """The limit is policy's, and by default there is none."""

    assert taken(limits, 500, a_source("web")) == 500


def test_each_address_and_form_counts_for_itself(limits: SenderLimits) -> None:
    """A busy sender shuts nobody else out."""
    assert taken(limits, 5) == 3

    assert taken(limits, 5, who="b") == 3
    assert taken(limits, 5, OTHER_FORM) == 3
    assert taken(limits, 5) == 0


@pytest.mark.parametrize(("seconds", "more"), [(0, 0), (19, 0), (20, 1), (41, 2), (3600, 3)])
def test_places_come_back_with_time(
    limits: SenderLimits, watch: Watch, seconds: float, more: int
) -> None:
    """Three a minute is one in twenty seconds, and never more than three at once."""
    taken(limits, 3)
    watch.seconds += seconds

    assert taken(limits, 10) == more


def test_new_figure_of_policy_counts_at_once(limits: SenderLimits) -> None:
    """A sender who was shut out under the old figure is judged by the new one."""
    taken(limits, 5)

    limits.check(a_source("web", per_minute=30), "a")


def test_memory_is_bounded(limits: SenderLimits, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who was silent the longest is forgotten first; a sender who keeps on is remembered."""
    monkeypatch.setattr(sender_limits, "MOST_SENDERS", 10)
    taken(limits, 3, who="busy")
    for number in range(1_000):
        taken(limits, 1, who=f"10.0.{number}")
        assert taken(limits, 1, who="busy") == 0

    assert len(limits._buckets) == 10


def test_parallel_senders_do_not_slip_through(limits: SenderLimits) -> None:
    """Sixteen threads get no more than one would."""
    with ThreadPoolExecutor(16) as pool:
        counts = list(pool.map(lambda _: taken(limits, 20), range(16)))

    assert sum(counts) == 3
