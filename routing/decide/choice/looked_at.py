"""Everybody of a pool looked at: who comes first and why, and who cannot take the lead."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

from routing.decide.choice.eligibility import Standing
from routing.decide.choice.fairness import Ranking, rank
from routing.decide.choice.reasons import Comparison
from routing.decide.choice.rosters import Roster
from routing.decide.decision import Refusal, Suggestion
from routing.policy.tables.pools import Strategy


class LookedAt(NamedTuple):
    """The people looked at: the eligible in the order of choice, and the others."""

    ranking: Ranking
    refusals: tuple[Refusal, ...] = ()

    @property
    def able(self) -> int:
        """How many can take the lead."""
        return len(self.ranking.claims)

    @property
    def everybody(self) -> int:
        return self.able + len(self.refusals)


NOBODY = LookedAt(Ranking("fewest_active"))


def look_at(strategy: Strategy, members: Sequence[Standing]) -> LookedAt:
    refused = [Refusal(seat.id, against) for seat, _, against in members if against is not None]
    return LookedAt(rank(strategy, members), tuple(refused))


def why_first(roster: Roster, people: LookedAt) -> str:
    """`Anna Weber is next in EMEA SDRs: due now; Ben Ito comes after, due within 3 leads.`"""
    strategy, claims, unit = people.ranking
    name = roster.names[claims[0].person]
    if len(claims) == 1:
        return f"{name} is the only one in {roster.pool.name} who can take a lead now."
    first, second = claims[:2]
    why = Comparison(strategy, unit).why_next(first, second, roster.names[second.person])
    return f"{name} is next in {roster.pool.name}: {why}."


def nearest(members: Sequence[Standing], but: Collection[str]) -> Suggestion | None:
    """The active member with the fewest open leads, whatever caps and absence say, but nobody of
    these.
    """
    anybody = [
        who._replace(against=who.against if who.seat.id in but else who.seat.barred)
        for who in members
    ]
    claims = rank("fewest_active", anybody).claims
    if not claims:
        return None
    who = next(one for one in members if one.seat.id == claims[0].person)
    count = who.state.open_leads
    reason = f"fewest open leads ({count}) when caps and absence are set aside; {who.against}"
    return Suggestion(person=who.seat.id, reason=reason)
