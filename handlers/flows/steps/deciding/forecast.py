"""Where policy would send leads one after the other as things stand; nothing is held or stored."""

from __future__ import annotations

from datetime import datetime

from handlers.flows.policy_book import ActivePolicy
from handlers.flows.ports import Ports
from handlers.flows.steps.deciding.pool_states import people_now, with_balances
from handlers.flows.steps.matching.relations import relations_of
from routing.decide.decide import decide
from routing.decide.decision import Decision, PoolState, RoutingFacts
from routing.decide.ledger import Ledger
from routing.decide.route import route
from routing.lead import Lead, facts_of
from routing.policy.model import Policy
from storage.unit_of_work import UnitOfWork


class Forecast:
    """Counts along what each lead would change for the next. The policy of a share is left out."""

    def __init__(self, ports: Ports, work: UnitOfWork, now: datetime) -> None:
        self._work = work
        self._now = now
        self._active: ActivePolicy = ports.policies.active(work)
        self._ledger = Ledger(self.policy)
        self._known: dict[str, PoolState] = {}

    @property
    def policy(self) -> Policy:
        return self._active.policy

    def place(self, lead: Lead) -> Decision:
        """What policy would say if the lead were taken from its owner now."""
        taken = [lead.owner] if lead.place == "owner" and lead.owner else []
        for owner in taken:
            self._lose(lead, owner)
        facts = facts_of(lead, relations_of(self._work, self.policy, lead, self._now, taken))
        wanted = route(self.policy, facts).candidate_pools
        complete = RoutingFacts(
            lead=facts,
            policy_version=self._active.version,
            now=self._now,
            pools=tuple(self._ledger.state(self._as_stored(pool), self._now) for pool in wanted),
        )
        decision = decide(self.policy, complete)
        self._ledger.give(decision, complete)
        return decision

    def _lose(self, lead: Lead, owner: str) -> None:
        assignment = self._work.assignments.current(lead.id)
        self._ledger.lose(owner, assignment.pool if assignment else None)

    def _as_stored(self, pool_id: str) -> PoolState:
        """The pool as it stands, read once. Its turn is the last that one of its people had."""
        if pool_id not in self._known:
            pool = self.policy.pool_by_id[pool_id]
            people = [member.person for member in pool.members]
            states = people_now(self._work, self.policy, people, self._now)
            balances = self._work.pools.balances(pool_id)
            self._known[pool_id] = PoolState(
                pool=pool_id,
                turn=max((one.last_turn for one in balances.values()), default=0),
                members=with_balances(pool, states, balances),
            )
        return self._known[pool_id]
