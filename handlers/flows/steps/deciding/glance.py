"""What leads that wait would be told now, found out without holding or writing anything (R4).

A look at everybody who waits comes every few seconds, and nearly always nothing has changed. What
a glance sees may be old by the time somebody acts on it, so whoever acts decides again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from handlers.flows.policy_book import ActivePolicy, Deciders
from handlers.flows.ports import Ports
from handlers.flows.steps.deciding.decide_lead import stands
from handlers.flows.steps.deciding.pool_states import people_now
from handlers.flows.steps.matching.relations import relations_of_all
from routing.decide.decide import decide
from routing.decide.decision import Decision, MemberState, PoolState, RoutingFacts
from routing.decide.route import route
from routing.lead import Lead, LeadFacts, facts_of
from routing.policy.model import Policy
from routing.policy.tables.exceptions import CaseKind
from storage.deciding.waiting_leads import Waiting
from storage.unit_of_work import UnitOfWork

AT_ONCE = 500
"""Leads read in one go."""


@dataclass(frozen=True)
class Seen:
    """A lead that waits as a decision sees it, the pools that decide it, and the opening it waits
    for.
    """

    lead: Lead
    facts: LeadFacts
    pools: tuple[str, ...]
    opening: datetime | None

    def goes_on_waiting(self, decision: Decision) -> bool:
        """Whether the decision leaves it where it is, for the same people until the same time."""
        case: CaseKind | None = "nobody_eligible" if self.lead.place == "case" else None
        return stands(self.lead, case, decision) and self.opening == decision.wait_until


@dataclass
class Glance:
    """Sees leads and people as they stood when it first saw them, people until it `forgets`."""

    ports: Ports
    deciders: Deciders
    now: datetime
    _seen: dict[str, Seen] = field(default_factory=dict)
    _people: dict[int, dict[str, MemberState]] = field(default_factory=dict)

    def take_in(self, waiting: Sequence[Waiting]) -> None:
        """See all these leads, and the people they wait for."""
        with self.ports.database.reading() as work:
            for policy, some in self._by_decider(waiting):
                for start in range(0, len(some), AT_ONCE):
                    self._see(work, policy.policy, some[start : start + AT_ONCE])
                seen = [self._seen[one.lead_id] for one in some if one.lead_id in self._seen]
                self._meet(work, policy, {pool for one in seen for pool in one.pools})

    def has_to_wait(self, one: Waiting) -> bool:
        """Whether the lead would be told to wait as it does."""
        if one.lead_id not in self._seen:
            self.take_in([one])
        seen, decider = self._seen.get(one.lead_id), self._decider(one)
        return seen is not None and seen.goes_on_waiting(self._decision(decider, seen))

    def waits_alone(self, one: Waiting) -> bool:
        """Whether a lead that has to wait does so only for want of others than those it was taken
        from: they may have room for the leads behind it.
        """
        seen = self._seen[one.lead_id]
        if not seen.facts.taken_from:
            return False
        anew = seen.facts.model_copy(update={"taken_from": ()})
        decision = self._decision(self._decider(one), replace(seen, facts=anew))
        return not seen.goes_on_waiting(decision)

    def forget_people(self) -> None:
        """Somebody got a lead: look at people anew."""
        self._people.clear()

    def _decider(self, one: Waiting) -> ActivePolicy:
        return self.deciders.of(one.lead_id, one.received_at)

    def _by_decider(
        self, waiting: Sequence[Waiting]
    ) -> Iterator[tuple[ActivePolicy, list[Waiting]]]:
        for policy in (self.deciders.active, self.deciders.tried):
            own = [one for one in waiting if policy and self._decider(one) == policy]
            if policy and own:
                yield policy, own

    def _see(self, work: UnitOfWork, policy: Policy, page: Sequence[Waiting]) -> None:
        leads = work.leads.of_ids([one.lead_id for one in page])
        related = relations_of_all(work, policy, leads, self.now)
        openings = work.deadlines.next_of("opening", [lead.id for lead in leads], self.now)
        for lead in leads:
            facts = facts_of(lead, related[lead.id])
            pools = route(policy, facts).candidate_pools
            self._seen[lead.id] = Seen(lead, facts, pools, openings.get(lead.id))

    def _meet(self, work: UnitOfWork, active: ActivePolicy, pools: Iterable[str]) -> None:
        """See the people of these pools."""
        policy, met = active.policy, self._people.setdefault(active.version, {})
        people = {member.person for pool in pools for member in policy.pool_by_id[pool].members}
        met |= people_now(work, policy, people - met.keys(), self.now)

    def _decision(self, active: ActivePolicy, seen: Seen) -> Decision:
        """What would be decided. Balances are left out: they say who is next, not whether anybody
        can take the lead.
        """
        pools = tuple(self._state(active, pool) for pool in seen.pools)
        facts = RoutingFacts(
            lead=seen.facts,
            policy_version=active.version,
            now=self.now,
            pools=pools,
        )
        return decide(active.policy, facts)

    def _state(self, active: ActivePolicy, pool: str) -> PoolState:
        members = [member.person for member in active.policy.pool_by_id[pool].members]
        met = self._people.setdefault(active.version, {})
        if not met.keys() >= set(members):
            with self.ports.database.reading() as work:
                self._meet(work, active, [pool])
        return PoolState(pool=pool, members=tuple(met[person] for person in members))
