"""`rules.csv`: which leads go where."""

from __future__ import annotations

import re
from typing import Literal

from pydantic import model_validator

from routing.people import Skills
from routing.values import Value

ANY = "*"
"""In a column: every value."""


class Target(Value):
    """Where a rule sends a lead: `pool:emea-sdr`, `queue:holding` or `nurture`."""

    kind: Literal["pool", "queue", "nurture"]
    id: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _read(cls, value: object) -> object:
        """Accept the short form of the tables; ValueError for any other text."""
        if not isinstance(value, str):
            return value
        found = re.fullmatch(r"(?:(pool|queue):([^\s:]+)|(nurture))", value.strip())
        if found is None:
            raise ValueError(f"{value!r} is not a target: write pool:ID, queue:ID or nurture")
        return {"kind": found[1] or found[3], "id": found[2]}

    def __str__(self) -> str:
        return f"{self.kind}:{self.id}" if self.id else self.kind


class Rule(Value):
    """One row of `rules.csv`; `*` in a column matches every value.

    Among the rules that match, the order is: more stated columns first, then higher priority,
    then id. The first one wins. Whoever gets the lead has all its `skills`.
    """

    id: str
    territory: str = ANY
    segment: str = ANY
    band: str = ANY
    source: str = ANY
    priority: int = 0
    send_to: Target
    skills: Skills = ()

    @property
    def specificity(self) -> int:
        return sum(c != ANY for c in (self.territory, self.segment, self.band, self.source))
