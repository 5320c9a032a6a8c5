"""Why one comes before another, in words: from the numbers that were compared."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import NamedTuple

from routing.decide.decision import Claim
from routing.policy.tables.pools import Strategy

ALIKE = "all else equal, alphabetical order decides"
PLAIN = 100
"""Fractions up to this denominator are written out."""


class Comparison(NamedTuple):
    """By what people of a pool are compared: the strategy, and how many parts make a lead."""

    strategy: Strategy
    unit: int

    def leading(self, one: Claim) -> str:
        """What counts first."""
        if self.strategy == "fewest_active":
            return open_leads(one, self.unit)
        return balance(one, self.unit) if one.is_ahead else turn(one, self.unit)

    def difference(self, one: Claim, other: Claim) -> tuple[str, str] | None:
        """Each in the first criterion in which they differ; None when in none."""
        for words, left, right in zip(CRITERIA, one, other, strict=False):
            if left != right:
                return words(one, self.unit), words(other, self.unit)
        return None

    def why_next(self, first: Claim, second: Claim, other: str) -> str:
        """`due now, like Ben Ito; then owed 3/4 of a lead against owed 1/2 of a lead`."""
        mine, theirs = self.leading(first), self.leading(second)
        if mine != theirs:
            return f"{mine}; {other} comes after, {theirs}"
        differ = self.difference(first, second)
        then = f"{differ[0]} against {differ[1]}" if differ else "alphabetical order"
        return f"{mine}, like {other}; then {then}"

    def why_after(self, one: Claim, first: Claim) -> str:
        """What people read of somebody who comes after the first."""
        if self.leading(one) != self.leading(first):
            by_share = one.is_ahead and self.strategy != "fewest_active"
            return share(one, self.unit) if by_share else self.leading(one)
        if one[:LAST_TURN] == first[:LAST_TURN]:
            return ALIKE if one.last_turn == first.last_turn else "had their last lead later"
        if one.is_ahead != first.is_ahead:
            return f"{share(one, self.unit)}, the first is {share(first, self.unit)}"
        if one.due == first.due and one.minus_owed != first.minus_owed:
            return self._nearer_their_share(one, first)
        differ = self.difference(one, first)
        return f"{differ[0]}, against {differ[1]}" if differ else ALIKE

    def _nearer_their_share(self, one: Claim, first: Claim) -> str:
        """`less far behind their share: 1/7 of a lead against 4/7 of a lead`."""
        if one.is_ahead and not first.minus_owed:
            return f"{share(one, self.unit)}, the first is {share(first, self.unit)}"
        how = "further ahead of" if one.is_ahead else "less far behind"
        mine, theirs = (amount(Fraction(abs(who.minus_owed), self.unit)) for who in (one, first))
        return f"{how} their share: {mine} against {theirs}"


LAST_TURN = Claim._fields.index("last_turn")


def share(one: Claim, unit: int) -> str:
    """`behind their share by 3/4 of a lead`, `level with their share`."""
    if one.minus_owed == 0:
        return "level with their share"
    leads = amount(Fraction(abs(one.minus_owed), unit))
    return f"{'ahead of' if one.minus_owed > 0 else 'behind'} their share by {leads}"


def open_leads(one: Claim, _: int) -> str:
    return "1 open lead" if one.open_leads == 1 else f"{one.open_leads} open leads"


def balance(one: Claim, unit: int) -> str:
    """`owed 3/4 of a lead`, `ahead by 1 1/2 leads`."""
    if one.minus_owed == 0:
        return "level"
    leads = amount(Fraction(abs(one.minus_owed), unit))
    return f"ahead by {leads}" if one.is_ahead else f"owed {leads}"


def amount(leads: Fraction) -> str:
    """A positive number of leads, written out where the fraction is plain."""
    whole, rest = divmod(leads, 1)
    if leads.denominator > PLAIN:
        return f"about {float(leads):.2f} leads"
    if not rest:
        return f"{whole} lead" if whole == 1 else f"{whole} leads"
    return f"{whole} {rest} leads" if whole else f"{rest} of a lead"


def turn(one: Claim, _: int) -> str:
    return "due now" if one.due < 2 else f"due within {one.due} leads"


def _weight(one: Claim, _: int) -> str:
    return f"weight {-one.minus_weight}"


def _priority(one: Claim, _: int) -> str:
    return f"priority {-one.minus_priority}"


def _last_turn(one: Claim, _: int) -> str:
    return f"last turn {one.last_turn}" if one.last_turn else "no turn yet"


CRITERIA: tuple[Callable[[Claim, int], str], ...] = (
    open_leads,
    balance,
    turn,
    balance,
    _weight,
    _priority,
    _last_turn,
)
"""Words for the fields of a claim, in their order, as far as one is a reason for people."""
