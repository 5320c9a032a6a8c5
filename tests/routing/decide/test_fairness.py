"""Who comes first and what it leaves them owed: the round robin cases of open-source peers (R4)."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from routing.decide.choice.eligibility import Standing
from routing.decide.choice.fairness import FINEST, Ranking, rank
from routing.decide.choice.reasons import ALIKE, Comparison
from routing.decide.choice.rosters import seat_of
from routing.decide.decision import MemberState
from routing.policy.tables.pools import Member, Strategy
from tests.routing.builders import a_person
from tests.routing.decide.rounds import Rounds, deviation, owed


def _member(name: str, weight: int = 1, priority: int = 0, **state: object) -> Standing:
    return Standing(
        seat_of(Member(person=name, weight=weight, priority=priority), a_person(name)),
        MemberState.model_validate({"person": name} | state),
    )


def _after(counts: dict[str, int], weights: dict[str, int], **last_turns: int) -> list[Standing]:
    """Members who could take every lead so far and had so many of them."""
    given, total = sum(counts.values()), sum(weights.values())
    return [
        _member(
            name,
            weights[name],
            owed=Fraction(given * weights[name], total) - count,
            last_turn=last_turns.get(name, 0),
        )
        for name, count in counts.items()
    ]


def _rank(*members: Standing, strategy: Strategy = "weighted_round_robin") -> Ranking:
    """The ranking, which must not depend on the order of the members."""
    found = rank(strategy, members)
    backwards = rank(strategy, members[::-1])
    assert backwards == found
    return found


def _first(*members: Standing, strategy: Strategy = "weighted_round_robin") -> str:
    return _rank(*members, strategy=strategy).claims[0].person


def test_b1_equal_shares_go_to_the_least_recent() -> None:
    """B1: weights 100/100 with two leads each; Ben's last one is longer ago."""
    members = _after({"anna": 2, "ben": 2}, {"anna": 100, "ben": 100}, anna=4, ben=3)

    assert _first(*members) == "ben"


def test_b3_an_exact_tie_goes_to_the_higher_weight() -> None:
    """B3: weights 150/100 with 3 and 2 leads is a shortfall of exactly 0 for both."""
    members = _after({"zoe": 3, "ben": 2}, {"zoe": 150, "ben": 100})

    assert [who.state.owed for who in members] == [0, 0]
    assert _first(*members) == "zoe"


def test_b5_a_joiner_starts_level() -> None:
    """B5: what others got before Anna joined is not owed to her; what they got after is."""
    joined_late = [_member("anna", last_turn=3), _member("ben", last_turn=2)]
    assert _first(*joined_late) == "ben"

    joined_before = _after({"anna": 0, "ben": 2}, {"anna": 1, "ben": 1})
    assert [who.state.owed for who in joined_before] == [1, -1]
    assert _first(*joined_before) == "anna"


def test_b9_ties_are_exact() -> None:
    """B9: shortfalls 1/3, -2/3, 1/3 are a tie between the first and the third; the higher weight,
    whose lead is due first, wins it."""
    members = _after({"a": 0, "b": 1, "c": 1}, {"a": 10, "b": 10, "c": 40})

    assert [who.state.owed for who in members] == [Fraction(1, 3), Fraction(-2, 3), Fraction(1, 3)]
    assert _first(*members) == "c"


def test_priority_comes_after_weight_and_before_the_last_turn() -> None:
    """Between equal shares and weights the higher priority wins, however recent its turn."""
    assert _first(_member("anna", last_turn=1), _member("ben", priority=1, last_turn=9)) == "ben"


def test_the_id_decides_last() -> None:
    """Nothing is left to chance between people equal in everything."""
    anna, ben = _rank(_member("ben"), _member("anna")).claims

    assert anna.person == "anna"
    assert Comparison("weighted_round_robin", 1).why_after(ben, anna) == ALIKE


def test_fewest_active_counts_open_leads_first() -> None:
    """Capacity: the least loaded first; between equal loads it is their turn that counts."""
    strategy: Strategy = "fewest_active"

    assert _first(_member("a", open_leads=2), _member("b", open_leads=1), strategy=strategy) == "b"
    half = Fraction(1, 2)
    assert _first(_member("a", owed=-half), _member("z", owed=half), strategy=strategy) == "z"


def test_no_debt_piles_up_where_the_load_decides() -> None:
    """Somebody who is slow for months is owed one lead, not a hundred."""
    ranking = _rank(
        _member("slow", open_leads=7, owed=100),
        _member("quick", owed=-100),
        strategy="fewest_active",
    )

    assert owed(ranking) == {"quick": -1, "slow": 1}


