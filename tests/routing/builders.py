"""Test data: small complete values whose every part can be overridden."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from routing.decide.decision import MemberState, PoolState, RoutingFacts
from routing.lead import LeadFacts
from routing.people import Person
from routing.policy.model import Policy
from routing.policy.reading.load import FILES
from routing.policy.tables.calendars import Calendar, Window
from routing.policy.tables.company import Company
from routing.policy.tables.pools import Member, Pool, Strategy
from routing.policy.tables.queues import Queue
from routing.policy.tables.rules import Rule, Target
from routing.policy.tables.scoring import Condition, PointRule, Scoring
from routing.policy.tables.segments import Segment
from routing.policy.tables.sla import Sla, SlaRule
from routing.policy.tables.sources import SourcePolicy
from routing.policy.tables.stages import Lifecycle, Stage, Transition
from routing.policy.tables.territories import TerritoryRow

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
"""A Monday."""

EXAMPLE = Path(__file__).parents[2] / "policy"


def example_files() -> dict[str, str]:
    """The files of the example policy, name to text."""
    return {name: (EXAMPLE / name).read_text(encoding="utf-8") for name in FILES}


def a_lead(**stated: object) -> LeadFacts:
    """A reachable lead from Berlin with a medium score."""
    usual = {
        "lead_id": "lead-1",
        "source": "website",
        "country": "DE",
        "region": "DE-BE",
        "city": "Berlin",
        "email": True,
        "score": 50,
    }
    return LeadFacts.model_validate(usual | stated)


def a_person(who: str = "anna", /, **stated: object) -> Person:
    """An active SDR without caps."""
    usual = {
        "id": who,
        "name": who.capitalize(),
        "email": f"{who}@meridian.example",
        "slack_user": f"U0TEST{who.upper()}",
        "role": "sdr",
    }
    return Person.model_validate(usual | stated)


def a_pool(
    *members: Member | str,
    strategy: Strategy = "weighted_round_robin",
    **stated: object,
) -> Pool:
    """A pool of these members; a name alone is a member of weight 1."""
    rows = tuple(Member(person=m) if isinstance(m, str) else m for m in members)
    usual = {"id": "emea", "strategy": strategy, "members": rows} | stated
    return Pool.model_validate({"name": str(usual["id"]).upper()} | usual)


def a_rule(rule: str = "default", send_to: str = "pool:emea", **stated: object) -> Rule:
    """A rule for every lead unless columns are stated."""
    return Rule.model_validate({"id": rule, "send_to": send_to} | stated)


def a_lifecycle() -> Lifecycle:
    stages = (
        Stage(id="new", name="New"),
        Stage(id="acknowledged", name="Acknowledged"),
        Stage(id="working", name="Working"),
        Stage(id="lost", name="Lost", active=False, needs_reason=True),
    )
    moves = (
        Transition(source="new", target="acknowledged"),
        Transition(source="acknowledged", target="working", by=("person", "machine")),
        Transition(source="working", target="lost"),
    )
    return Lifecycle(
        stages=stages,
        transitions=moves,
        initial="new",
        acknowledged="acknowledged",
        working="working",
    )


def a_policy(**stated: object) -> Policy:
    """Anna and Ben share all leads of Germany and France; everything else has no territory."""
    nine_to_five = {day: (Window(opens=540, closes=1020),) for day in range(5)}
    usual: dict[str, object] = {
        "company": Company(name="Test", managers_channel="C0TESTDESK"),
        "people": (a_person("anna"), a_person("ben")),
        "territories": (
            TerritoryRow(territory="dach", country="DE"),
            TerritoryRow(territory="france", country="FR"),
        ),
        "segments": (
            Segment(id="enterprise", name="Enterprise", min_size=1000),
            Segment(id="small", name="Small", max_size=999),
            Segment(id="unknown", name="Unknown", unknown_size=True),
        ),
        "scoring": Scoring(
            points=(a_point_rule("email", 30, field="email", present=True),), high=70, medium=30
        ),
        "rules": (a_rule(),),
        "pools": (a_pool("anna", "ben"),),
        "queues": (Queue(id="holding", name="Holding", owner="anna", age_limit=timedelta(days=1)),),
        "calendars": (
            Calendar(id="always", always=True),
            Calendar(id="office", weekly=nine_to_five),
        ),
        "sla": Sla(rules=(an_sla_rule(),)),
        "lifecycle": a_lifecycle(),
        "sources": (SourcePolicy(id="website", kind="web", key="website", name="Website"),),
    }
    return Policy.model_validate(usual | stated)


def a_point_rule(rule: str, points: int, **when: object) -> PointRule:
    return PointRule(id=rule, label=rule, points=points, when=Condition.model_validate(when))


def an_sla_rule(rule: str = "all", **stated: object) -> SlaRule:
    usual = {"id": rule, "acknowledge": "1h", "first_touch": "4h"}
    return SlaRule.model_validate(usual | stated)


def a_target(text: str) -> Target:
    """`pool:emea`, `queue:holding` or `nurture`."""
    return Target.model_validate(text)


def a_pool_state(*members: MemberState, pool: str = "emea") -> PoolState:
    return PoolState(pool=pool, members=members)


def facts(lead: LeadFacts | None = None, pools: Sequence[PoolState] = ()) -> RoutingFacts:
    """The facts of one decision, at a fixed instant."""
    return RoutingFacts(lead=lead or a_lead(), policy_version=1, now=NOW, pools=tuple(pools))
