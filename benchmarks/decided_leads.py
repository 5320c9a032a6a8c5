"""Past leads with their decisions, stored in bulk: each decided by policy after the one before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from itertools import islice
from typing import Any

from sqlalchemy import insert

from benchmarks.leads import form_fields
from routing.decide.decide import decide
from routing.decide.decision import Decision, MemberState, PoolState, RoutingFacts
from routing.decide.route import route
from routing.lead import Lead, facts_of
from routing.new_lead import new_lead
from routing.normalise.lead import RawLead, normalise
from routing.policy.model import Policy
from routing.scoring.points import score
from storage.deciding.assignments import POLICY, decisions
from storage.records.leads import lead_columns, leads
from storage.unit_of_work import Database

BATCH = 2_000
DIFFERENT = 2_000
"""Leads that are normalised and scored; all others are like one of them but for id and time."""
START = datetime(2026, 10, 1, 8, 0, tzinfo=UTC)
EVERY = timedelta(seconds=20)
CLOSED_AT = 200
"""Open leads of a person at which they close them all, so that caps are rarely reached."""

Place = tuple[str, str]
"""A pool and a person of it."""


def store_decided_leads(database: Database, policy: Policy, count: int) -> None:
    rows = _decided(policy, count)
    while batch := list(islice(rows, BATCH)):
        with database.writing() as work:
            work.connection.execute(insert(leads), [lead for lead, _ in batch])
            work.connection.execute(insert(decisions), [decision for _, decision in batch])


def _decided(policy: Policy, count: int) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """The columns of each lead and of its decision."""
    models = [_lead(policy, number) for number in range(min(count, DIFFERENT))]
    pools = _Pools(policy)
    for number in range(count):
        now = START + number * EVERY
        new = {"id": f"lead_{number:016d}", "received_at": now, "stage_since": now}
        lead = models[number % DIFFERENT].model_copy(update=new)
        facts = RoutingFacts.model_construct(
            lead=facts_of(lead), policy_version=1, now=now, pools=pools.asked_for(lead)
        )
        decision = decide(policy, facts)
        pools.count(decision)
        yield (
            lead_columns(lead) | {"updated_at": now},
            {
                "id": f"dec_{number:016d}",
                "lead_id": lead.id,
                "number": 1,
                "decided_at": now,
                "decided_by": POLICY,
                "policy_version": 1,
                "facts": facts,
                "decision": decision,
            },
        )


def _lead(policy: Policy, number: int) -> Lead:
    draft = normalise(RawLead(**form_fields(number)), default_region="US")
    lead = new_lead("", draft, policy.sources[0], policy, START)
    return lead.model_copy(update={"score": score(policy.scoring, facts_of(lead))})


@dataclass
class _Pools:
    """What pools remember, kept as the running program keeps it in its database."""

    policy: Policy
    given: Counter[Place] = field(default_factory=Counter)
    owned: Counter[str] = field(default_factory=Counter)
    turns: Counter[str] = field(default_factory=Counter)
    last: dict[Place, int] = field(default_factory=dict)
    owed: dict[Place, Fraction] = field(default_factory=dict)

    def asked_for(self, lead: Lead) -> tuple[PoolState, ...]:
        return tuple(map(self._state, route(self.policy, facts_of(lead)).candidate_pools))

    def _state(self, pool: str) -> PoolState:
        members = tuple(self._member(pool, m.person) for m in self.policy.pool_by_id[pool].members)
        return PoolState.model_construct(pool=pool, turn=self.turns[pool], members=members)

    def _member(self, pool: str, person: str) -> MemberState:
        return MemberState.model_construct(
            person=person,
            assigned=self.given[pool, person],
            owed=self.owed.get((pool, person), Fraction(0)),
            open_leads=self.owned[person] % CLOSED_AT,
            last_turn=self.last.get((pool, person), 0),
        )

    def count(self, decision: Decision) -> None:
        if decision.pool is None or decision.owner is None:
            return
        place = (decision.pool, decision.owner)
        self.given[place] += 1
        self.owned[decision.owner] += 1
        self.turns[decision.pool] += 1
        self.last[place] = self.turns[decision.pool]
        for person, owed in decision.balances.items():
            self.owed[decision.pool, person] = owed
