"""Moves between stages: a table in policy says which, and whether a machine may make them (T7)."""

from __future__ import annotations

from routing.policy.tables.stages import Lifecycle, Mover, Stage


class MoveRefused(Exception):
    """The move is not in the table; the text is a sentence that names what is allowed."""


def check_move(
    lifecycle: Lifecycle, *, source: str, target: str, by: Mover, reason: str | None
) -> None:
    """Pass when `by` may move a lead from `source` to `target` with this reason.

    Raises MoveRefused for a target that is unknown, a move that is not in the table or not for this
    mover, and a missing reason where the target stage needs one.
    """
    stages = {stage.id: stage for stage in lifecycle.stages}
    if target not in stages:
        raise MoveRefused(f"There is no stage {target!r}; there are {_names(lifecycle.stages)}.")
    allowed = next_stages(lifecycle, source, by)
    if stages[target] not in allowed:
        left = stages[source].name if source in stages else source
        move = f"A {by} cannot move a lead from {left} to {stages[target].name}"
        raise MoveRefused(f"{move}; allowed: {_names(allowed)}.")
    if stages[target].needs_reason and not (reason or "").strip():
        raise MoveRefused(f"{stages[target].name} needs a reason.")


def next_stages(lifecycle: Lifecycle, source: str, by: Mover) -> tuple[Stage, ...]:
    """The stages `by` may move a lead to from `source`, in the order of policy.

    The table says nothing of a stage that left the policy. From there a person may move the lead
    as if it were new, also to where new leads are; a machine may not move it.
    """
    known = any(stage.id == source for stage in lifecycle.stages)
    if not known and by != "person":
        return ()
    start = source if known else lifecycle.initial
    moves = lifecycle.transitions
    targets = {move.target for move in moves if move.source == start and by in move.by}
    targets |= set() if known else {lifecycle.initial}
    return tuple(stage for stage in lifecycle.stages if stage.id in targets)


def _names(stages: tuple[Stage, ...]) -> str:
    return ", ".join(stage.name for stage in stages) or "none"
