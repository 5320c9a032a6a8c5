"""Explicit points (I9)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.policy.tables.scoring import Condition, EventPoints, PointRule, Scoring
from routing.scoring.engagement import Event, Seen
from routing.scoring.points import score
from tests.routing.builders import NOW, a_lead, a_point_rule


def _scoring(*points: PointRule) -> Scoring:
    return Scoring(points=points, high=70, medium=30)


def test_every_rule_that_holds_is_a_factor() -> None:
    """The score is the sum of its factors, negative ones included, in the order of policy."""
    points = (
        a_point_rule("size", 40, field="company_size", at_least=1000, at_most=5000),
        a_point_rule("intern", -15, field="title_tier", is_in=["intern"]),
        a_point_rule("phone", 20, field="phone", present=True),
    )

    found = score(_scoring(*points), a_lead(company_size=1000, title_tier="intern"))

    assert found.value == 25
    assert [(f.rule, f.points) for f in found.factors] == [("size", 40), ("intern", -15)]


def test_a_score_stays_within_0_and_100() -> None:
    """The sum is cut, the factors are not."""
    high = score(_scoring(a_point_rule("a", 400, field="email", present=True)), a_lead())
    low = score(_scoring(a_point_rule("a", -400, field="email", present=True)), a_lead())

    assert (high.value, low.value) == (100, 0)
    assert high.factors[0].points == 400


def test_a_missing_fact_is_not_within_bounds() -> None:
    """Nobody gets points for a size that is unknown."""
    points = a_point_rule("small", 10, field="company_size", at_most=10)

    assert score(_scoring(points), a_lead(company_size=None)).factors == ()


def test_absence_can_be_asked_for() -> None:
    """`present: false` holds for what is unknown, no or empty, and a size of 0 is present."""
    absent = _scoring(a_point_rule("a", 1, field="company_size", present=False))
    silent = _scoring(a_point_rule("a", 1, field="phone", present=False))

    assert score(absent, a_lead()).value == 1
    assert score(absent, a_lead(company_size=0)).value == 0
    assert score(silent, a_lead(phone=False)).value == 1


def test_words_are_compared_whatever_their_case() -> None:
    """A city or a flag matches in any case; flags match one by one."""
    city = _scoring(a_point_rule("a", 1, field="city", is_in=["BERLIN"]))
    flag = _scoring(a_point_rule("a", 1, field="flags", is_in=["mixed_scripts"]))

    assert score(city, a_lead()).value == 1
    assert score(flag, a_lead(flags=("late", "mixed_scripts"))).value == 1


@pytest.mark.parametrize(
    ("when", "failed"),
    [
        ({"field": "shoe_size", "present": True}, "odd (AttributeError)"),
        ({"field": "city", "at_least": 1}, "odd (TypeError)"),
        ({"field": 7, "present": True}, "odd (TypeError)"),
        ({"field": "city", "is_in": (None,)}, "odd (AttributeError)"),
    ],
)
def test_a_failing_score_is_null(when: dict[str, object], failed: str) -> None:
    """A condition that cannot be judged gives no score rather than a wrong one, and is named.

    The factors found before it are kept.
    """
    odd = a_point_rule("odd", 1, field="city").model_copy(
        update={"when": Condition.model_construct(**{**Condition(field="x").model_dump(), **when})}
    )
    points = (a_point_rule("email", 5, field="email", present=True), odd)

    found = score(_scoring(*points), a_lead())

    assert (found.value, found.failed) == (None, failed)
    assert [factor.rule for factor in found.factors] == ["email"]


@pytest.mark.parametrize(
    ("change", "failed"),
    [
        ({"half_life": timedelta(0)}, "event:visit (ZeroDivisionError)"),
        ({"cap": None}, "event:visit (TypeError)"),
        ({"points": float("nan")}, "event:visit (TypeError)"),
    ],
)
def test_a_failing_event_rule_is_null(change: dict[str, object], failed: str) -> None:
    """What cannot be counted is never taken for no interest: the score is null."""
    rule = EventPoints(kind="visit", label="Visit", points=5, cap=9, half_life=timedelta(days=7))
    scoring = _scoring().model_copy(update={"engagement": (rule.model_copy(update=change),)})

    found = score(scoring, a_lead(), Seen([Event(kind="visit", at=NOW)], NOW))

    assert (found.value, found.failed) == (None, failed)


@given(st.lists(st.integers(-300, 300), max_size=8))
def test_a_score_is_the_clipped_sum(points: list[int]) -> None:
    """For any points: the sum of the factors, cut to 0..100."""
    rules = [a_point_rule(f"r{i}", n, field="email", present=True) for i, n in enumerate(points)]

    assert score(_scoring(*rules), a_lead()).value == min(max(sum(points), 0), 100)
