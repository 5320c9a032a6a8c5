"""The clocks of an assignment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

from routing.policy.tables.sla import Sla
from routing.sla.clocks import ClockTimes, start_clocks
from tests.routing.builders import NOW, a_person, a_policy, an_sla_rule

BERLINER = a_person(time_zone="Europe/Berlin", calendar="office")


def _start(*rules: object, now: datetime = NOW, **stated: object) -> tuple[ClockTimes, ...]:
    policy = a_policy(sla=Sla.model_validate({"rules": rules}))
    usual = {"segment": "small", "band": "high", "source": "website", "owner": BERLINER}
    return start_clocks(policy, **usual | stated, now=now)  # type: ignore[arg-type]  # a bundle


def test_both_clocks_run_in_the_hours_of_the_owner() -> None:
    """Assigned Monday 16:00 in Berlin: an hour to acknowledge today, four to touch tomorrow."""
    acknowledge, first_touch = _start(an_sla_rule())

    assert (acknowledge.clock, first_touch.clock) == ("acknowledge", "first_touch")
    assert acknowledge.due_at == datetime(2026, 11, 23, 16, 0, tzinfo=UTC)
    assert first_touch.due_at == datetime(2026, 11, 24, 11, 0, tzinfo=UTC)


def test_the_reminder_comes_at_its_share_of_the_open_time() -> None:
    """At 75 %: 45 open minutes of an hour, three open hours of four."""
    acknowledge, first_touch = _start(an_sla_rule())

    assert acknowledge.remind_at == NOW + timedelta(minutes=45)
    assert first_touch.remind_at == datetime(2026, 11, 24, 10, 0, tzinfo=UTC)


def test_round_the_clock_ignores_business_hours() -> None:
    """A 24x7 rule runs through the night."""
    _, first_touch = _start(an_sla_rule(hours="24x7"))

    assert first_touch.due_at == NOW + timedelta(hours=4)


def test_the_first_rule_that_fits_counts() -> None:
    """Rules are tried in the order of policy, and the clock keeps the rule's name."""
    low, high = an_sla_rule("low", band="low"), an_sla_rule("high", band="high")

    assert {clock.rule for clock in _start(low, high, an_sla_rule())} == {"high"}


def test_no_rule_starts_no_clock() -> None:
    """A lead that no SLA rule takes has no deadlines; unknown facts fit `*` alone."""
    assert _start(an_sla_rule(segment="enterprise")) == ()
    assert _start(an_sla_rule(band="high"), band=None) == ()
    assert _start(an_sla_rule(), band=None, segment=None)


def test_all_times_are_utc() -> None:
    """Whatever zone `now` comes in, the stored times are UTC."""
    at = NOW.astimezone(timezone(timedelta(hours=9)))

    for clock in _start(an_sla_rule(), now=at):
        for time in (clock.started_at, clock.remind_at, clock.due_at):
            assert time.utcoffset() == timedelta(0)
