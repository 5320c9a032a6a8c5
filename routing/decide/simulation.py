"""Leads decided one after the other from an empty state, each with what those before changed."""

from __future__ import annotations

from routing.availability import absent_reason
from routing.decide.decide import decide
from routing.decide.decision import Decision, MemberState, PoolState, RoutingFacts
from routing.decide.ledger import Ledger
from routing.decide.route import route
from routing.policy.model import Policy
from routing.policy.tables.pools import Pool
from routing.values import Instant


class Simulation:
    """Places leads and remembers whom they went to; nobody works or closes a lead meanwhile."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self._ledger = Ledger(policy)

    def place(self, facts: RoutingFacts) -> Decision:
        """The decision about this lead after all those before it; pools in the facts are ignored.

        Caps count by the facts' `now`, which need not rise from lead to lead.
        """
        complete = self.with_state(facts)
        decision = decide(self.policy, complete)
        self._ledger.give(decision, complete)
        return decision

    def with_state(self, facts: RoutingFacts) -> RoutingFacts:
        """The facts with the state that the pools in question have by now."""
        wanted = route(self.policy, facts.lead).candidate_pools
        new = (self._new(self.policy.pool_by_id[name], facts.now) for name in wanted)
        pools = tuple(self._ledger.state(pool, facts.now) for pool in new)
        return facts.model_copy(update={"pools": pools})

    def _new(self, pool: Pool, now: Instant) -> PoolState:
        """The pool before it gave a lead."""
        people = (self.policy.person_by_id[member.person] for member in pool.members)
        members = tuple(
            MemberState(person=person.id, absent_reason=absent_reason(self.policy, person, (), now))
            for person in people
        )
        return PoolState(pool=pool.id, members=members)
