"""A pool in miniature: leads given one after the other to people who come and go."""

from __future__ import annotations

from collections.abc import Collection
from fractions import Fraction

from routing.decide.choice.eligibility import Standing
from routing.decide.choice.fairness import Ranking, rank
from routing.decide.choice.rosters import seat_of
from routing.decide.decision import MemberState
from routing.policy.tables.pools import Member
from tests.routing.builders import a_person


class Rounds:
    """The balances of people numbered from 0, whose weights these are, and what they had."""

    def __init__(self, weights: list[int]) -> None:
        self._members = [
            Member(person=f"p{at:02}", weight=weight) for at, weight in enumerate(weights)
        ]
        self._people = [a_person(member.person) for member in self._members]
        self.owed = [Fraction(0)] * len(weights)
        self.counts = [0] * len(weights)
        self._last = [0] * len(weights)

    def run(self, turns: int) -> list[int]:
        """How many leads each had after so many turns in which all could take the lead."""
        for _ in range(turns):
            self.give(range(len(self.counts)))
        return self.counts

    def give(self, able: Collection[int]) -> int:
        """One lead, to one of those who can take it."""
        everybody = [self._standing(at, at in able) for at in range(len(self.counts))]
        ranking = rank("weighted_round_robin", everybody)
        for person, leads in owed(ranking).items():
            self.owed[int(person[1:])] = leads
        chosen = int(ranking.claims[0].person[1:])
        self.owed[chosen] -= 1
        self.counts[chosen] += 1
        self._last[chosen] = sum(self.counts)
        return chosen

    def _standing(self, at: int, is_able: bool) -> Standing:
        name, owed, last = self._members[at].person, self.owed[at], self._last[at]
        state = MemberState.model_construct(
            person=name, assigned=0, owed=owed, open_leads=0, last_turn=last, absent_reason=None
        )
        seat = seat_of(self._members[at], self._people[at])
        return Standing(seat, state, None if is_able else "is away")


def owed(ranking: Ranking) -> dict[str, Fraction]:
    """What each of the eligible is owed once the lead is shared out."""
    return {claim.person: Fraction(-claim.minus_owed, ranking.unit) for claim in ranking.claims}


def deviation(rounds: Rounds) -> Fraction:
    """How many leads somebody is from their share of the leads they could take, at most."""
    return max(map(abs, rounds.owed))
