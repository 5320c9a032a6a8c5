"""`scoring.yml`: points for what a lead is and does, the bands, and what makes data good."""

from __future__ import annotations

from datetime import timedelta
from functools import cached_property
from typing import Self

from pydantic import Field, model_validator

from routing.values import Band, Duration, Value

LONGEST_HALF_LIFE = timedelta(days=3650)


class Condition(Value):
    """One test of one lead fact; every stated bound must hold."""

    field: str
    is_in: tuple[str, ...] = ()
    at_least: int | None = None
    at_most: int | None = None
    present: bool | None = None

    @cached_property
    def words(self) -> frozenset[str]:
        """`is_in`, casefolded."""
        return frozenset(option.casefold() for option in self.is_in)


class PointRule(Value):
    """One line of `points`: points (negative ones too) for one condition."""

    id: str
    label: str
    points: int
    when: Condition


class EventPoints(Value):
    """One line of `engagement`: what an event of this kind gives while it is fresh.

    After each `half_life` half of it is left. All events of the kind together give `cap` points
    at the most, or take as many when `points` is negative.
    """

    kind: str
    label: str
    points: int
    cap: int = Field(gt=0)
    half_life: Duration = Field(gt=timedelta(0), le=LONGEST_HALF_LIFE)

    @property
    def rule(self) -> str:
        """What its factor is called; no id of a point rule has a colon."""
        return f"event:{self.kind}"


class Weights(Value):
    """How many per cent of fit and of engagement count for the score."""

    fit: int = Field(default=100, ge=0, le=100)
    engagement: int = Field(default=100, ge=0, le=100)


class QualityWeights(Value):
    """How much each side of data quality counts beside the others."""

    completeness: int = Field(default=50, ge=0, le=100)
    validity: int = Field(default=30, ge=0, le=100)
    freshness: int = Field(default=20, ge=0, le=100)

    @model_validator(mode="after")
    def _something_counts(self) -> Self:
        if not (self.completeness or self.validity or self.freshness):
            raise ValueError("one of completeness, validity and freshness must count")
        return self


class QualityPolicy(Value):
    """How good the data of a lead is: which fields count, and how long a confirmation is fresh.

    `fields` gives each field of a lead's profile its weight. What the sender or a person
    confirmed is wholly fresh for `fresh_for`, and counts nothing from `stale_after` on.
    """

    weights: QualityWeights = QualityWeights()
    fields: dict[str, int] = {
        "email": 3,
        "phone": 2,
        "full_name": 2,
        "company": 2,
        "title": 1,
        "country": 1,
        "industry": 1,
        "company_size": 1,
    }
    fresh_for: Duration = Field(default=timedelta(days=90), ge=timedelta(0))
    stale_after: Duration = Field(default=timedelta(days=365), gt=timedelta(0))

    @model_validator(mode="after")
    def _can_be_judged(self) -> Self:
        if not self.fields or min(self.fields.values()) < 1:
            raise ValueError("fields must name at least one field, each with a weight from 1 on")
        if self.fresh_for >= self.stale_after:
            raise ValueError("fresh_for must be shorter than stale_after")
        return self


class Scoring(Value):
    """The whole of `scoring.yml`. Without `engagement` the score is the fit alone."""

    points: tuple[PointRule, ...]
    engagement: tuple[EventPoints, ...] = ()
    weights: Weights = Weights()
    high: int = Field(ge=0, le=100)
    medium: int = Field(ge=0, le=100)
    quality: QualityPolicy = QualityPolicy()

    def band(self, score: int) -> Band:
        return "high" if score >= self.high else "medium" if score >= self.medium else "low"
