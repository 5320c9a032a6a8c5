"""`pools.yml`: people who share leads."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from routing.policy.tables.outside_hours import ASSIGN, OutsideHours
from routing.values import Value

Strategy = Literal["fewest_active", "weighted_round_robin"]


class Member(Value):
    """A person of a pool: of weight 2 gets twice the share of weight 1; priority settles ties."""

    person: str
    weight: int = Field(default=1, ge=1)
    priority: int = 0


class Pool(Value):
    """People who share leads. `channel` is where this pool's cases go, else the company's.

    `calendar` holds for all of them instead of each one's own, in `time_zone` or the company's.
    Leads that wait for the next opening wait in the queue `waits_in`.
    """

    id: str
    name: str
    strategy: Strategy
    members: tuple[Member, ...]
    channel: str | None = None
    calendar: str | None = None
    time_zone: str | None = None
    outside_hours: OutsideHours = ASSIGN
    waits_in: str = "holding"
