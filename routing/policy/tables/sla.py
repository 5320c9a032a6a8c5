"""`sla.yml`: how soon a lead is acknowledged and touched (T1)."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from routing.policy.tables.rules import ANY
from routing.values import Duration, Value

Clock = Literal["acknowledge", "first_touch"]


class SlaRule(Value):
    """One line of `sla.yml`; the first whose stated columns match gives the lead's clocks.

    `hours` says whether the clock runs in the owner's calendar or round the clock.
    """

    id: str
    segment: str = ANY
    band: str = ANY
    source: str = ANY
    acknowledge: Duration
    first_touch: Duration
    hours: Literal["owner", "24x7"] = "owner"


class Sla(Value):
    rules: tuple[SlaRule, ...]
    remind_at_percent: int = Field(default=75, gt=0, lt=100)
