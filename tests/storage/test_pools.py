"""Balances of pools are exact, and nobody decides beside somebody else (R4)."""

from __future__ import annotations

from fractions import Fraction

from storage.deciding.pools import Balance
from storage.unit_of_work import Database


def test_balances_are_kept_exactly(database: Database) -> None:
    """A third of a lead comes back as a third; who is not named stays as they were."""
    with database.writing() as work:
        work.pools.lock(["emea"])
        work.pools.join("emea", ["anna", "ben", "zoe"])
        work.pools.give("emea", "ben", {"ben": Fraction(-2, 3), "anna": Fraction(1, 3)})

    with database.reading() as work:
        assert work.pools.balances("emea") == {
            "anna": Balance(0, Fraction(1, 3), 1),
            "ben": Balance(1, Fraction(-2, 3), 2),
            "zoe": Balance(0, Fraction(0), 1),
        }


def test_joining_takes_a_turn(database: Database) -> None:
    """Who joins after others had their turn counts as having had the latest."""
    with database.writing() as work:
        assert work.pools.lock(["emea"]) == {"emea": 0}
        work.pools.join("emea", ["anna"])
        work.pools.give("emea", "anna", {})
        assert work.pools.join("emea", ["ben"]) == 3
        assert work.pools.lock(["emea"]) == {"emea": 3}


def test_a_lost_lead_is_taken_back(database: Database) -> None:
    """It counts as theirs no more, and their turn stays when it was."""
    with database.writing() as work:
        work.pools.lock(["emea"])
        work.pools.join("emea", ["anna"])
        work.pools.give("emea", "anna", {"anna": Fraction(0)})
        work.pools.take("emea", "anna", Fraction(1))
        assert work.pools.balances("emea") == {"anna": Balance(0, Fraction(1), 2)}
