"""What leads decided along the way change for the next (R4, R7)."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

from routing.decide.decide import decide
from routing.decide.decision import MemberState, PoolState, RoutingFacts
from routing.decide.ledger import Ledger
from tests.routing.builders import NOW, a_person, a_policy, a_pool, facts

CAPPED = (a_person("anna", daily_cap=9, weekly_cap=9), a_person("ben"))
POLICY = a_policy(people=CAPPED, pools=(a_pool("anna", "ben"),))
BEFORE = PoolState(
    pool="emea",
    turn=7,
    members=(
        MemberState(person="anna", assigned=4, open_leads=2, today=1, this_week=3, last_turn=6),
        MemberState(person="ben", assigned=3, last_turn=7),
    ),
)


def _with(state: PoolState) -> RoutingFacts:
    return facts().model_copy(update={"pools": (state,)})


def test_a_given_lead_counts_in_everything_a_decision_looks_at() -> None:
    """The pool, its balances, the owner's load, their caps, and whose turn it was last."""
    ledger, asked = Ledger(POLICY), _with(BEFORE)
    decision = decide(POLICY, asked)
    ledger.give(decision, asked)

    after = ledger.state(BEFORE, NOW)
    anna, ben = after.members

    assert decision.owner == "anna"
    assert (after.turn, anna.last_turn, ben.last_turn) == (8, 8, 7)
    assert (anna.assigned, anna.open_leads, anna.today, anna.this_week) == (5, 3, 2, 4)
    assert (anna.owed, ben.owed) == (Fraction(-1, 2), Fraction(1, 2))


def test_what_is_taken_back_leaves_the_balances_as_they_were() -> None:
    """To the last fraction, and the counts with them; only the turn has been had."""
    ledger, asked = Ledger(POLICY), _with(BEFORE)
    decision = decide(POLICY, asked)
    ledger.give(decision, asked)
    ledger.share_out(decision, asked, by=-1)
    ledger.count(decision, asked, by=-1)

    members = ledger.state(BEFORE, NOW).members

    assert [m.model_copy(update={"last_turn": 0}) for m in members] == [
        m.model_copy(update={"last_turn": 0}) for m in BEFORE.members
    ]


def test_a_lost_lead_is_owed_again_and_goes_on_counting_today() -> None:
    """Capacity is free again; the day's cap was used all the same."""
    ledger = Ledger(POLICY)
    ledger.lose("anna", "emea")

    anna, _ = ledger.state(BEFORE, NOW).members

    assert (anna.assigned, anna.open_leads, anna.owed) == (3, 1, Fraction(1))
    assert (anna.today, anna.this_week) == (1, 3)


def test_a_new_lead_after_lost_ones_counts_against_the_cap_of_its_day() -> None:
    """Losing leads gives no room under a cap; the next day does."""
    ledger, asked = Ledger(POLICY), _with(BEFORE)
    ledger.lose("anna", "emea")
    ledger.lose("anna", "emea")
    ledger.count(decide(POLICY, asked), asked)

    today, _ = ledger.state(BEFORE, NOW).members
    tomorrow, _ = ledger.state(BEFORE, NOW + timedelta(days=1)).members

    assert (today.open_leads, today.today) == (1, 2)
    assert tomorrow.today == BEFORE.members[0].today
