"""Business hours as policy states them (T1)."""

from __future__ import annotations

import re
from datetime import date

from pydantic import Field, field_validator, model_validator

from routing.values import Value

DAY = 1440
"""Minutes of a day."""
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class Window(Value):
    """Open from `opens` to `closes`, in minutes from local midnight; past 1440 is the next day.

    Written `09:00-17:00`; `22:00-06:00` runs into the next day, `00:00-24:00` is the whole day.
    """

    opens: int = Field(ge=0, le=1440)
    closes: int = Field(ge=0, le=2880)

    @model_validator(mode="before")
    @classmethod
    def _read(cls, value: object) -> object:
        """Accept `HH:MM-HH:MM`; ValueError for any other text and for an empty span."""
        if not isinstance(value, str):
            return value
        found = re.fullmatch(r"([0-2]\d):([0-5]\d)-([0-2]\d):([0-5]\d)", value.strip())
        if found is None:
            raise ValueError(f"{value!r} is not a span of hours: write 09:00-17:00")
        opens, closes = (int(found[i]) * 60 + int(found[i + 1]) for i in (1, 3))
        if opens == closes or max(opens, closes) > DAY:
            raise ValueError(f"{value!r} is not a span of hours within one day")
        return {"opens": opens, "closes": closes if closes > opens else closes + DAY}


class Calendar(Value):
    """Business hours by local wall time; `weekly` maps 0 (Monday) to 6 (Sunday) to windows.

    `holidays` empties a day, `special_days` replaces its windows, on a holiday too. `always` is
    24x7. In files the days have their English names.
    """

    id: str
    always: bool = False
    weekly: dict[int, tuple[Window, ...]] = Field(default_factory=dict)
    holidays: tuple[date, ...] = ()
    special_days: dict[date, tuple[Window, ...]] = Field(default_factory=dict)

    @field_validator("weekly", mode="before")
    @classmethod
    def _days(cls, value: object) -> object:
        """Accept `monday` to `sunday` as keys."""
        if not isinstance(value, dict):
            return value
        return {WEEKDAYS.index(k) if k in WEEKDAYS else k: v for k, v in value.items()}
