"""What a lead does counts, and fades (I9)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from routing.policy.tables.scoring import EventPoints, Scoring, Weights
from routing.scoring.engagement import (
    HALVINGS,
    POINT,
    Event,
    Seen,
    decayed,
    engagement_factor,
    whole_points,
)
from routing.scoring.points import score
from tests.routing.builders import NOW, a_lead, a_point_rule

DAY = timedelta(days=1)


def a_visit(**stated: object) -> EventPoints:
    """Eight points for a visit, 24 at the most, halved each week."""
    usual = {"kind": "visit", "label": "Visit", "points": 8, "cap": 24, "half_life": "7d"}
    return EventPoints.model_validate(usual | stated)


def _seen(*days_ago: float, kind: str = "visit") -> Seen:
    return Seen([Event(kind=kind, at=NOW - days * DAY) for days in days_ago], NOW)


@pytest.mark.parametrize(
    ("days", "points"),
    [(0, 8.0), (3.5, 6.0), (7, 4.0), (10.5, 3.0), (14, 2.0), (21, 1.0), (63, 8 / 512), (70, 0)],
)
def test_half_is_left_after_each_half_life(days: float, points: float) -> None:
    """Exactly half at each half-life, in a straight line between, nothing after ten."""
    assert decayed(a_visit(), days * DAY) == int(points * POINT)
    assert decayed(a_visit(points=-8), days * DAY) == -int(points * POINT)


def test_every_instant_of_half_a_life_counts() -> None:
    """A microsecond before the last halving ends something is left, and then nothing is."""
    end = HALVINGS * a_visit().half_life

    assert decayed(a_visit(), end - timedelta(microseconds=1)) > 0
    assert decayed(a_visit(), end) == 0


def test_halves_round_away_from_zero() -> None:
    """Half a point is a whole one, on both sides."""
    assert [whole_points(n * POINT // 2) for n in (-3, -1, 0, 1, 3)] == [-2, -1, 0, 1, 2]


def test_factor_says_how_often_and_when_last() -> None:
    """A person reads what was seen, and the date stays true however long it is stored."""
    once, often = engagement_factor(a_visit(), _seen(3)), engagement_factor(a_visit(), _seen(3, 1))

    assert once is not None
    assert often is not None
    assert (once.rule, once.label, once.points) == ("event:visit", "Visit (2026-11-20)", 6)
    assert often.label == "Visit (2 times, last 2026-11-22)"


def test_a_kind_gives_no_more_than_its_cap() -> None:
    """A hundred visits are not a hundred times the interest, nor is it so for lost points."""
    found = engagement_factor(a_visit(), _seen(*[0] * 100))
    lost = engagement_factor(a_visit(points=-8), _seen(*[0] * 100))

    assert found is not None
    assert lost is not None
    assert (found.points, lost.points) == (24, -24)


def test_what_policy_does_not_name_gives_nothing() -> None:
    """Events of another kind, faded ones and those worth less than half a point are no factors."""
    assert engagement_factor(a_visit(), _seen(0, kind="webinar")) is None
    assert engagement_factor(a_visit(), _seen(70)) is None
    assert engagement_factor(a_visit(), _seen(35)) is None


def test_clock_that_jumps_back_gives_no_more_than_now() -> None:
    """An event from the future counts as if it happened now."""
    ahead, now = (engagement_factor(a_visit(), _seen(days)) for days in (-400, 0))

    assert ahead is not None
    assert now is not None
    assert ahead.points == now.points == 8


def test_score_is_fit_and_engagement_as_policy_weighs_them() -> None:
    """Each side is cut to 0..100 and weighed; halves round up; both are shown."""
    points = (a_point_rule("email", 41, field="email", present=True),)
    rules = Scoring(points=points, engagement=(a_visit(),), high=70, medium=30)
    weighed = rules.model_copy(update={"weights": Weights(fit=50, engagement=100)})

    plain, half = score(rules, a_lead(), _seen(0)), score(weighed, a_lead(), _seen(0))

    assert (plain.value, plain.fit, plain.engagement) == (49, 41, 8)
    assert (half.value, half.fit, half.engagement) == (29, 41, 8)
    assert [f.rule for f in plain.factors] == ["email", "event:visit"]


def test_without_engagement_the_score_is_the_fit() -> None:
    """A policy that says nothing of events gives the points it always gave."""
    rules = Scoring(
        points=(a_point_rule("email", 41, field="email", present=True),), high=70, medium=30
    )

    assert score(rules, a_lead(), _seen(0, 0)).value == score(rules, a_lead()).value == 41
