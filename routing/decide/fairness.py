"""The order in which eligible members are chosen: exact arithmetic, no chance (R4).

Weighted round robin uses the formula of Cal.com: shortfall(u) = (N + C) * w(u)/W - (count(u) +
calibration(u)), with N the leads, C the calibration and W the weight summed over the members
who are eligible now. Only over these is the sum of shortfalls zero, so that somebody who can
take the lead is always at or below their fair share of it: the weight of an absent member holds
back no lead. What they miss meanwhile is for calibration to give back, in part or not at all,
not for the formula to repay in one flood.

How far it strays, by trying every case: exact after every W leads, never more than one lead from
the exact share in between for up to six people with weights up to 4; for weights such as 1, 1, 9
up to 1.4 leads. Never more than one for any weights needs the quota rule (who is below the next
share, earliest due first), which is another order than the formula's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

from routing.decide.eligibility import Standing
from routing.policy.model import Strategy


@dataclass(frozen=True)
class Totals:
    """Sums over the eligible: what they had so far (with calibration), and their weights."""

    had: int
    weight: int
    common: int
    """The least common multiple of the weights, which keeps shares whole numbers."""


@dataclass(frozen=True)
class Criterion:
    """One reason to come earlier: the lower `value` wins; `words` say it of one person."""

    value: Callable[[Standing, Totals], int | str]
    words: Callable[[Standing, Totals], str]


@dataclass(frozen=True)
class Ranking:
    """The eligible, first choice first, and what put them in this order."""

    order: tuple[Standing, ...]
    keys: tuple[tuple[int | str, ...], ...]
    criteria: tuple[Criterion, ...]
    totals: Totals

    def words(self, rank: int) -> str:
        """The leading criterion of the person at this rank, from 0."""
        return self.criteria[0].words(self.order[rank], self.totals)

    def difference(self, first: int, second: int) -> str:
        """The first criterion in which the person at one rank differs from that at another."""
        pairs = zip(self.criteria, self.keys[first], self.keys[second], strict=True)
        for criterion, mine, theirs in pairs:
            if mine != theirs:
                one, other = (criterion.words(self.order[r], self.totals) for r in (first, second))
                return f"{one}, against {other}" if one else ALIKE
        return ALIKE


ALIKE = "all else equal, alphabetical order decides"


def shortfall(who: Standing, totals: Totals) -> Fraction:
    """How many leads a member is short of the exact share; over all eligible the sum is zero."""
    return Fraction(totals.had * who.member.weight, totals.weight) - _had(who)


def rank(strategy: Strategy, eligible: Sequence[Standing]) -> Ranking:
    """Order the eligible by the strategy's criteria."""
    totals, criteria = _totals(eligible), STRATEGIES[strategy]
    keyed = [(tuple(c.value(who, totals) for c in criteria), who) for who in eligible]
    keyed.sort(key=lambda pair: pair[0])
    order, keys = tuple(who for _, who in keyed), tuple(key for key, _ in keyed)
    return Ranking(order, keys, criteria, totals)


def _totals(eligible: Sequence[Standing]) -> Totals:
    weights = [who.member.weight for who in eligible]
    return Totals(sum(map(_had, eligible)), sum(weights), lcm(*weights))


def _had(who: Standing) -> int:
    return who.state.assigned + who.state.calibration


def _leads(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def _shortfall_words(who: Standing, totals: Totals) -> str:
    short = shortfall(who, totals)
    if short == 0:
        return "exactly at the fair share"
    return f"{abs(short)} {'below' if short > 0 else 'above'} the fair share"


FEWEST_OPEN = Criterion(
    lambda who, _: who.state.open_leads,
    lambda who, _: _leads(who.state.open_leads, "open lead"),
)
LOWEST_SHARE = Criterion(
    lambda who, totals: _had(who) * totals.common // who.member.weight,
    lambda who, _: f"{_leads(_had(who), 'lead')} so far at weight {who.member.weight}",
)
LARGEST_SHORTFALL = Criterion(
    lambda who, totals: _had(who) * totals.weight - totals.had * who.member.weight,
    _shortfall_words,
)
"""The shortfall times W, negated: whole numbers order as the exact fractions do."""
TIES = (
    Criterion(lambda who, _: -who.member.weight, lambda who, _: f"weight {who.member.weight}"),
    Criterion(lambda who, _: -who.member.priority, lambda w, _: f"priority {w.member.priority}"),
    Criterion(
        lambda who, _: who.state.last_turn,
        lambda who, _: f"last turn {who.state.last_turn}" if who.state.last_turn else "no turn yet",
    ),
    Criterion(lambda who, _: who.member.person, lambda *_: ""),
)
"""Higher weight, higher priority, least recent turn, then id."""

STRATEGIES: dict[Strategy, tuple[Criterion, ...]] = {
    "fewest_active": (FEWEST_OPEN, LOWEST_SHARE, *TIES),
    "weighted_round_robin": (LARGEST_SHORTFALL, *TIES),
}
