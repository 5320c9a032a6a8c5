"""`stages.yml`: the stages of a lead, and who may move it (T7)."""

from __future__ import annotations

from typing import Literal

from routing.values import Value

Mover = Literal["person", "machine"]


class Stage(Value):
    """One stage of `stages.yml`. `active` stages count as load of the owner."""

    id: str
    name: str
    active: bool = True
    needs_reason: bool = False


class Transition(Value):
    source: str
    target: str
    by: tuple[Mover, ...] = ("person",)


class Lifecycle(Value):
    stages: tuple[Stage, ...]
    transitions: tuple[Transition, ...]
    initial: str
    acknowledged: str
    """The stage an acknowledged lead enters."""
    working: str
    """The stage a lead enters with its first touch."""
