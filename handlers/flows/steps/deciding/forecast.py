"""Where policy would send leads one after the other as things stand; nothing is held or stored."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from fractions import Fraction

from handlers.flows.policy_book import ActivePolicy
from handlers.flows.ports import Ports
from handlers.flows.steps.deciding.pool_states import people_now, with_balances
from handlers.flows.steps.matching.relations import relations_of
from routing.decide.decide import decide
from routing.decide.decision import Decision, MemberState, PoolState, RoutingFacts
from routing.decide.route import route
from routing.lead import Lead, facts_of
from routing.policy.model import Policy
from routing.policy.tables.pools import Pool
from storage.unit_of_work import UnitOfWork

LATER = 10**9
"""Above every turn that a pool has had."""


class Forecast:
    """Counts along what each lead would change for the next. The policy of a share is left out."""

    def __init__(self, ports: Ports, work: UnitOfWork, now: datetime) -> None:
        self._work = work
        self._now = now
        self._active: ActivePolicy = ports.policies.active(work)
        self._states: dict[str, PoolState] = {}
        self._owed: dict[tuple[str, str], Fraction] = {}
        self._turns: dict[tuple[str, str], int] = {}
        self._more: Counter[str] = Counter()
        self._given = 0

    @property
    def policy(self) -> Policy:
        return self._active.policy

    def place(self, lead: Lead) -> Decision:
        """What policy would say if the lead were taken from its owner now."""
        taken = [lead.owner] if lead.place == "owner" and lead.owner else []
        if taken:
            self._lose(lead)
        relations = relations_of(self._work, self.policy, lead, self._now, taken)
        facts = facts_of(lead, relations)
        wanted = route(self.policy, facts).candidate_pools
        pools = tuple(self._state(self.policy.pool_by_id[pool_id]) for pool_id in wanted)
        complete = RoutingFacts(
            lead=facts,
            policy_version=self._active.version,
            now=self._now,
            pools=pools,
        )
        decision = decide(self.policy, complete)
        self._count(decision)
        return decision

    def _lose(self, lead: Lead) -> None:
        assignment = self._work.assignments.current(lead.id)
        self._more[lead.owner or ""] -= 1
        if assignment is None or assignment.pool not in self.policy.pool_by_id:
            return
        self._state(self.policy.pool_by_id[assignment.pool])
        self._owed[assignment.pool, assignment.person] = (
            self._owed.get((assignment.pool, assignment.person), Fraction(0)) + 1
        )

    def _count(self, decision: Decision) -> None:
        if decision.owner is None:
            return
        self._more[decision.owner] += 1
        self._given += 1
        for person, owed in decision.balances.items():
            self._owed[decision.pool or "", person] = owed
        self._turns[decision.pool or "", decision.owner] = LATER + self._given

    def _state(self, pool: Pool) -> PoolState:
        state = self._states.get(pool.id) or self._read(pool)
        self._states[pool.id] = state
        members = (self._counted(pool.id, member) for member in state.members)
        return state.model_copy(update={"members": tuple(members)})

    def _read(self, pool: Pool) -> PoolState:
        people = [member.person for member in pool.members]
        states = people_now(self._work, self.policy, people, self._now)
        known = self._work.pools.balances(pool.id)
        self._owed |= {(pool.id, person): balance.owed for person, balance in known.items()}
        return PoolState(pool=pool.id, members=with_balances(pool, states, known))

    def _counted(self, pool_id: str, member: MemberState) -> MemberState:
        more = self._more[member.person]
        return member.model_copy(
            update={
                "owed": self._owed.get((pool_id, member.person), Fraction(0)),
                "last_turn": self._turns.get((pool_id, member.person), member.last_turn),
                "open_leads": member.open_leads + more,
                "today": member.today + max(more, 0),
                "this_week": member.this_week + max(more, 0),
            }
        )
