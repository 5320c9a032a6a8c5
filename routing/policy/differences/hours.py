"""What changed about who is there and when: absences and calendars, in words."""

from __future__ import annotations

from collections.abc import Iterator

from routing.people import Absence
from routing.policy.differences.values import capital, written
from routing.policy.model import Policy
from routing.policy.tables.calendars import WEEKDAYS, Calendar, Window
from routing.wall_clock import first_written, last_written

DAYS = tuple(map(capital, WEEKDAYS))


def of_absences(old: Policy, new: Policy) -> Iterator[str]:
    for one in old.absences:
        if one not in new.absences:
            yield f"{old.person(one.person).name} is no longer away {_span(one)}."
    for one in new.absences:
        if one not in old.absences:
            yield f"{new.person(one.person).name} is away {_span(one)}."


def _span(absence: Absence) -> str:
    """`2026-12-01 to 2026-12-04 (fair)`, bare days being whole ones."""
    starts = first_written(absence.starts)
    until = last_written(absence.until) if absence.until else None
    reason = f" ({absence.reason})" if absence.reason else ""
    if until is None:
        return f"from {starts} until further notice{reason}"
    return f"on {starts}{reason}" if starts == until else f"{starts} to {until}{reason}"


def of_calendars(old: Policy, new: Policy) -> Iterator[str]:
    before, after = old.calendar_by_id, new.calendar_by_id
    for name in dict.fromkeys((*before, *after)):
        if name not in after:
            yield f"Calendar {name} is gone."
        elif name not in before:
            hours = "always open" if after[name].always else f"weekly {_week(after[name])}"
            empty = Calendar(id=name, always=after[name].always, weekly=after[name].weekly)
            yield f"Calendar {name} is new: {hours}."
            yield from (f"Calendar {name}: {words}." for words in _calendar(empty, after[name]))
        else:
            for words in _calendar(before[name], after[name]):
                yield f"Calendar {name}: {words}."


def _calendar(old: Calendar, new: Calendar) -> Iterator[str]:
    for day in new.holidays:
        if day not in old.holidays:
            yield f"{day} is a holiday now"
    for day in old.holidays:
        if day not in new.holidays:
            yield f"{day} is no longer a holiday"
    for day in sorted({*old.special_days, *new.special_days}):
        was, now = old.special_days.get(day), new.special_days.get(day)
        if now is None:
            yield f"{day} has its usual hours again"
        elif was != now:
            instead = "" if was is None else f" instead of {_open(was)}"
            yield f"{day} is {_open(now)}{instead}"
    for weekday, name in enumerate(DAYS):
        windows = old.weekly.get(weekday, ()), new.weekly.get(weekday, ())
        if windows[0] != windows[1]:
            yield f"{name} is {_open(windows[1])} instead of {_open(windows[0])}"
    if old.always != new.always:
        yield "it is always open now" if new.always else "it is no longer always open"


def _week(calendar: Calendar) -> str:
    days = sorted(calendar.weekly.items())
    return ", ".join(f"{DAYS[day]} {_open(windows)}" for day, windows in days)


def _open(windows: tuple[Window, ...]) -> str:
    return f"open {', '.join(map(written, windows))}" if windows else "closed"