def test_who_cannot_take_a_lead_is_owed_nothing_of_it() -> None:
    """A lead is shared out among those who could take it alone."""
    here, away = _member("a"), _member("b", owed=Fraction(1, 3))

    ranking = rank("weighted_round_robin", [here, away._replace(against="is away")])

    assert [claim.person for claim in ranking.claims] == ["a"]
    assert owed(ranking) == {"a": Fraction(2, 3)}


def test_a_lead_that_came_back_is_not_shared_out_again() -> None:
    """Who lost it is owed one more; whoever gets it now pays for it with their own share."""
    ranking = _rank(_member("anna", owed=1), _member("ben"))

    assert owed(ranking) == {"anna": 1, "ben": 0}


def test_a_lead_given_by_hand_is_shared_out_with_the_next() -> None:
    """Anna got one from a person: the next is Ben's, and then they are level again."""
    ranking = _rank(_member("anna", owed=-1), _member("ben"))

    assert owed(ranking) == {"anna": 0, "ben": 1}
    assert ranking.claims[0].person == "ben"


def test_b17_equal_weights_take_turns() -> None:
    """B17: three people and four leads: first, second, third, first again."""
    assert [Rounds([1, 1, 1]).run(turns) for turns in (1, 2, 3, 4)] == [
        [1, 0, 0],
        [1, 1, 0],
        [1, 1, 1],
        [2, 1, 1],
    ]


def test_b19_weights_are_shares() -> None:
    """B19: weights 1:2 and five leads are 2 and 3."""
    assert Rounds([1, 2]).run(5) == [2, 3]


any_weights = st.lists(st.integers(1, 1000), min_size=1, max_size=8)


@settings(deadline=None)
@given(weights=any_weights, turns=st.integers(1, 300))
def test_nobody_is_a_whole_lead_from_the_exact_share(weights: list[int], turns: int) -> None:
    """For any weights and after every single lead, while all can take every lead."""
    rounds = Rounds(weights)

    for _ in range(turns):
        rounds.give(range(len(weights)))
        assert deviation(rounds) < 1


def test_skewed_weights_over_thousands_of_leads() -> None:
    """The weights that are hardest to be fair with: one of a thousand beside single ones."""
    for weights in ([1000, 1, 1, 1], [1, 999], [1000, 999, 1], [50, 30, 3, 1, 1]):
        rounds = Rounds(weights)
        for _ in range(2 * sum(weights)):
            rounds.give(range(len(weights)))
            assert deviation(rounds) < 1
        assert rounds.counts == [2 * weight for weight in weights]


@given(weights=st.lists(st.integers(1, 12), min_size=1, max_size=5), rounds=st.integers(1, 3))
def test_whole_rounds_are_exact(weights: list[int], rounds: int) -> None:
    """For any weights: after as many leads as the weights sum to, everybody has their weight."""
    assert Rounds(weights).run(rounds * sum(weights)) == [rounds * weight for weight in weights]


changing = st.lists(st.sets(st.integers(0, 4), min_size=1), min_size=1, max_size=200)


@settings(deadline=None)
@given(weights=st.lists(st.integers(1, 20), min_size=5, max_size=5), able=changing)
def test_balances_are_the_accrued_share_less_what_was_given(
    weights: list[int], able: list[set[int]]
) -> None:
    """Whoever comes and goes: balances sum to zero, and each is what somebody could have had of
    the leads they could take, less what they had. Two leads bound it where anybody may vanish
    for any lead.
    """
    rounds = Rounds(weights)
    share = [Fraction(0)] * 5
    for people in able:
        rounds.give(people)
        for one in people:
            share[one] += Fraction(weights[one], sum(weights[other] for other in people))
    assert sum(rounds.owed) == 0
    assert rounds.owed == [part - count for part, count in zip(share, rounds.counts, strict=True)]
    assert deviation(rounds) < 2


def test_balances_never_grow_too_fine_to_store() -> None:
    """Weights without a common measure, and somebody away each time, over many leads."""
    primes = [101, 103, 107, 109, 113, 127, 131, 137, 139, 149]
    rounds = Rounds(primes)

    for turn in range(400):
        rounds.give([one for one in range(10) if one != turn % 7 and one != turn % 9])

    assert max(owed.denominator for owed in rounds.owed) <= FINEST
    assert abs(sum(rounds.owed, Fraction())) < Fraction(1, 10**25)
    assert deviation(rounds) < 2


def test_a_join_is_a_turn_of_its_own() -> None:
    """Everybody level: the one who joined last waits for those who had their turn before."""
    members = [_member("anna", last_turn=7), _member("ben", last_turn=5), _member("zoe")]

    assert [claim.person for claim in _rank(*members).claims] == ["zoe", "ben", "anna"]
