"""Leads decided one after the other from an empty state, each with what those before changed."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import defaultdict

from routing.availability import absent_reason
from routing.decide.choice.periods import day_start, week_start
from routing.decide.decide import decide
from routing.decide.decision import Decision, MemberState, PoolState, RoutingFacts
from routing.decide.route import route
from routing.policy.model import Policy
from routing.policy.tables.pools import Pool
from routing.values import Instant


class Simulation:
    """Places leads and remembers whom they went to; nobody works or closes a lead meanwhile."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self._pools = {pool.id: PoolState(pool=pool.id) for pool in policy.pools}
        self._given: dict[str, list[Instant]] = defaultdict(list)
        self._open: dict[str, int] = defaultdict(int)

    def place(self, facts: RoutingFacts) -> Decision:
        """The decision about this lead after all those before it; pools in the facts are ignored.

        Caps count by the facts' `now`, which need not rise from lead to lead.
        """
        decision = decide(self.policy, self.with_state(facts))
        if decision.owner is not None:
            self._count(decision, decision.owner, facts.now)
        return decision

    def with_state(self, facts: RoutingFacts) -> RoutingFacts:
        """The facts with the state that the pools in question have by now."""
        wanted = route(self.policy, facts.lead).candidate_pools
        pools = tuple(self._state(self.policy.pool_by_id[name], facts.now) for name in wanted)
        return facts.model_copy(update={"pools": pools})

    def _state(self, pool: Pool, now: Instant) -> PoolState:
        known = {member.person: member for member in self._pools[pool.id].members}
        members = tuple(
            self._counted(known.get(member.person) or MemberState(person=member.person), now)
            for member in pool.members
        )
        return self._pools[pool.id].model_copy(update={"members": members})

    def _counted(self, state: MemberState, now: Instant) -> MemberState:
        """The member with what they have over all pools."""
        person = self.policy.person_by_id[state.person]
        given = self._given[person.id]
        counts = {
            "open_leads": self._open[person.id],
            "absent_reason": absent_reason(self.policy, person, (), now),
            "today": _since(given, day_start(person, now)) if person.daily_cap else 0,
            "this_week": _since(given, week_start(person, now)) if person.weekly_cap else 0,
        }
        return state.model_copy(update=counts)

    def _count(self, decision: Decision, owner: str, now: Instant) -> None:
        self._open[owner] += 1
        insort(self._given[owner], now)
        if decision.pool is None:
            return
        before = self._pools[decision.pool]
        turn = before.turn + 1
        known = {member.person: member for member in before.members}
        for person, owed in decision.balances.items():
            state = known.get(person) or MemberState(person=person)
            known[person] = state.model_copy(update={"owed": owed})
        given = known[owner].assigned + 1
        known[owner] = known[owner].model_copy(update={"assigned": given, "last_turn": turn})
        after = {"turn": turn, "members": tuple(known.values())}
        self._pools[decision.pool] = before.model_copy(update=after)


def _since(given: list[Instant], start: Instant) -> int:
    return len(given) - bisect_left(given, start)
