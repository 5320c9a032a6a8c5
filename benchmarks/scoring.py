"""Scores and data quality, pure: a policy of 20 rules, leads with and without 50 events."""

from __future__ import annotations

from datetime import timedelta

from benchmarks.decide import LEADS, NOW, QUICK_LEADS, timed
from benchmarks.leads import form_fields
from benchmarks.report import Report
from routing.lead import Lead, facts_of
from routing.normalise.lead import RawLead, normalise
from routing.policy.tables.scoring import Condition, EventPoints, PointRule, Scoring
from routing.scoring.engagement import Event, Seen
from routing.scoring.points import NOTHING_SEEN, score
from routing.scoring.quality import quality

METHOD = """One thread, pure functions, distinct leads, a policy of 15 point rules, of which about
half hold, and 5 kinds of events. The 50 events of a lead lie over the last 100 days. Each round
goes through all leads once; the figures are the median round's rate and the single calls'
percentiles, after one unmeasured round."""

KINDS = ("pricing_visit", "visit", "email_reply", "webinar", "careers_visit")
EVENTS = 50


def measure(quick: bool) -> Report:
    report = Report("Scores and data quality", METHOD)
    leads = [_lead(at) for at in range(QUICK_LEADS if quick else LEADS)]
    scoring, seen = _scoring(), Seen(_events(), NOW)
    for name, row in (
        ("score, no events", timed(lambda one: score(scoring, facts_of(one), NOTHING_SEEN), leads)),
        ("score, 50 events", timed(lambda one: score(scoring, facts_of(one), seen), leads)),
        ("data quality", timed(lambda one: quality(scoring.quality, one, NOW, NOW), leads)),
    ):
        report.add("Calls a second", {"function": name, **row})
    return report


def _lead(at: int) -> Lead:
    return Lead(
        id=f"lead_{at}",
        source="website",
        received_at=NOW,
        stage="new",
        stage_since=NOW,
        **normalise(RawLead(**form_fields(at)), default_region="US").model_dump(exclude={"flags"}),
    )


def _scoring() -> Scoring:
    conditions = [
        *(Condition(field=name, present=True) for name in ("email", "phone", "company")),
        *(Condition(field="company_size", at_least=size) for size in (10, 50, 200, 500, 1000)),
        *(Condition(field="title_tier", is_in=(tier,)) for tier in ("c_level", "vp", "director")),
        *(Condition(field="country", is_in=(code, "NL")) for code in ("US", "DE", "GB")),
        Condition(field="mailbox_class", is_in=("disposable",)),
    ]
    points = [
        PointRule(id=f"rule-{at}", label=f"Rule {at}", points=5 - at % 3, when=when)
        for at, when in enumerate(conditions)
    ]
    engagement = [
        EventPoints(kind=kind, label=kind, points=5, cap=30, half_life=timedelta(days=7 * at))
        for at, kind in enumerate(KINDS, start=1)
    ]
    return Scoring(points=tuple(points), engagement=tuple(engagement), high=60, medium=25)


def _events() -> list[Event]:
    return [
        Event(kind=KINDS[at % len(KINDS)], at=NOW - timedelta(days=2 * at, minutes=7 * at))
        for at in range(EVENTS)
    ]
