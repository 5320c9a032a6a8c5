"""What leads given and lost change of the state that pools and their people were in before.

Whoever decides many leads without storing any keeps a ledger: each decision is made from the state
as it was, with what the ledger has on it.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import Counter, defaultdict
from fractions import Fraction

from routing.decide.choice.periods import day_start, week_start
from routing.decide.choice.waiting import state_of
from routing.decide.compiled import made
from routing.decide.decision import Decision, MemberState, PoolState, RoutingFacts
from routing.policy.model import Policy
from routing.values import Instant

Place = tuple[str, str]
"""A pool and a person of it."""


class Ledger:
    """Differences to the state before, of pools and people of one policy.

    Leads count against caps in the person's own day and week, and need not come in the order of
    time: as in the real counts, a lead of a later day counts, too.
    """

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._assigned: Counter[Place] = Counter()
        self._owed: dict[Place, Fraction] = {}
        self._last_turn: dict[Place, int] = {}
        self._turns: Counter[str] = Counter()
        self._open: Counter[str] = Counter()
        self._days: dict[str, _Days] = defaultdict(_Days)

    def state(self, before: PoolState, now: Instant) -> PoolState:
        """The pool and its members as they are by now."""
        members = tuple(self._member(before.pool, member, now) for member in before.members)
        turn = before.turn + self._turns[before.pool]
        return before.model_copy(update={"turn": turn, "members": members})

    def give(self, decision: Decision, facts: RoutingFacts) -> None:
        """The decision, made from these facts, takes effect."""
        self.share_out(decision, facts)
        self.count(decision, facts)

    def share_out(self, decision: Decision, facts: RoutingFacts, by: int = 1) -> None:
        """What the decision changed in the balances of its pool; `by` -1 takes it back."""
        state = state_of(facts, str(decision.pool))
        before = {member.person: member.owed for member in state.members} if state else {}
        for person, owed in decision.balances.items():
            change = owed - before[person] if before.get(person) else owed
            self._owe((str(decision.pool), person), change if by > 0 else -change)

    def count(self, decision: Decision, facts: RoutingFacts, by: int = 1) -> None:
        """The lead is its owner's, and counts as their turn; `by` -1 takes it back."""
        owner, pool = decision.owner, decision.pool
        if owner is None:
            return
        self._open[owner] += by
        self._days[owner].add(day_start(self._policy.person(owner), facts.now), by)
        if pool is not None:
            self._assigned[pool, owner] += by
            self._turns[pool] += by
            if by > 0:
                state = state_of(facts, pool)
                self._last_turn[pool, owner] = state.turn + 1 if state else 1

    def lose(self, person: str, pool: str | None) -> None:
        """They lost an open lead, and the pool that had given it owes them one again. The lead goes
        on counting against the caps of the day it came.
        """
        self._open[person] -= 1
        if pool is not None:
            self._assigned[pool, person] -= 1
            self._owe((pool, person), Fraction(1))

    def _owe(self, place: Place, more: Fraction) -> None:
        change = _sum(more, self._owed.pop(place, None))
        if change:
            self._owed[place] = change

    def _member(self, pool: str, before: MemberState, now: Instant) -> MemberState:
        who = before.person
        place, days = (pool, who), self._days.get(who)
        person = self._policy.person_by_id.get(who) if days else None
        today = this_week = 0
        if days and person and person.daily_cap:
            today = days.since(day_start(person, now))
        if days and person and person.weekly_cap:
            this_week = days.since(week_start(person, now))
        fields = {
            "person": who,
            "assigned": max(before.assigned + self._assigned[place], 0),
            "owed": _sum(before.owed, self._owed.get(place)),
            "open_leads": max(before.open_leads + self._open[who], 0),
            "today": max(before.today + today, 0),
            "this_week": max(before.this_week + this_week, 0),
            "last_turn": max(before.last_turn, self._last_turn.get(place, 0)),
            "absent_reason": before.absent_reason,
        }
        return made(MemberState, fields)


class _Days:
    """How many leads somebody got on which days, by the instants the days began."""

    def __init__(self) -> None:
        self._order: list[Instant] = []
        self._leads: Counter[Instant] = Counter()

    def add(self, day: Instant, by: int) -> None:
        if day not in self._leads:
            insort(self._order, day)
        self._leads[day] += by

    def since(self, start: Instant) -> int:
        return sum(self._leads[day] for day in self._order[bisect_left(self._order, start) :])


def _sum(one: Fraction, other: Fraction | None) -> Fraction:
    """Fractions are slow to add, and most of these are nothing."""
    if not other:
        return one
    return one + other if one else other
