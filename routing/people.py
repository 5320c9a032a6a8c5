"""People who own, manage or administer leads."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, ConfigDict, Field

from routing.values import Value
from routing.wall_clock import LocalEnd, LocalStart

Role = Literal["sdr", "ae", "manager", "ops", "admin"]
DECIDERS: frozenset[Role] = frozenset({"manager", "ops", "admin"})
"""Who may resolve cases and act on leads they do not own."""


def parse_words(text: object) -> object:
    """Read `german; fintech` as two words; anything but text goes on to pydantic unchanged."""
    if not isinstance(text, str):
        return text
    return tuple(word for part in text.split(";") if (word := part.strip().casefold()))


Skills = Annotated[tuple[str, ...], BeforeValidator(parse_words)]
"""What somebody can do, or a lead needs; in tables separated by `;`."""


class Person(Value):
    """One row of `people.csv`.

    `slack_user` is the Slack user id (`U...`). `time_zone` is an IANA name, `calendar` names a
    business calendar of the policy. A cap of None means no limit; a day and a week are those of
    the person's time zone, a week starts on Monday.
    """

    id: str
    name: str
    email: str
    slack_user: str
    role: Role
    manager: str | None = None
    time_zone: str = "UTC"
    calendar: str = "always"
    active: bool = True
    open_cap: int | None = None
    daily_cap: int | None = None
    weekly_cap: int | None = None
    skills: Skills = ()

    @property
    def may_decide(self) -> bool:
        return self.role in DECIDERS


class Absence(Value):
    """One row of `absences.csv`: somebody receives nothing from `starts` (column `from`) on.

    Times are wall times of the person's zone; `until` is when they are back, None for further
    notice. A bare day counts whole.
    """

    model_config = ConfigDict(serialize_by_alias=True)

    person: str
    starts: LocalStart = Field(alias="from")
    until: LocalEnd | None = None
    reason: str = ""
