"""Absences: days and times of a person's zone, overlapping, through clock changes (R4)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from routing.availability import Away, absent_reason, away_now, moment
from routing.people import Absence
from tests.routing.builders import NOW, a_person, a_policy

BERLIN = a_person("anna", time_zone="Europe/Berlin")


def _absence(start: str, until: str | None = None, reason: str = "") -> Absence:
    row = {"person": "anna", "from": start, "reason": reason}
    return Absence.model_validate(row | ({"until": until} if until else {}))


def _reason(*absences: Absence, entered: tuple[Away, ...] = (), at: datetime = NOW) -> str | None:
    return absent_reason(a_policy(absences=absences), BERLIN, entered, at)


def test_a_bare_day_counts_whole_in_the_persons_zone() -> None:
    """From the first midnight to the midnight after the last day, by the wall clock of the zone."""
    holiday = _absence("2026-11-23", "2026-11-24", "holiday")
    edges = [
        (datetime(2026, 11, 22, 22, 59, 59, tzinfo=UTC), None),
        (datetime(2026, 11, 22, 23, 0, tzinfo=UTC), "holiday, until the end of Tue 24 Nov"),
        (datetime(2026, 11, 24, 22, 59, 59, tzinfo=UTC), "holiday, until the end of Tue 24 Nov"),
        (datetime(2026, 11, 24, 23, 0, tzinfo=UTC), None),
    ]

    assert [_reason(holiday, at=at) for at, _ in edges] == [reason for _, reason in edges]


@pytest.mark.parametrize(
    ("wall", "instant"),
    [
        (datetime(2027, 3, 28, 2, 30), datetime(2027, 3, 28, 1, 0, tzinfo=UTC)),
        (datetime(2027, 10, 31, 2, 30), datetime(2027, 10, 31, 0, 30, tzinfo=UTC)),
    ],
    ids=["skipped: the end of the gap", "twice: the first pass"],
)
def test_clock_changes_leave_one_instant(wall: datetime, instant: datetime) -> None:
    """A wall time that does not exist, or comes twice, is one instant all the same."""

    assert moment(wall, "Europe/Berlin") == instant


def test_of_overlapping_absences_the_last_to_end_counts() -> None:
    """Somebody back from one while another lasts is still away; further notice outlasts all."""
    short, long = (
        _absence("2026-11-23", "2026-11-23"),
        _absence("2026-11-20", "2026-11-30", "leave"),
    )
    assert _reason(short, long) == "leave, until the end of Mon 30 Nov"

    open_end = Away(person="anna", starts=NOW, reason="ill")
    assert _reason(short, long, entered=(open_end,)) == "ill"
    assert _reason(long, entered=(open_end,), at=NOW + timedelta(days=30)) == "ill"


def test_somebody_inactive_is_absent_whatever_the_table_says() -> None:
    """Absences of somebody who left change nothing."""
    policy = a_policy(absences=(_absence("2030-01-01"),))

    assert (
        absent_reason(policy, BERLIN.model_copy(update={"active": False}), (), NOW) == "deactivated"
    )


def test_the_absence_of_another_is_not_theirs() -> None:
    """Only one's own absences count."""
    entered = (Away(person="ben", starts=NOW),)

    assert away_now(a_policy(), BERLIN, entered, NOW) is None
