"""What the figures of a change say (G2)."""

from __future__ import annotations

import pytest

from routing.policy.reading.load import load_policy
from routing.replay.impact import Impact, in_words
from tests.routing.builders import example_files


@pytest.mark.parametrize(
    ("moved", "hands", "said"),
    [
        (1, 1, "It only changes hands within its pool."),
        (3, 3, "All of them only change hands within their pool."),
        (3, 1, "1 of those only changes hands within its pool."),
        (3, 2, "2 of those only change hands within their pool."),
    ],
)
def test_who_stays_in_their_pool_is_part_of_who_moves(moved: int, hands: int, said: str) -> None:
    """The words name them as some of the leads that move, as the figures count them."""
    impact = Impact(leads=19, moved=moved, hands=hands)

    first, second = in_words(impact, load_policy(example_files()))

    assert first.startswith(f"{moved} of 19 past leads would move (")
    assert second == said
    assert in_words(Impact(leads=19, moved=3), load_policy(example_files())) == [
        "3 of 19 past leads would move (15.8 %)."
    ]
