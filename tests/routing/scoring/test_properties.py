"""What holds for every policy, lead and history (I9, I10)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from routing.lead import Lead, LeadFacts, Score
from routing.policy.tables.scoring import (
    Condition,
    EventPoints,
    PointRule,
    QualityPolicy,
    Scoring,
    Weights,
)
from routing.scoring.engagement import Event, Seen
from routing.scoring.points import score
from routing.scoring.quality import quality
from tests.routing.builders import NOW, a_lead, a_point_rule

KINDS = ("visit", "webinar", "reply")
SPAN = timedelta(days=400)

instants = st.datetimes(
    min_value=datetime(2024, 1, 1), max_value=datetime(2028, 1, 1), timezones=st.just(UTC)
)
events = st.lists(
    st.builds(Event, kind=st.sampled_from((*KINDS, "other")), at=instants), max_size=40
)
lives = st.timedeltas(min_value=timedelta(microseconds=1), max_value=SPAN)


def _rules(points: st.SearchStrategy[int]) -> st.SearchStrategy[tuple[EventPoints, ...]]:
    one = st.builds(
        EventPoints,
        kind=st.sampled_from(KINDS),
        label=st.just("x"),
        points=points,
        cap=st.integers(1, 200),
        half_life=lives,
    )
    return st.lists(one, max_size=4, unique_by=lambda rule: rule.kind).map(tuple)


def _scoring(
    rules: tuple[EventPoints, ...], fit: int = 20, weights: Weights | None = None
) -> Scoring:
    points = (a_point_rule("email", fit, field="email", present=True),)
    weights = weights or Weights()
    return Scoring(points=points, engagement=rules, weights=weights, high=70, medium=30)


def _value(found: Score) -> int:
    assert found.value is not None
    return found.value


@given(
    rules=_rules(st.integers(-300, 300)),
    seen=events,
    now=instants,
    fit=st.integers(-300, 300),
    weights=st.builds(Weights, fit=st.integers(0, 100), engagement=st.integers(0, 100)),
)
def test_a_score_is_within_bounds(
    rules: tuple[EventPoints, ...],
    seen: list[Event],
    now: datetime,
    fit: int,
    weights: Weights,
) -> None:
    """0 to 100, and so are its parts, whatever policy says."""
    found = score(_scoring(rules, fit, weights), a_lead(), Seen(seen, now))

    assert 0 <= _value(found) <= 100
    assert 0 <= (found.fit or 0) <= 100
    assert 0 <= (found.engagement or 0) <= 100
    assert all(
        abs(factor.points) <= rule.cap
        for rule in rules
        for factor in found.factors
        if factor.rule == rule.rule
    )


@given(
    rules=_rules(st.integers(0, 300)),
    seen=events,
    now=instants,
    later=st.timedeltas(min_value=timedelta(0), max_value=SPAN),
)
def test_interest_only_fades(
    rules: tuple[EventPoints, ...], seen: list[Event], now: datetime, later: timedelta
) -> None:
    """Without news a score of points that are given never rises."""
    scoring = _scoring(rules)
    first, second = (score(scoring, a_lead(), Seen(seen, at)) for at in (now, now + later))

    assert _value(second) <= _value(first)


@given(rules=_rules(st.integers(0, 300)), seen=events, now=instants, news=instants)
def test_more_interest_never_costs(
    rules: tuple[EventPoints, ...], seen: list[Event], now: datetime, news: datetime
) -> None:
    """One more event that gives points lowers no score."""
    scoring = _scoring(rules)
    more = [*seen, Event(kind="visit", at=news)]

    before, after = (score(scoring, a_lead(), Seen(known, now)) for known in (seen, more))

    assert _value(before) <= _value(after)


@given(rules=_rules(st.integers(-300, 300)), seen=events, now=instants, data=st.data())
def test_order_and_repetition_do_not_matter(
    rules: tuple[EventPoints, ...], seen: list[Event], now: datetime, data: st.DataObject
) -> None:
    """The same events in any order give the same score, factors and words."""
    shuffled = data.draw(st.permutations(seen))

    assert score(_scoring(rules), a_lead(), Seen(seen, now)) == score(
        _scoring(rules), a_lead(), Seen(shuffled, now)
    )


@given(rules=_rules(st.integers(-300, 300)), seen=events, now=instants)
def test_the_future_counts_as_now(
    rules: tuple[EventPoints, ...], seen: list[Event], now: datetime
) -> None:
    """After the clock jumped back, events ahead of it give what they would give this instant."""
    pulled = [Event(kind=event.kind, at=min(event.at, now)) for event in seen]
    found, expected = (score(_scoring(rules), a_lead(), Seen(k, now)) for k in (seen, pulled))

    assert [(f.rule, f.points) for f in found.factors] == [
        (f.rule, f.points) for f in expected.factors
    ]


anything: st.SearchStrategy[Any] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=5),
    st.binary(max_size=3),
    st.just(object()),
    st.lists(st.integers(), max_size=2),
    st.timedeltas(),
    st.datetimes(),
)


@st.composite
def hostile_scoring(draw: st.DrawFn) -> Scoring:
    """A policy no check has seen: any value may stand anywhere."""
    rule = PointRule.model_construct(
        id=draw(anything),
        label=draw(anything),
        points=draw(anything),
        when=Condition.model_construct(
            field=draw(st.one_of(st.sampled_from(list(LeadFacts.model_fields)), anything)),
            is_in=draw(st.one_of(st.just(()), anything)),
            at_least=draw(anything),
            at_most=draw(anything),
            present=draw(anything),
        ),
    )
    kind = EventPoints.model_construct(
        kind=draw(st.one_of(st.just("visit"), anything)),
        label=draw(anything),
        points=draw(anything),
        cap=draw(anything),
        half_life=draw(anything),
    )
    weights = Weights.model_construct(fit=draw(anything), engagement=draw(anything))
    parts: dict[str, Any] = {"points": (rule,), "engagement": (kind,), "weights": weights}
    return Scoring.model_construct(high=70, medium=30, **parts)


@given(scoring=hostile_scoring(), city=anything, size=anything, at=anything)
def test_no_value_breaks_scoring(scoring: Scoring, city: Any, size: Any, at: Any) -> None:
    """Whatever stands in a rule, a lead or an event, there is an answer: a score or null."""
    lead = a_lead().model_copy(update={"city": city, "company_size": size})
    seen = Seen([Event.model_construct(kind="visit", at=at)], NOW)

    found = score(scoring, lead, seen)

    assert (found.value is None) == (found.failed is not None)
    assert found.value is None or 0 <= found.value <= 100


@given(
    given_fields=st.dictionaries(
        st.sampled_from(["email", "phone", "title", "company"]), st.text(min_size=1, max_size=5)
    ),
    flags=st.lists(st.text(max_size=12), max_size=4),
    weights=st.dictionaries(
        st.sampled_from(["email", "phone", "title", "nonsense"]), st.integers(1, 50), min_size=1
    ),
    confirmed=instants,
    now=instants,
    later=st.timedeltas(min_value=timedelta(0), max_value=SPAN),
)
def test_quality_is_bounded_and_only_ages(
    given_fields: dict[str, str],
    flags: list[str],
    weights: dict[str, int],
    confirmed: datetime,
    now: datetime,
    later: timedelta,
) -> None:
    """0 to 100 for any lead and policy, and without news it never rises."""
    lead = Lead(
        id="lead-1",
        source="website",
        received_at=NOW,
        stage="new",
        stage_since=NOW,
        flags=tuple(flags),
        **given_fields,
    )
    policy = QualityPolicy(fields=weights)

    first, second = (quality(policy, lead, confirmed, at) for at in (now, now + later))

    assert 0 <= second.value <= first.value <= 100
