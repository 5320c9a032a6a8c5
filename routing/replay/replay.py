"""Past decisions made again: by their own policy the same, by another one what would have been.

By another policy the people of a pool are in another state after the first lead that went
elsewhere. So the stored state of each decision is corrected by what the replay has given and not
given so far: leads a person got more or fewer than on record, in the pool, in all, that day and
that week, and what the pool owes them more or less. A pool whose state was not stored then is
taken as it was last seen. What a lead did later (worked sooner, closed later) cannot be known: it
counts as open wherever it went.
"""

from __future__ import annotations

from collections import Counter, OrderedDict
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction

from routing.decide.choice.periods import day_start, week_start
from routing.decide.decide import decide
from routing.decide.decision import Decision, MemberState, PoolState, RoutingFacts
from routing.decide.route import route
from routing.people import Person
from routing.policy.model import Policy

UTC_PERSON = Person(id="", name="", email="", slack_user="", role="sdr")
"""Whose days count for somebody this policy does not know."""

Place = tuple[str, str]
"""A pool and a person of it."""
Day = tuple[str, datetime]
"""A person and the start of their day or week."""
DAYS_KEPT = 10_000


@dataclass
class Replay:
    """One policy, deciding past leads in their order."""

    policy: Policy
    version: int
    given: Counter[Place] = field(default_factory=Counter)
    owed: dict[Place, Fraction] = field(default_factory=dict)
    owned: Counter[str] = field(default_factory=Counter)
    days: OrderedDict[Day, int] = field(default_factory=OrderedDict)
    weeks: OrderedDict[Day, int] = field(default_factory=OrderedDict)
    turns: dict[Place, int] = field(default_factory=dict)
    seen: dict[str, PoolState] = field(default_factory=dict)

    def decide(self, facts: RoutingFacts, made: Decision) -> Decision:
        """What this policy says to a lead whose decision was `made`; the difference is kept."""
        for state in facts.pools:
            self.seen[state.pool] = state
        wanted = route(self.policy, facts.lead).candidate_pools
        pools = tuple(self._state(pool, facts.now) for pool in wanted)
        ours = facts.model_copy(update={"policy_version": self.version, "pools": pools})
        decision = decide(self.policy, ours)
        self._owe(decision, ours, 1)
        self._owe(made, facts, -1)
        if (decision.owner, decision.pool) != (made.owner, made.pool):
            self._count(decision, 1, facts.now)
            self._count(made, -1, facts.now)
        return decision

    def _state(self, pool: str, now: datetime) -> PoolState:
        """The stored state, or that last seen, of everybody this policy has in the pool."""
        last = self.seen.get(pool, PoolState(pool=pool))
        known = {member.person: member for member in last.members}
        people = [member.person for member in self.policy.pool_by_id[pool].members]
        members = tuple(
            self._member(pool, known.get(person) or MemberState(person=person), now)
            for person in people
        )
        return last.model_copy(update={"members": members})

    def _member(self, pool: str, state: MemberState, now: datetime) -> MemberState:
        person = self.policy.person_by_id.get(state.person, UTC_PERSON)
        more = {
            "assigned": self.given[pool, state.person],
            "open_leads": self.owned[state.person],
            "today": self.days.get((state.person, day_start(person, now)), 0),
            "this_week": self.weeks.get((state.person, week_start(person, now)), 0),
        }
        changes: dict[str, object] = {
            name: max(getattr(state, name) + n, 0) for name, n in more.items() if n
        }
        if owed := self.owed.get((pool, state.person)):
            changes["owed"] = state.owed + owed
        turn = self.turns.get((pool, state.person), 0)
        if turn > state.last_turn:
            changes["last_turn"] = turn
        return state.model_copy(update=changes) if changes else state

    def _owe(self, decision: Decision, facts: RoutingFacts, by: int) -> None:
        """What the decision changes in the balances of its pool, added or taken back."""
        state = next((state for state in facts.pools if state.pool == decision.pool), None)
        before = {member.person: member.owed for member in state.members} if state else {}
        for person, owed in decision.balances.items():
            place = (str(decision.pool), person)
            change = by * (owed - before.get(person, 0)) + self.owed.pop(place, 0)
            if change:
                self.owed[place] = change

    def _count(self, decision: Decision, by: int, now: datetime) -> None:
        owner = decision.owner
        if owner is None:
            return
        person = self.policy.person_by_id.get(owner, UTC_PERSON)
        self.owned[owner] += by
        _add(self.days, (owner, day_start(person, now)), by)
        _add(self.weeks, (owner, week_start(person, now)), by)
        if decision.pool is not None:
            self.given[decision.pool, owner] += by
            if by > 0:
                last = self.seen.get(decision.pool)
                self.turns[decision.pool, owner] = last.turn + 1 if last else 1


def _add(counts: OrderedDict[Day, int], key: Day, by: int) -> None:
    """Count, and forget the oldest: decisions come in the order of time."""
    counts[key] = counts.get(key, 0) + by
    if len(counts) > DAYS_KEPT:
        counts.popitem(last=False)
