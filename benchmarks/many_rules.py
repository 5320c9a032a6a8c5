"""A policy of any number of rules, and leads for it: the made-up tables of a large company."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from fractions import Fraction

from benchmarks.program import POLICY
from bot.policy_folder import read_policy_folder
from routing.decide.decision import MemberState, PoolState, RoutingFacts
from routing.decide.route import route
from routing.lead import LeadFacts
from routing.people import Person
from routing.policy.model import Policy
from routing.policy.reading.load import load_policy
from routing.policy.tables.pools import Member, Pool
from routing.policy.tables.rules import Rule, Target
from routing.policy.tables.segments import Segment
from routing.policy.tables.territories import TerritoryRow

NOW = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
SEGMENTS = (
    Segment(id="small", name="Small", max_size=99),
    Segment(id="middle", name="Middle", min_size=100, max_size=999),
    Segment(id="enterprise", name="Enterprise", min_size=1000),
)
BANDS = ("high", "medium", "low")
SOURCES = ("website", "partner", "event")
MEMBERS = 5
"""People of a pool, weights 1 to 3, one of whom is away."""
RULES_OF_A_POOL = 50


def policy_of(rules: int) -> Policy:
    """Each rule names a city's territory; about one city for each nine rules."""
    cities = max(1, rules // 9)
    pools = max(1, rules // RULES_OF_A_POOL)
    people = [f"p{pool}-{one}" for pool in range(pools) for one in range(MEMBERS)]
    example = load_policy(read_policy_folder(POLICY))
    tables = {
        "people": tuple(_person(name) for name in people),
        "territories": tuple(
            TerritoryRow(territory=f"t{city}", country="US", city=f"City {city}")
            for city in range(cities)
        ),
        "segments": SEGMENTS,
        "rules": tuple(_rule(at, cities, pools) for at in range(rules)),
        "pools": tuple(_pool(at) for at in range(pools)),
    }
    return Policy.model_construct(**(dict(example) | tables))


def _person(name: str) -> Person:
    user = f"U{name.upper().replace('-', '')}"
    email = f"{name}@meridian.example"
    return Person(
        id=name, name=name.title(), email=email, slack_user=user, role="sdr", open_cap=500
    )


def _pool(at: int) -> Pool:
    members = tuple(
        Member(person=f"p{at}-{one}", weight=1 + one % 3, priority=one) for one in range(MEMBERS)
    )
    return Pool(id=f"pool{at}", name=f"Pool {at}", strategy="weighted_round_robin", members=members)


def _rule(at: int, cities: int, pools: int) -> Rule:
    return Rule(
        id=f"r{at:05}",
        territory=f"t{at // 9 % cities}",
        segment=SEGMENTS[at % 3].id,
        band=BANDS[at // 3 % 3],
        send_to=Target(kind="pool", id=f"pool{at % pools}"),
    )


def leads_of(policy: Policy, number: int) -> Iterator[RoutingFacts]:
    """Distinct leads, nearly all of which a rule takes to a pool, each with the pool's state."""
    cities = len(policy.territories)
    for at in range(number):
        lead = LeadFacts(
            lead_id=f"lead_{at}",
            source=SOURCES[at % 3],
            country="US",
            city=f"City {at * 7919 % cities}",
            company_size=(at * 37) % 3000 + 1,
            email=True,
            score=at * 13 % 101,
        )
        pools = tuple(_state(policy, pool, at) for pool in route(policy, lead).candidate_pools)
        yield RoutingFacts(lead=lead, policy_version=1, now=NOW, pools=pools)


def _state(policy: Policy, pool: str, at: int) -> PoolState:
    members = tuple(
        MemberState(
            person=member.person,
            assigned=(at + place) % 90,
            owed=Fraction((at * (place + 1)) % 13 - 6, 9),
            open_leads=(at * 7 + place * 3) % 50,
            last_turn=(at + place * 5) % 90,
            absent_reason="on leave" if place == at % MEMBERS else None,
        )
        for place, member in enumerate(policy.pool_by_id[pool].members)
    )
    return PoolState(pool=pool, turn=at, members=members)
