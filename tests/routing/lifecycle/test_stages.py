"""Moves between stages."""

from __future__ import annotations

import pytest

from routing.lifecycle.stages import MoveRefused, check_move, next_stages
from routing.policy.tables.stages import Mover
from tests.routing.builders import a_lifecycle

TABLE = a_lifecycle()


def test_a_move_of_the_table_is_allowed() -> None:
    """A person may make a move that the table gives to people."""
    check_move(TABLE, source="new", target="acknowledged", by="person", reason=None)


def test_a_machine_makes_only_the_moves_given_to_machines() -> None:
    """The refusal says in a sentence what would have been allowed."""
    with pytest.raises(MoveRefused) as refused:
        check_move(TABLE, source="new", target="acknowledged", by="machine", reason=None)

    assert str(refused.value) == (
        "A machine cannot move a lead from New to Acknowledged; allowed: none."
    )


def test_a_skipped_stage_is_refused_with_what_is_allowed() -> None:
    """From New a person gets no further than Acknowledged."""
    with pytest.raises(MoveRefused, match=r"allowed: Acknowledged\."):
        check_move(TABLE, source="new", target="working", by="person", reason=None)


@pytest.mark.parametrize("reason", [None, "", "  "])
def test_a_stage_that_needs_a_reason_gets_one(reason: str | None) -> None:
    """Nothing is lost without saying why."""
    with pytest.raises(MoveRefused, match="Lost needs a reason"):
        check_move(TABLE, source="working", target="lost", by="person", reason=reason)

    check_move(TABLE, source="working", target="lost", by="person", reason="went elsewhere")


def test_an_unknown_target_is_refused() -> None:
    """An old button with a stage that policy no longer has is told so."""
    with pytest.raises(MoveRefused, match="no stage 'won'"):
        check_move(TABLE, source="new", target="won", by="person", reason=None)


@pytest.mark.parametrize(
    ("source", "by", "expected"),
    [
        ("new", "person", ["acknowledged"]),
        ("acknowledged", "machine", ["working"]),
        ("lost", "person", []),
        ("nowhere", "person", ["new", "acknowledged"]),
        ("nowhere", "machine", []),
    ],
)
def test_next_stages_are_those_check_move_allows(
    source: str, by: Mover, expected: list[str]
) -> None:
    """A menu of next stages never offers a refused move."""
    assert [stage.id for stage in next_stages(TABLE, source, by)] == expected
