"""What a change of the policy does to leads: who gains, who loses, what falls to exceptions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from routing.decide.decision import Decision
from routing.policy.model import Policy
from routing.values import Value

EXAMPLES = 10


class Shift(Value):
    """Leads that somebody or something gains and loses."""

    name: str
    gained: int
    lost: int

    @property
    def net(self) -> int:
        return self.gained - self.lost


class Impact(Value):
    """`moved` of `leads` end in another place, `hands` of them within the same pool; `to_cases`
    become exceptions, `from_cases` no longer are. Owners and pools are ids, most concerned first.
    """

    leads: int
    moved: int
    hands: int = 0
    owners: tuple[Shift, ...] = ()
    pools: tuple[Shift, ...] = ()
    to_cases: int = 0
    from_cases: int = 0
    examples: tuple[str, ...] = ()
    """Ids of the first leads that move."""

    def is_above(self, percent: int) -> bool:
        """Whether more than this share of the leads moves."""
        return self.moved * 100 > percent * self.leads


@dataclass
class ImpactCount:
    """Counts pairs of decisions about the same leads."""

    leads: int = 0
    moved: int = 0
    hands: int = 0
    cases: Counter[int] = field(default_factory=Counter)
    gained: dict[str, Counter[str]] = field(
        default_factory=lambda: {"owners": Counter(), "pools": Counter()}
    )
    lost: dict[str, Counter[str]] = field(
        default_factory=lambda: {"owners": Counter(), "pools": Counter()}
    )
    examples: list[str] = field(default_factory=list)

    def add(self, lead_id: str, before: Decision, after: Decision) -> None:
        self.leads += 1
        if destination(before) == destination(after):
            return
        self.moved += 1
        self.hands += before.pool is not None and before.pool == after.pool
        self.cases[(after.place == "case") - (before.place == "case")] += 1
        for kind, was, now in (
            ("owners", before.owner, after.owner),
            ("pools", _shelf(before), _shelf(after)),
        ):
            if was != now:
                self.lost[kind].update([was] if was else [])
                self.gained[kind].update([now] if now else [])
        if len(self.examples) < EXAMPLES:
            self.examples.append(lead_id)

    def result(self) -> Impact:
        return Impact(
            leads=self.leads,
            moved=self.moved,
            hands=self.hands,
            owners=_shifts(self.gained["owners"], self.lost["owners"]),
            pools=_shifts(self.gained["pools"], self.lost["pools"]),
            to_cases=self.cases[1],
            from_cases=self.cases[-1],
            examples=tuple(self.examples),
        )


def destination(decision: Decision) -> tuple[str | None, ...]:
    """Where a lead ends: what makes two decisions the same for everybody concerned."""
    return decision.place, decision.owner, decision.queue, decision.case


def _shelf(decision: Decision) -> str | None:
    """The pool, or the queue, or nurture: whose work a lead is before it is a person's."""
    if decision.place == "queue":
        return f"queue {decision.queue}"
    return decision.pool if decision.place == "owner" else decision.place


def _shifts(gained: Mapping[str, int], lost: Mapping[str, int]) -> tuple[Shift, ...]:
    found = [
        Shift(name=name, gained=gained.get(name, 0), lost=lost.get(name, 0))
        for name in gained.keys() | lost.keys()
    ]
    return tuple(sorted(found, key=lambda s: (-abs(s.net), -s.gained, s.name)))


def in_words(impact: Impact, policy: Policy, owners: int = 8) -> list[str]:
    """`14 of 200 past leads would move (7 %).`, then the shifts that are largest."""
    if not impact.leads:
        return ["There are no past leads to replay: nobody knows yet whom the change moves."]
    share = f"{impact.moved * 100 / impact.leads:.1f}".removesuffix(".0")
    lines = [f"{impact.moved:,} of {impact.leads:,} past leads would move ({share} %)."]
    if impact.hands:
        lines.append(_hands(impact))
    lines += _shift_line([(policy.person(s.name).name, s) for s in impact.owners], owners)
    lines += _shift_line([(_pool_name(policy, s.name), s) for s in impact.pools], owners)
    if impact.to_cases:
        lines.append(f"{impact.to_cases:,} more would fall to exceptions.")
    if impact.from_cases:
        lines.append(f"{impact.from_cases:,} would no longer be exceptions.")
    return lines


def _hands(impact: Impact) -> str:
    """Those who stay in their pool are counted among those who move, and named beside them."""
    if impact.hands == impact.moved == 1:
        return "It only changes hands within its pool."
    if impact.hands == impact.moved:
        return "All of them only change hands within their pool."
    if impact.hands == 1:
        return "1 of those only changes hands within its pool."
    return f"{impact.hands:,} of those only change hands within their pool."


def _pool_name(policy: Policy, pool: str) -> str:
    found = policy.pool_by_id.get(pool)
    return found.name if found else pool


def _shift_line(shifts: list[tuple[str, Shift]], most: int) -> list[str]:
    if not shifts:
        return []
    words = [f"{name} {shift.net:+,}" for name, shift in shifts[:most]]
    more = len(shifts) - most
    return [", ".join(words) + (f" and {more} more" if more > 0 else "") + "."]
