"""What a pool does with a lead that comes when everybody who could take it is off (R4)."""

from __future__ import annotations

import re
from typing import Literal

from pydantic import model_validator

from routing.values import Value


class OutsideHours(Value):
    """`assign` whatever the hour, `wait` for the next opening, or ask `pool:ID`."""

    kind: Literal["assign", "wait", "pool"]
    pool: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _read(cls, value: object) -> object:
        """Accept the short form of the tables; ValueError for any other text."""
        if not isinstance(value, str):
            return value
        found = re.fullmatch(r"(assign|wait)|pool:([^\s:]+)", value.strip())
        if found is None:
            raise ValueError(f"{value!r} says nothing: write assign, wait or pool:ID")
        return {"kind": found[1] or "pool", "pool": found[2]}


ASSIGN = OutsideHours(kind="assign")
