"""Who got how many of many leads, beside the exact share of a weighted pool (R4)."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction

from routing.decide.decision import Decision
from routing.policy.model import Policy
from routing.policy.tables.pools import Pool, Strategy
from routing.values import Value


class OwnerShare(Value):
    """What one person got, over all pools; `share` is of all leads that found an owner."""

    owner: str
    name: str
    leads: int
    share: float


class MemberShare(Value):
    """`exact` is the share by weight of what the pool gave, written `7/2`; `off` is how many
    leads above it the person is. Both are only known where weights decide.
    """

    person: str
    leads: int
    weight: int
    exact: str | None = None
    off: float | None = None


class PoolShare(Value):
    pool: str
    name: str
    strategy: Strategy
    leads: int
    members: tuple[MemberShare, ...]


class Summary(Value):
    """`places` counts leads by place, `cases` by the kind of their case."""

    leads: int
    refused: int
    places: dict[str, int]
    cases: dict[str, int]
    owners: tuple[OwnerShare, ...]
    pools: tuple[PoolShare, ...]


class Tally:
    """Counts decisions as they are made."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._places: Counter[str] = Counter()
        self._cases: Counter[str] = Counter()
        self._owners: Counter[str] = Counter()
        self._pools: Counter[tuple[str, str]] = Counter()

    def count(self, decision: Decision) -> None:
        self._places[decision.place] += 1
        if decision.case:
            self._cases[decision.case] += 1
        if decision.owner:
            self._owners[decision.owner] += 1
            if decision.pool:
                self._pools[decision.pool, decision.owner] += 1

    def summary(self, refused: int = 0) -> Summary:
        """Everybody who got a lead, most first; every pool that gave one."""
        owned = self._owners.total()
        ranked = sorted(self._owners.items(), key=lambda pair: (-pair[1], pair[0]))
        used = {pool for pool, _ in self._pools}
        return Summary(
            leads=self._places.total(),
            refused=refused,
            places=dict(sorted(self._places.items())),
            cases=dict(sorted(self._cases.items())),
            owners=tuple(self._owner(who, count, owned) for who, count in ranked),
            pools=tuple(self._pool(pool) for pool in self._policy.pools if pool.id in used),
        )

    def _owner(self, who: str, count: int, owned: int) -> OwnerShare:
        name = self._policy.person(who).name
        return OwnerShare(owner=who, name=name, leads=count, share=round(count / owned, 4))

    def _pool(self, pool: Pool) -> PoolShare:
        got = {member.person: self._pools[pool.id, member.person] for member in pool.members}
        total, weights = sum(got.values()), sum(member.weight for member in pool.members)
        members = []
        for member in pool.members:
            share = MemberShare(
                person=member.person, leads=got[member.person], weight=member.weight
            )
            if pool.strategy == "weighted_round_robin":
                exact = Fraction(total * member.weight, weights)
                off = round(float(share.leads - exact), 4)
                share = share.model_copy(update={"exact": str(exact), "off": off})
            members.append(share)
        return PoolShare(
            pool=pool.id,
            name=pool.name,
            strategy=pool.strategy,
            leads=total,
            members=tuple(members),
        )
