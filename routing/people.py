"""People who own, manage or administer leads."""

from __future__ import annotations

from typing import Literal

from routing.values import Value

Role = Literal["sdr", "ae", "manager", "ops", "admin"]
DECIDERS: frozenset[Role] = frozenset({"manager", "ops", "admin"})
"""Who may resolve cases and act on leads they do not own."""


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

    @property
    def may_decide(self) -> bool:
        return self.role in DECIDERS
