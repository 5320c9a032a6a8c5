"""The base of every value in this room: frozen, and unknown keys are refused."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict

Instant = AwareDatetime
"""A moment with a time zone; naive datetimes are refused."""

Band = Literal["high", "medium", "low"]
TitleTier = Literal[
    "c_level", "owner_partner", "vp", "director", "manager", "senior_ic", "ic", "intern"
]
MailboxClass = Literal["personal", "disposable", "corporate"]

_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


def parse_duration(text: object) -> object:
    """Read `15m`, `4h` or `30d` as a timedelta; anything else goes on to pydantic unchanged.

    Raises ValueError when the text ends in a known unit but the number before it is not whole or
    has more than six digits, and for a bare number: nobody can tell its unit.
    """
    if isinstance(text, int | float) or (isinstance(text, str) and text.isdigit()):
        raise ValueError(f"{text!r} has no unit: write 15m, 4h or 30d")
    if not isinstance(text, str) or text[-1:] not in _UNITS:
        return text
    if not (text[:-1].isascii() and text[:-1].isdigit() and len(text) <= 7):
        raise ValueError(f"{text!r} is not a duration: write 15m, 4h or 30d")
    return timedelta(**{_UNITS[text[-1]]: int(text[:-1])})


Duration = Annotated[timedelta, BeforeValidator(parse_duration)]


class Value(BaseModel):
    """A frozen value that refuses unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")
