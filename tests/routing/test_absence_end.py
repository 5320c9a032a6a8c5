"""Ends of absences as people write them, in the person's zone (R4)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from routing.absence_end import read_absence, read_end
from tests.routing.builders import NOW, a_person

BERLIN = a_person("anna", time_zone="Europe/Berlin")
FRIDAY = datetime(2026, 11, 27, 23, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("2026-11-24", datetime(2026, 11, 24, 23, 0, tzinfo=UTC)),
        ("2026-11-24 13:00", datetime(2026, 11, 24, 12, 0, tzinfo=UTC)),
        ("2026-11-24T13:00", datetime(2026, 11, 24, 12, 0, tzinfo=UTC)),
        ("today", datetime(2026, 11, 23, 23, 0, tzinfo=UTC)),
        ("Monday", datetime(2026, 11, 23, 23, 0, tzinfo=UTC)),
        ("tomorrow", datetime(2026, 11, 24, 23, 0, tzinfo=UTC)),
        ("tommorow", datetime(2026, 11, 24, 23, 0, tzinfo=UTC)),
        ("friday", datetime(2026, 11, 27, 23, 0, tzinfo=UTC)),
        ("until Fri", datetime(2026, 11, 27, 23, 0, tzinfo=UTC)),
        ("till sun", datetime(2026, 11, 29, 23, 0, tzinfo=UTC)),
        ("thurs 13:00", datetime(2026, 11, 26, 12, 0, tzinfo=UTC)),
        ("until 4h", NOW + timedelta(hours=4)),
        ("4h", NOW + timedelta(hours=4)),
        ("2d", NOW + timedelta(days=2)),
    ],
)
def test_an_end_is_read_as_people_write_it(text: str, end: datetime) -> None:
    """The last day, by its date or its name, a time, or how long."""

    assert read_end(text, BERLIN, NOW) == end


def test_a_span_ends_with_a_full_minute() -> None:
    """Said twice in a minute it is the same end, and the minute shown is what counts."""
    for later in (timedelta(seconds=1), timedelta(seconds=59, microseconds=999_999)):
        assert read_end("4h", BERLIN, NOW + later) == NOW + timedelta(hours=4, minutes=1)


@pytest.mark.parametrize(
    "text",
    ["2026-13-01", "2026-11-31", "next week", "24.12.2026", "2026-11-22", "", "h", "0h", "-1d",
     "9999-12-31", "2026-11-24 25:00", "friday dinner", "until", "today 09:00"],
)  # fmt: skip
def test_an_end_that_cannot_be_is_refused(text: str) -> None:
    """Past, impossible or unreadable: an error, never another moment."""

    with pytest.raises(ValueError, match=r"."):
        read_end(text, BERLIN, NOW)


def test_a_day_is_that_of_the_persons_zone() -> None:
    """Shortly before midnight in London it is Tuesday already in Berlin."""
    late = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)

    assert read_end("today", BERLIN, late) == datetime(2026, 11, 24, 23, 0, tzinfo=UTC)
    assert read_end("monday", BERLIN, late) == datetime(2026, 11, 30, 23, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("words", "until", "reason"),
    [
        ("", None, ""),
        ("feeling ill", None, "feeling ill"),
        ("a day off", None, "a day off"),
        ("sunny spells", None, "sunny spells"),
        ("in a meeting", None, "in a meeting"),
        ("friday", FRIDAY, ""),
        ("until Friday dinner with Ana", FRIDAY, "dinner with Ana"),
        ("fri, to see a doctor", FRIDAY, "to see a doctor"),
        ("2026-11-27  dinner", FRIDAY, "dinner"),
        ("2026-11-27 13:00 dinner", FRIDAY - timedelta(hours=11), "dinner"),
        ("4h ben stands in", NOW + timedelta(hours=4), "ben stands in"),
    ],
)
def test_the_end_comes_first_and_the_reason_follows(
    words: str, until: datetime | None, reason: str
) -> None:
    """Both may be left out."""
    assert read_absence(words, BERLIN, NOW) == (until, reason)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("2026-12-24 13h dinner", "'2026-12-24 13h' is no day"),
        ("2026-12-24 25:00 dinner", "'2026-12-24 25:00' is no day"),
        ("4h 30m", "'4h 30m' is no day"),
        ("next week", "'next week' is no day"),
        ("next friday dinner", "'next friday' is no day"),
        ("in two weeks", "'in two weeks' is no day"),
        ("for 2 days", "'for 2' is no day"),
        ("mon-fri", "'mon-fri' is no day"),
        ("friday to sunday", "'friday to sunday' is no day"),
        ("tomorrow morning", "'tomorrow morning' is no day"),
        ("dec 24", "'dec 24' is no day"),
        ("until Easter", "'Easter' is no day"),
        ("dinner until friday", "begin with 'until friday'"),
        ("until 2026-11-20", "is past"),
    ],
)
def test_what_looks_like_a_time_is_never_a_reason(words: str, said: str) -> None:
    """Nobody is away for ever, or a whole day, because their time could not be read."""
    with pytest.raises(ValueError, match=said):
        read_absence(words, BERLIN, NOW)
