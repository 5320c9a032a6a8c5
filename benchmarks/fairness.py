"""How far from the exact share people are after 10,000 leads, with leaves and joiners."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction

from benchmarks.report import Report
from routing.decide.choice.eligibility import Standing
from routing.decide.choice.fairness import rank
from routing.decide.choice.rosters import seat_of
from routing.decide.decision import MemberState
from routing.policy.tables.pools import Member

METHOD = """Leads given one after the other to a pool, by weighted round robin. The exact share of a
person is the sum, over the leads they could take, of their weight over the weight of all who could.
The deviation is that share less the leads they had, the largest over all people: after the last
lead in the worst of so many pools made by chance from fixed seeds, then at its largest after any
single lead, in the worst and in the middle pool. On leave: each day of 20 leads one person in fifty
goes for 1 to 10 days. Joining: a person every 500 leads, who starts level. Always another: each can
take a lead with a chance of 60 %."""

LEADS = 10_000
QUICK_LEADS = 1_000
POOLS = 20
DAY = 20
WEIGHTS: dict[str, Callable[[random.Random], int]] = {
    "equal": lambda chance: 1,
    "1 to 5": lambda chance: chance.randint(1, 5),
    "1000 beside 1": lambda chance: chance.choice([1000, 1, 1, 10]),
}
CHANGES = ("nobody away", "leave", "leave and joining", "always another")


@dataclass
class Pool:
    """People who come and go; members are numbered in the order of joining."""

    chance: random.Random
    members: list[Member] = field(default_factory=list)
    owed: dict[str, Fraction] = field(default_factory=dict)
    last: dict[str, int] = field(default_factory=dict)
    back: dict[str, int] = field(default_factory=dict)
    """The lead from which somebody on leave is back."""

    def join(self, weight: int, turn: int) -> None:
        name = f"p{len(self.members):02}"
        self.members.append(Member(person=name, weight=weight))
        self.owed[name], self.last[name], self.back[name] = Fraction(0), turn, 0

    def give(self, able: list[Member]) -> None:
        """One lead, to one of those who can take it."""
        names = {member.person for member in able}
        everybody = [self._standing(member, member.person in names) for member in self.members]
        ranking = rank("weighted_round_robin", everybody)
        for claim in ranking.claims:
            self.owed[claim.person] = Fraction(-claim.minus_owed, ranking.unit)
        self.owed[ranking.claims[0].person] -= 1
        self.last[ranking.claims[0].person] = max(self.last.values()) + 1

    def _standing(self, member: Member, is_able: bool) -> Standing:
        name = member.person
        state = MemberState.model_construct(
            person=name, owed=self.owed[name], last_turn=self.last[name], open_leads=0
        )
        return Standing(seat_of(member, None), state, None if is_able else "is away")


def measure(quick: bool) -> Report:
    report = Report("Fairness", METHOD)
    leads = QUICK_LEADS if quick else LEADS
    for change in CHANGES:
        for name in WEIGHTS:
            runs = [_deviations(change, name, seed, leads) for seed in range(POOLS)]
            ends, found = [end for end, _ in runs], sorted(largest for _, largest in runs)
            report.add(
                f"Largest deviation in {leads:,} leads, {POOLS} pools",
                {
                    "change": change,
                    "weights": name,
                    "after the last lead": round(float(max(ends)), 3),
                    "ever": round(float(found[-1]), 3),
                    "ever, middle pool": round(float(found[POOLS // 2]), 3),
                    "pools never beyond one lead": sum(one <= 1 for one in found),
                },
            )
    return report


def _deviations(change: str, weights: str, seed: int, leads: int) -> tuple[Fraction, Fraction]:
    """How far somebody is from the exact share after the last lead, and at any time."""
    chance = random.Random(f"{change} {weights} {seed}")
    pool, largest = Pool(chance), Fraction(0)
    for _ in range(chance.randint(3, 10)):
        pool.join(WEIGHTS[weights](chance), 0)
    for able in _who_can(pool, change, weights, leads):
        pool.give(able)
        largest = max(largest, *map(abs, pool.owed.values()))
    return max(map(abs, pool.owed.values())), largest


def _who_can(pool: Pool, change: str, weights: str, leads: int) -> Iterator[list[Member]]:
    """Who can take each lead; leads that nobody can take are not given."""
    for turn in range(1, leads + 1):
        if change == "leave and joining" and turn % 500 == 0 and len(pool.members) < 20:
            pool.join(WEIGHTS[weights](pool.chance), max(pool.last.values()) + 1)
        if change.startswith("leave") and turn % DAY == 0:
            for name in pool.back:
                if pool.chance.random() < 0.02:
                    pool.back[name] = turn + DAY * pool.chance.randint(1, 10)
        able = [member for member in pool.members if pool.back[member.person] <= turn]
        if change == "always another":
            able = [member for member in able if pool.chance.random() < 0.6]
        if able:
            yield able
