"""The base of every value in this room: frozen, and unknown keys are refused."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any, Literal

from pydantic import (
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
)

Instant = AwareDatetime
"""A moment with a time zone; naive datetimes are refused."""

Band = Literal["high", "medium", "low"]
TitleTier = Literal[
    "c_level", "owner_partner", "vp", "director", "manager", "senior_ic", "ic", "intern"
]
MailboxClass = Literal["personal", "disposable", "corporate"]

_SPAN = TypeAdapter(timedelta)
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


def parse_duration(text: object) -> object:
    """Read `15m`, `4h`, `30d` or ISO 8601 as a timedelta; other types go to pydantic unchanged.

    Raises ValueError for any other text, for a number that is not whole or has more than six
    digits, and for a bare one: nobody can tell its unit.
    """
    if isinstance(text, int | float) or (isinstance(text, str) and text.isdigit()):
        raise ValueError(f"{text!r} has no unit: write 2h, 30m or 1d")
    if not isinstance(text, str):
        return text
    if text[-1:] not in _UNITS:
        return _span(text)
    if not (text[:-1].isascii() and text[:-1].isdigit() and len(text) <= 7):
        raise ValueError(f"{text!r} is not a duration: write 2h, 30m or 1d")
    return timedelta(**{_UNITS[text[-1]]: int(text[:-1])})


def _span(text: str) -> timedelta:
    try:
        return _SPAN.validate_python(text)
    except ValidationError:
        raise ValueError(f"{text!r} is not a duration: write 2h, 30m or 1d") from None


Duration = Annotated[timedelta, BeforeValidator(parse_duration)]


class Value(BaseModel):
    """A frozen value that refuses unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def left_out() -> Any:
    """A field, None unless given, that the JSON of its value does not have."""
    return Field(default=None, exclude=True)
