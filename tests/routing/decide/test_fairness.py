"""Who comes first: the round robin cases of cases.md (B), and others of the kind."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from routing.decide.decision import MemberState
from routing.decide.eligibility import Standing
from routing.decide.fairness import rank, shortfall
from routing.policy.model import Member, Strategy
from tests.routing.builders import a_person


def _member(name: str, weight: int = 1, priority: int = 0, **state: int) -> Standing:
    return Standing(
        member=Member(person=name, weight=weight, priority=priority),
        state=MemberState(person=name, **state),
        person=a_person(name),
    )


def _first(*members: Standing, strategy: Strategy = "weighted_round_robin") -> str:
    """The first choice, which must not depend on the order of the members."""
    found = rank(strategy, members).order[0].member.person
    assert rank(strategy, members[::-1]).order[0].member.person == found
    return found


def test_b1_equal_shares_go_to_the_least_recent() -> None:
    """B1: weights 100/100 with two leads each; Ben's last one is longer ago."""
    anna, ben = (
        _member("anna", 100, assigned=2, last_turn=4),
        _member("ben", 100, assigned=2, last_turn=3),
    )

    assert _first(anna, ben) == "ben"


def test_b3_an_exact_tie_goes_to_the_higher_weight() -> None:
    """B3: weights 150/100 with 3 and 2 leads is a shortfall of exactly 0 for both."""
    assert _first(_member("zoe", 150, assigned=3), _member("ben", 100, assigned=2)) == "zoe"


def test_b5_calibration_makes_a_joiner_even() -> None:
    """B5: what others got before somebody joined counts as if the joiner had it."""
    joined_late = _member("anna", calibration=2, last_turn=3)
    assert _first(joined_late, _member("ben", assigned=2, last_turn=2)) == "ben"

    joined_before = _member("anna")
    assert _first(joined_before, _member("ben", assigned=2, last_turn=2)) == "anna"


def test_b9_ties_are_exact() -> None:
    """B9: shortfalls 1/3, -2/3, 1/3 are a tie between the first and the third."""
    members = (
        _member("a", 10),
        _member("b", 10, assigned=1),
        _member("c", 40, assigned=1),
    )
    ranking = rank("weighted_round_robin", members)

    exact = {who.member.person: shortfall(who, ranking.totals) for who in members}
    assert exact == {"a": Fraction(1, 3), "b": Fraction(-2, 3), "c": Fraction(1, 3)}
    assert _first(*members) == "c"


def test_priority_comes_after_weight_and_before_the_last_turn() -> None:
    """Between equal shares and weights the higher priority wins, however recent its turn."""
    assert _first(_member("anna", last_turn=1), _member("ben", priority=1, last_turn=9)) == "ben"


def test_the_id_decides_last() -> None:
    """Nothing is left to chance between people equal in everything."""
    ranking = rank("weighted_round_robin", (_member("ben"), _member("anna")))

    assert ranking.order[0].member.person == "anna"
    assert ranking.difference(1, 0) == "all else equal, alphabetical order decides"


def test_fewest_active_counts_open_leads_first() -> None:
    """Capacity: the least loaded first; between equal loads the lower share of the pool."""
    strategy: Strategy = "fewest_active"

    assert _first(_member("a", open_leads=2), _member("b", open_leads=1), strategy=strategy) == "b"
    twice = _member("zoe", 2, assigned=3)
    assert _first(twice, _member("ben", assigned=2), strategy=strategy) == "zoe"


def _run(weights: list[int], turns: int) -> list[int]:
    """How many leads each gets in so many turns from nothing."""
    counts, last = [0] * len(weights), [0] * len(weights)
    for turn in range(1, turns + 1):
        members = [
            _member(f"p{i}", weight, assigned=counts[i], last_turn=last[i])
            for i, weight in enumerate(weights)
        ]
        chosen = int(rank("weighted_round_robin", members).order[0].member.person[1:])
        counts[chosen] += 1
        last[chosen] = turn
    return counts


def test_b17_equal_weights_take_turns() -> None:
    """B17: three people and four leads: first, second, third, first again."""
    assert [_run([1, 1, 1], turns) for turns in (1, 2, 3, 4)] == [
        [1, 0, 0],
        [1, 1, 0],
        [1, 1, 1],
        [2, 1, 1],
    ]


def test_b19_weights_are_shares() -> None:
    """B19: weights 1:2 and five leads are 2 and 3."""
    assert _run([1, 2], 5) == [2, 3]


@given(weights=st.lists(st.integers(1, 4), min_size=1, max_size=6), turns=st.integers(1, 60))
def test_nobody_is_further_than_one_lead_from_the_exact_share(
    weights: list[int], turns: int
) -> None:
    """For weights up to 4, after any number of leads."""
    counts = _run(weights, turns)

    for weight, count in zip(weights, counts, strict=True):
        assert abs(Fraction(turns * weight, sum(weights)) - count) <= 1


@given(weights=st.lists(st.integers(1, 12), min_size=1, max_size=5), rounds=st.integers(1, 3))
def test_whole_rounds_are_exact(weights: list[int], rounds: int) -> None:
    """For any weights: after as many leads as the weights sum to, everybody has their weight."""
    assert _run(weights, rounds * sum(weights)) == [rounds * weight for weight in weights]


@given(
    st.lists(
        st.tuples(st.integers(1, 100), st.integers(0, 50), st.integers(-9, 9)),
        min_size=1,
        max_size=6,
    )
)
def test_shortfalls_sum_to_zero(rows: list[tuple[int, int, int]]) -> None:
    """Over the eligible, so that the first choice is never above the fair share."""
    members = [
        _member(f"p{i}", weight, assigned=count, calibration=calibration)
        for i, (weight, count, calibration) in enumerate(rows)
    ]
    ranking = rank("weighted_round_robin", members)

    assert sum(shortfall(who, ranking.totals) for who in members) == 0
    assert shortfall(ranking.order[0], ranking.totals) >= 0
