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
from math import gcd, lcm
from typing import NamedTuple

from routing.decide.choice.eligibility import Standing
from routing.decide.decision import Claim
from routing.policy.tables.pools import Strategy

FINEST = 10**30
"""Balances finer than this part of a lead are rounded to it. What rounding takes away is
shared out with the next lead, so that it never adds up."""


class Ranking(NamedTuple):
    """The eligible, first choice first; `unit` parts of their balances are a lead."""

    strategy: Strategy
    claims: tuple[Claim, ...] = ()
    unit: int = 1


def rank(strategy: Strategy, members: Sequence[Standing]) -> Ranking:
    """Order those of a pool's members who can take the lead.

    Where the fewest open leads decide, it is their turn that counts between people with as few;
    who is owed more than a lead, or ahead by more, is so by one from then on: the load decides,
    and a pool that changes its strategy is nearly level.
    """
    weight = sum([seat.weight for seat, _, against in members if against is None])
    if not weight:
        return Ranking(strategy)
    parts, balances = _in_whole_numbers(members)
    now, unit = parts - sum(balances), parts * weight
    able, ahead = [], []
    for (seat, state, against), owed in zip(members, balances, strict=True):
        if against is None:
            able.append((seat, state))
            ahead.append(-owed * weight - seat.weight * now)
    by_load = strategy == "fewest_active"
    counted = [max(-unit, min(unit, leads)) for leads in ahead] if by_load else ahead
    told_unit, told = _no_finer_than_needed(unit, counted)
    claims = [
        Claim(
            state.open_leads if by_load else 0,
            mine >= 0,
            0 if mine >= 0 else _due(unit + mine, seat.weight * parts),
            minus_owed,
            -seat.weight,
            -seat.priority,
            state.last_turn,
            seat.id,
        )
        for (seat, state), mine, minus_owed in zip(able, ahead, told, strict=True)
    ]
    claims.sort()
    return Ranking(strategy, tuple(claims), told_unit)


def _in_whole_numbers(members: Sequence[Standing]) -> tuple[int, list[int]]:
    """What the members are owed, in parts of which so many are a lead."""
    owed = [state.owed.as_integer_ratio() for _, state, _ in members]
    parts = lcm(*[under for _, under in owed])
    return parts, [over * (parts // under) for over, under in owed]


def _due(missing: int, a_lead: int) -> int:
    """Within how many leads somebody is owed a whole one who misses this much of it now and gets
    so much of every lead to come."""
    return 1 if missing <= 0 else 1 + -(-missing // a_lead)


def _no_finer_than_needed(unit: int, balances: list[int]) -> tuple[int, list[int]]:
    """The same balances in the largest unit that divides them, and never beyond `FINEST`."""
    coarse = min(unit // gcd(unit, *balances), FINEST)
    if coarse == unit:
        return unit, balances
    return coarse, [one * coarse // unit for one in balances]
