"""Past decisions made again: by their own policy the same, by another one what would have been.

By another policy the people of a pool are in another state after the first lead that went
elsewhere. So the stored state of each decision is corrected by what the replay has given and not
given so far: leads a person got more or fewer than on record, in the pool, in all, that day and
that week, and what the pool owes them more or less. A pool whose state was not stored then is
taken as it was last seen. What a lead did later (worked sooner, closed later) cannot be known: it
counts as open wherever it went.
"""

from __future__ import annotations

from routing.decide.decide import decide
from routing.decide.decision import Decision, MemberState, PoolState, RoutingFacts
from routing.decide.ledger import Ledger
from routing.decide.route import route
from routing.policy.model import Policy


class Replay:
    """One policy, deciding past leads in their order."""

    def __init__(self, policy: Policy, version: int) -> None:
        self._policy = policy
        self._version = version
        self._ledger = Ledger(policy)
        self._seen: dict[str, PoolState] = {}

    def decide(self, facts: RoutingFacts, made: Decision) -> Decision:
        """What this policy says to a lead whose decision was `made`; the difference is kept."""
        for state in facts.pools:
            self._seen[state.pool] = state
        wanted = route(self._policy, facts.lead).candidate_pools
        pools = tuple(self._ledger.state(self._last(pool), facts.now) for pool in wanted)
        ours = facts.model_copy(update={"policy_version": self._version, "pools": pools})
        decision = decide(self._policy, ours)
        self._ledger.share_out(decision, ours)
        self._ledger.share_out(made, facts, by=-1)
        if (decision.owner, decision.pool) != (made.owner, made.pool):
            self._ledger.count(decision, ours)
            self._ledger.count(made, facts, by=-1)
        return decision

    def _last(self, pool: str) -> PoolState:
        """The stored state, or that last seen, of everybody this policy has in the pool."""
        last = self._seen.get(pool, PoolState(pool=pool))
        known = {member.person: member for member in last.members}
        people = [member.person for member in self._policy.pool_by_id[pool].members]
        members = tuple(known.get(person) or MemberState(person=person) for person in people)
        return last.model_copy(update={"members": members})
