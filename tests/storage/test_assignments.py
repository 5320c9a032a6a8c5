"""Who was given how many leads, as caps count them (R4)."""

from __future__ import annotations

from datetime import timedelta

from storage.unit_of_work import Database
from tests.storage.builders import a_lead, an_assignment
from tests.support.clock import MONDAY_NOON


def test_a_lead_that_came_back_counts_once(database: Database) -> None:
    """Two leads are two, one that was taken away and given back is one."""
    with database.writing() as work:
        back, other = (a_lead(work, email=f"{n}@acme.com") for n in "ab")
        first = an_assignment(work, back)
        work.assignments.end(first.id, MONDAY_NOON)
        an_assignment(work, back)
        an_assignment(work, other)
        an_assignment(work, a_lead(work, email="c@acme.com"), "ben")

        given = work.assignments.counts_since
        assert given(["anna", "ben", "zoe"], MONDAY_NOON) == {"anna": 2, "ben": 1}
        assert given(["anna"], MONDAY_NOON + timedelta(seconds=1)) == {}
