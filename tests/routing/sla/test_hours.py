"""Business time, exact to the second."""

from __future__ import annotations

import csv
import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.policy.tables.calendars import Calendar, Window
from routing.sla.hours import NeverOpen, due, is_open, next_opening, open_between

HERE = Path(__file__).parent
CALENDARS = json.loads((HERE / "business_calendars.json").read_text())


def _calendar(name: str, holidays: str = "", special_days: str = "") -> Calendar:
    weekly = {
        int(day): tuple(Window(opens=a, closes=b) for a, b in windows)
        for day, windows in CALENDARS[name]["weekly"].items()
    }
    special = {
        day: [Window.model_validate(span) for span in spans.split(",")]
        for day, spans in (entry.split("=") for entry in special_days.split())
    }
    return Calendar.model_validate(
        {
            "id": name,
            "always": CALENDARS[name]["always"],
            "weekly": weekly,
            "holidays": holidays.split(),
            "special_days": special,
        }
    )


def _rows() -> list[dict[str, str]]:
    with (HERE / "business_hours.tsv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def _utc(text: str) -> datetime:
    """An instant written `2024-01-08T08:00Z`, with or without seconds."""
    return datetime.fromisoformat(text)


@pytest.mark.parametrize("row", _rows(), ids=lambda row: row["case"])
def test_due_is_exact(row: dict[str, str]) -> None:
    """Deadlines are exact over weekends, holidays, half-days and every change of the clocks."""
    calendar = _calendar(row["calendar"], row["holidays"] or "", row["special_days"] or "")
    start, work = _utc(row["start_utc"]), timedelta(seconds=int(row["duration_s"]))

    found = due(start, work, calendar, row["tz"])

    assert found == _utc(row["due_utc"])
    assert found.tzinfo is UTC


@pytest.mark.parametrize("row", _rows(), ids=lambda row: row["case"])
def test_open_time_until_due_is_the_work(row: dict[str, str]) -> None:
    """Between start and deadline lies exactly the promised open time."""
    calendar = _calendar(row["calendar"], row["holidays"] or "", row["special_days"] or "")

    found = open_between(_utc(row["start_utc"]), _utc(row["due_utc"]), calendar, row["tz"])

    assert found == timedelta(seconds=int(row["duration_s"]))


BERLIN_9_17 = _calendar("MON_FRI_9_17")
DAILY = {
    hours: Calendar(id="daily", weekly=dict.fromkeys(range(7), (Window.model_validate(hours),)))
    for hours in ("08:00-17:00", "09:00-18:00")
}
TEN_TO_SIX = Calendar(
    id="ten", weekly=dict.fromkeys(range(5), (Window.model_validate("10:00-18:00"),))
)


@pytest.mark.parametrize(
    ("case", "calendar", "zone", "start", "minutes", "expected"),
    [
        ("A1", BERLIN_9_17, "Europe/Berlin", "2013-03-21T09:30Z", 60, "2013-03-21T10:30Z"),
        ("A1", BERLIN_9_17, "Europe/Berlin", "2013-03-21T09:30Z", 180, "2013-03-21T12:30Z"),
        ("A1", BERLIN_9_17, "Europe/Berlin", "2013-03-21T09:30Z", 240, "2013-03-21T13:30Z"),
        (
            "A3",
            DAILY["08:00-17:00"],
            "Europe/Berlin",
            "2013-10-21T05:30Z",
            120,
            "2013-10-21T08:00Z",
        ),
        (
            "A3",
            DAILY["08:00-17:00"],
            "Europe/Berlin",
            "2013-10-21T05:30Z",
            240,
            "2013-10-21T10:00Z",
        ),
        ("A11", TEN_TO_SIX, "UTC", "2024-01-08T08:00Z", 60, "2024-01-08T11:00Z"),
        ("A11", TEN_TO_SIX, "UTC", "2024-01-08T08:00Z", 240, "2024-01-08T14:00Z"),
        ("A13", TEN_TO_SIX, "UTC", "2024-01-13T15:00Z", 24 * 60, "2024-01-17T18:00Z"),
        ("A13", TEN_TO_SIX, "UTC", "2024-01-13T15:00Z", 72 * 60, "2024-01-25T18:00Z"),
        ("A15", TEN_TO_SIX, "UTC", "2024-01-12T19:00Z", 60, "2024-01-15T11:00Z"),
        ("A15", TEN_TO_SIX, "UTC", "2024-01-12T19:00Z", 240, "2024-01-15T14:00Z"),
    ],
)
def test_due_as_in_peers(
    case: str, calendar: Calendar, zone: str, start: str, minutes: int, expected: str
) -> None:
    """Deadlines agree with the recomputed cases of other open-source systems."""
    assert due(_utc(start), timedelta(minutes=minutes), calendar, zone) == _utc(expected), case


@pytest.mark.parametrize(
    ("case", "calendar", "zone", "start", "seconds", "pauses", "expected"),
    [
        (
            "A5",
            DAILY["09:00-18:00"],
            "Europe/Berlin",
            "2013-06-04T09:00Z",
            7200,
            [
                ("2013-06-04T10:00Z", "2013-06-04T10:30Z"),
                ("2013-06-04T09:30Z", "2013-06-04T09:45Z"),
            ],
            "2013-06-04T11:45Z",
        ),
        (
            "A17",
            TEN_TO_SIX,
            "UTC",
            "2024-01-11T15:00Z",
            7200,
            [("2024-01-11T15:30:00Z", "2024-01-11T16:30:00Z")],
            "2024-01-11T18:00Z",
        ),
        (
            "A17",
            TEN_TO_SIX,
            "UTC",
            "2024-01-11T15:00Z",
            7200,
            [("2024-01-11T15:30:00Z", "2024-01-11T16:30:01Z")],
            "2024-01-12T10:00:01Z",
        ),
        (
            "A19",
            TEN_TO_SIX,
            "UTC",
            "2024-01-08T12:00Z",
            14400,
            [("2024-01-08T12:30Z", "2024-01-08T13:00Z")],
            "2024-01-08T16:30Z",
        ),
    ],
)
def test_pauses_do_not_count(
    case: str,
    calendar: Calendar,
    zone: str,
    start: str,
    seconds: int,
    pauses: list[tuple[str, str]],
    expected: str,
) -> None:
    """Time within a pause moves the deadline by as much as it was open, in any order of pauses."""
    spans = [(_utc(a), _utc(b)) for a, b in pauses]

    found = due(_utc(start), timedelta(seconds=seconds), calendar, zone, spans)

    assert found == _utc(expected), case


def test_working_time_leaves_out_pauses() -> None:
    """A7: first response after 75 working minutes, closing after 150, with half an hour paused."""
    start, pause = _utc("2013-06-04T09:00Z"), (_utc("2013-06-04T10:00Z"), _utc("2013-06-04T10:30Z"))

    def worked(end: str) -> timedelta:
        return open_between(start, _utc(end), DAILY["09:00-18:00"], "Europe/Berlin", [pause])

    assert worked("2013-06-04T10:45Z") == timedelta(minutes=75)
    assert worked("2013-06-04T12:00Z") == timedelta(minutes=150)


def test_working_time_over_a_holiday() -> None:
    """A21: a holiday on Monday takes no working time."""
    calendar = _calendar("MON_FRI_9_17", "2024-01-15")

    found = open_between(_utc("2024-01-12T10:00Z"), _utc("2024-01-16T12:00Z"), calendar, "UTC")

    assert found == timedelta(seconds=36000)


@pytest.mark.parametrize("calendar", [Calendar(id="shut"), _calendar("SUN_ALL_DAY")])
def test_a_calendar_that_never_opens_is_said_so(calendar: Calendar) -> None:
    """A23: the walk has a horizon and raises instead of running on."""
    sundays = {date(2024, 1, 7) + timedelta(weeks=week) for week in range(300)}
    shut = calendar.model_copy(update={"holidays": tuple(sorted(sundays))})

    with pytest.raises(NeverOpen):
        due(_utc("2024-01-08T00:00Z"), timedelta(hours=1), shut, "UTC")
    with pytest.raises(NeverOpen):
        next_opening(_utc("2024-01-08T00:00Z"), shut, "UTC")


@pytest.mark.parametrize(
    ("at", "open_now", "opening"),
    [
        ("2024-01-08T08:59:59Z", False, "2024-01-08T09:00Z"),
        ("2024-01-08T09:00:00Z", True, "2024-01-08T09:00Z"),
        ("2024-01-08T16:59:59Z", True, "2024-01-08T16:59:59Z"),
        ("2024-01-08T17:00:00Z", False, "2024-01-09T09:00Z"),
        ("2024-01-12T20:00:00Z", False, "2024-01-15T09:00Z"),
    ],
)
def test_opening_counts_and_closing_does_not(at: str, open_now: bool, opening: str) -> None:
    """A window is open from its first instant up to, not including, its last."""
    calendar = _calendar("MON_FRI_9_17")

    assert is_open(_utc(at), calendar, "UTC") is open_now
    assert next_opening(_utc(at), calendar, "UTC") == _utc(opening)


def test_a_skipped_opening_opens_at_the_end_of_the_gap() -> None:
    """A window that opens at a time the clocks skip opens when the wall clock is past it."""
    calendar = Calendar(id="early", weekly={6: (Window.model_validate("02:30-04:00"),)})

    found = next_opening(_utc("2026-03-08T00:00Z"), calendar, "America/New_York")

    assert found == _utc("2026-03-08T07:00Z")


def test_adjacent_windows_count_every_second_once() -> None:
    """Windows that touch neither overlap nor leave a gap, on the days the clocks change too."""
    halves = tuple(Window.model_validate(h) for h in ("00:00-01:30", "01:30-24:00"))
    calendar = Calendar(id="halves", weekly=dict.fromkeys(range(7), halves))

    for day in ("2026-03-08", "2026-11-01"):
        start = _utc(f"{day}T00:00-05:00")
        found = open_between(start, start + timedelta(days=2), calendar, "America/New_York")
        assert found == timedelta(days=2)


ZONES = ("America/New_York", "Europe/Berlin", "Asia/Kolkata", "Australia/Lord_Howe", "UTC")


@given(
    start=st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),
    work=st.timedeltas(timedelta(0), timedelta(days=10)),
    name=st.sampled_from(sorted(CALENDARS)),
    zone=st.sampled_from(ZONES),
)
def test_due_and_open_time_agree(start: datetime, work: timedelta, name: str, zone: str) -> None:
    """For any start, work, calendar and zone: due is the earliest instant with that open time."""
    calendar = _calendar(name)
    found = due(start, work, calendar, zone)

    assert found >= start
    assert open_between(start, found, calendar, zone) == work
    if work:
        before = found - timedelta(microseconds=1)
        assert open_between(start, before, calendar, zone) < work
