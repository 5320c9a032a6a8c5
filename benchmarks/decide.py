"""The pure parts: decisions and normalisation, without a database, a clock or a network."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import TypeVar

from benchmarks.leads import form_fields
from benchmarks.program import POLICY
from benchmarks.report import Report, Row, middle, percentile
from bot.policy_folder import read_policy_folder
from routing.decide.decide import decide
from routing.decide.decision import MemberState, PoolState, RoutingFacts
from routing.decide.route import route
from routing.lead import Lead, facts_of
from routing.normalise.lead import RawLead, normalise
from routing.policy.model import Policy
from routing.policy.reading.load import load_policy
from routing.scoring.points import score

METHOD = """One thread, pure functions, distinct leads, the example policy, every pool with a state
for each member. `decide` gives the whole trace and every candidate. Each round goes through all
leads once; the figures are the median round's rate and the single calls' percentiles, after one
unmeasured round."""

LEADS = 1_000
QUICK_LEADS = 200
ROUNDS = 5
NOW = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)

Given = TypeVar("Given")


def measure(quick: bool) -> Report:
    report = Report("Decisions and normalisation", METHOD)
    number = QUICK_LEADS if quick else LEADS
    policy = load_policy(read_policy_folder(POLICY))
    raw = [RawLead(**form_fields(at)) for at in range(number)]
    leads = [_scored(policy, one, at) for at, one in enumerate(raw)]
    facts = [_facts(policy, lead) for lead in leads]
    for name, row in (
        ("normalise", timed(lambda one: normalise(one, default_region="US"), raw)),
        ("score", timed(lambda lead: score(policy.scoring, facts_of(lead)), leads)),
        ("route", timed(lambda one: route(policy, one.lead), facts)),
        ("decide", timed(lambda one: decide(policy, one), facts)),
        ("facts to JSON", timed(lambda one: one.model_dump_json(exclude_defaults=True), facts)),
    ):
        report.add("Calls a second", {"function": name, **row})
    places = [decide(policy, one).place for one in facts]
    for place in sorted(set(places)):
        report.add("Places of the leads", {"place": place, "leads": places.count(place)})
    return report


def _scored(policy: Policy, raw: RawLead, at: int) -> Lead:
    lead = Lead(
        id=f"lead_{at}",
        source="website",
        received_at=NOW,
        stage=policy.lifecycle.initial,
        stage_since=NOW,
        **normalise(raw, default_region="US").model_dump(exclude={"flags"}),
    )
    return lead.model_copy(update={"score": score(policy.scoring, facts_of(lead))})


def _facts(policy: Policy, lead: Lead) -> RoutingFacts:
    facts = facts_of(lead)
    pools = route(policy, facts).candidate_pools
    states = tuple(_state(policy, pool, int(lead.id.removeprefix("lead_"))) for pool in pools)
    return RoutingFacts(lead=facts, policy_version=1, now=NOW, pools=states)


def _state(policy: Policy, pool: str, at: int) -> PoolState:
    members = tuple(
        MemberState(
            person=member.person,
            assigned=(at + place) % 90,
            open_leads=(at * 7 + place * 3) % 50,
            today=at % 9,
            this_week=at % 40,
            last_turn=(at + place * 5) % 90,
        )
        for place, member in enumerate(policy.pool_by_id[pool].members)
    )
    return PoolState(pool=pool, turn=at, members=members)


def timed(call: Callable[[Given], object], given: Sequence[Given]) -> Row:
    """One call for each of what is given, round after round."""
    rounds, single = [], list[float]()
    for number in range(ROUNDS + 1):
        times = []
        for one in given:
            started = time.perf_counter()
            call(one)
            times.append(time.perf_counter() - started)
        if number:
            rounds.append(len(given) / sum(times))
            single += times
    return {
        "calls/s": middle(rounds),
        "p50 µs": (percentile(single, 0.5) or 0) * 1e6,
        "p99 µs": (percentile(single, 0.99) or 0) * 1e6,
    }
