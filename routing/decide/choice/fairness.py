"""Whose turn it is in a pool: exact arithmetic, no chance (R4).

Every member of a pool has a balance, the leads the pool owes them. Each lead is shared out among
those who could take it, by weight, and the one who receives it gives one back. Whoever cannot
take a lead is owed nothing of it, and a joiner starts level: absence and joining need no
correction. Over the members of a pool the balances sum to zero. A lead that was given by hand or
came back makes the sum -1 or 1 until the next lead, which shares out that much more or less.

While the same people can take every lead, the balance is the shortfall N * w/W - count. Whoever
has the largest shortfall may still wait too long beside somebody of a much larger weight, so the
order is that of the quota method (Balinski and Young, "The Quota Method of Apportionment", 1975):
only somebody who is owed something may receive, and among them comes first whose next lead is
due the earliest. That keeps everybody less than one lead from the exact share, for any weights.

When people come and go no rule that decides at once can promise that (Ajtai and others, "Fairness
in Scheduling", 1998); `benchmarks/fairness.py` measures how far it strays.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import gcd, lcm

from routing.decide.choice.eligibility import Standing
from routing.decide.decision import Claim
from routing.policy.tables.pools import Strategy

FINEST = 10**30
"""Balances finer than this part of a lead are rounded to it. What rounding takes away is
shared out with the next lead, so that it never adds up."""


@dataclass(frozen=True, slots=True)
class Ranking:
    """The eligible, first choice first; `unit` parts of their balances are a lead."""

    strategy: Strategy
    claims: tuple[Claim, ...] = ()
    unit: int = 1


def rank(strategy: Strategy, eligible: Sequence[Standing], members: Sequence[Standing]) -> Ranking:
    """Order the eligible of a pool's members.

    Where the fewest open leads decide, it is their turn that counts between people with as few;
    who is owed more than a lead, or ahead by more, is so by one from then on: the load decides,
    and a pool that changes its strategy is nearly level.
    """
    if not eligible:
        return Ranking(strategy)
    share = _share_out(eligible, members)
    claims = [share.claim(who) for who in eligible]
    if strategy == "fewest_active":
        claims = [_by_load(claim, who, share) for claim, who in zip(claims, eligible, strict=True)]
    claims.sort()
    return _no_finer_than_needed(strategy, claims, share.unit)


@dataclass(slots=True)
class _Share:
    """How a lead is shared out in whole numbers: `unit` parts are a lead.

    `balances` are the members' before. A weight of 1 gets `now` parts of this lead and `later`
    parts of every lead after it.
    """

    balances: dict[str, int]
    unit: int
    now: int
    later: int

    def claim(self, who: Standing) -> Claim:
        member = who.member
        weight = member.weight
        owed = self.balances[member.person] + weight * self.now
        due = 0
        if owed > 0:
            due = 1 if owed >= self.unit else 1 - (owed - self.unit) // (weight * self.later)
        last_turn = who.state.last_turn
        return Claim(0, owed <= 0, due, -owed, -weight, -member.priority, last_turn, member.person)


def _by_load(claim: Claim, who: Standing, share: _Share) -> Claim:
    limited = max(-share.unit, min(share.unit, claim.minus_owed))
    return claim._replace(open_leads=who.state.open_leads, minus_owed=limited)


def _share_out(sharing: Sequence[Standing], members: Sequence[Standing]) -> _Share:
    """One lead, less what the members are owed in sum already."""
    balances = [who.state.owed.as_integer_ratio() for who in members]
    parts = lcm(*[denominator for _, denominator in balances])
    weight = sum([who.member.weight for who in sharing])
    whole = [numerator * (parts // denominator) for numerator, denominator in balances]
    return _Share(
        balances={
            who.member.person: owed * weight for who, owed in zip(members, whole, strict=True)
        },
        unit=parts * weight,
        now=parts - sum(whole),
        later=parts,
    )


def _no_finer_than_needed(strategy: Strategy, claims: list[Claim], unit: int) -> Ranking:
    """The same balances in the largest unit that divides them, and never beyond `FINEST`."""
    common = gcd(unit, *[claim.minus_owed for claim in claims])
    coarse = min(unit // common, FINEST)
    if coarse == unit:
        return Ranking(strategy, tuple(claims), unit)
    rounded = [claim._replace(minus_owed=claim.minus_owed * coarse // unit) for claim in claims]
    return Ranking(strategy, tuple(rounded), coarse)
