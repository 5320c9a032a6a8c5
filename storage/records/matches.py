"""How leads are found that may be the same one, and what was said about each pair (I5)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Literal

from sqlalchemy import (
    BigInteger,
    Column,
    CompoundSelect,
    Connection,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    bindparam,
    delete,
    or_,
    select,
    union_all,
)

from routing.values import Instant, Value
from storage.database.base import metadata
from storage.database.types import Typed, UtcDateTime
from storage.database.upsert import insert_missing

match_keys = Table(
    "match_keys",
    metadata,
    Column("hash", BigInteger, primary_key=True, autoincrement=False),
    Column("lead_id", String(40), ForeignKey("leads.id"), primary_key=True),
    Index("ix_match_keys_lead_id", "lead_id"),
    sqlite_with_rowid=False,
)

verdicts = Table(
    "match_verdicts",
    metadata,
    # the pair, the smaller id first
    Column("left_id", String(40), primary_key=True),
    Column("right_id", String(40), primary_key=True),
    # unsure: a person is asked; apart: two leads, and nobody is asked again
    Column("verdict", String(20), nullable=False),
    # parts of a million; null where no comparison was made
    Column("probability", Integer),
    Column("reasons", Typed(tuple[str, ...]), nullable=False),
    Column("decided_by", String(80), nullable=False),
    Column("decided_at", UtcDateTime, nullable=False),
    Column("note", Text),
    Index("ix_match_verdicts_right_id", "right_id"),
)

Pair = tuple[str, str]
"""Two leads, the smaller id first."""


class Verdict(Value):
    """What was said about a pair. `probability` counts in parts of a million."""

    left_id: str
    right_id: str
    verdict: Literal["unsure", "apart"]
    probability: int | None
    reasons: tuple[str, ...]
    decided_by: str
    decided_at: Instant
    note: str | None = None

    def other_than(self, lead_id: str) -> str:
        """The other lead of the pair."""
        return self.right_id if self.left_id == lead_id else self.left_id


def pair_of(one: str, other: str) -> Pair:
    return (one, other) if one < other else (other, one)


class Matches:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def index(self, lead_id: str, hashes: Sequence[int]) -> None:
        """Let the lead be found by these keys, and by no others."""
        self._connection.execute(delete(match_keys).where(match_keys.c.lead_id == lead_id))
        rows = [{"hash": each, "lead_id": lead_id} for each in hashes]
        if rows:
            self._connection.execute(match_keys.insert(), rows)

    def candidates(self, hashes: Sequence[int], block: int) -> set[str]:
        """The leads that share a key; a key that more than `block` leads have counts for none."""
        if not hashes:
            return set()
        wanted = {f"key_{number}": each for number, each in enumerate(hashes)}
        found: dict[int, list[str]] = {}
        rows = self._connection.execute(_sharing(len(hashes), block + 1), wanted)
        for row in rows:
            found.setdefault(row.hash, []).append(row.lead_id)
        return {lead for leads in found.values() if len(leads) <= block for lead in leads}

    def say(self, verdict: Verdict) -> None:
        """Keep what was said; it takes the place of what was said before."""
        pair = {"left_id": verdict.left_id, "right_id": verdict.right_id}
        self.forget((verdict.left_id, verdict.right_id))
        insert_missing(self._connection, verdicts, dict(verdict) | pair)

    def forget(self, pair: Pair) -> None:
        self._connection.execute(
            delete(verdicts).where(verdicts.c.left_id == pair[0], verdicts.c.right_id == pair[1])
        )

    def verdict(self, pair: Pair) -> Verdict | None:
        query = select(verdicts).where(
            verdicts.c.left_id == pair[0], verdicts.c.right_id == pair[1]
        )
        row = self._connection.execute(query).one_or_none()
        return None if row is None else Verdict.model_construct(**row._mapping)

    def of_lead(self, lead_id: str) -> list[Verdict]:
        """Everything said about pairs with this lead, the likeliest first."""
        query = (
            select(verdicts)
            .where(or_(verdicts.c.left_id == lead_id, verdicts.c.right_id == lead_id))
            .order_by(verdicts.c.probability.desc(), verdicts.c.left_id, verdicts.c.right_id)
        )
        return [Verdict.model_construct(**row._mapping) for row in self._connection.execute(query)]

    def unsure(self, limit: int) -> list[Verdict]:
        """The pairs that nobody has decided, the likeliest first."""
        query = (
            select(verdicts)
            .where(verdicts.c.verdict == "unsure")
            .order_by(verdicts.c.probability.desc(), verdicts.c.left_id, verdicts.c.right_id)
            .limit(limit)
        )
        return [Verdict.model_construct(**row._mapping) for row in self._connection.execute(query)]

    def in_question(self, lead_ids: Iterable[str]) -> set[str]:
        """Those of these leads that are half of a pair nobody has decided."""
        ids = set(lead_ids)
        query = select(verdicts.c.left_id, verdicts.c.right_id).where(
            verdicts.c.verdict == "unsure",
            or_(verdicts.c.left_id.in_(ids), verdicts.c.right_id.in_(ids)),
        )
        return {one for pair in self._connection.execute(query) for one in pair} & ids

    def hand_over(self, absorbed: str, survivor: str) -> tuple[Verdict, ...]:
        """What was said about the absorbed lead is said about the survivor from now on; a person's
        "apart" stands above a question. Gives what had been said about either.
        """
        before = (*self.of_lead(survivor), *self.of_lead(absorbed))
        for said in self.of_lead(absorbed):
            self.forget((said.left_id, said.right_id))
            inherited = _about(said, absorbed, survivor)
            if inherited is not None and self._gives_way(inherited):
                self.say(inherited)
        return before

    def _gives_way(self, said: Verdict) -> bool:
        known = self.verdict((said.left_id, said.right_id))
        return known is None or (known.verdict, said.verdict) == ("unsure", "apart")

    def take_back(self, absorbed: str, survivor: str, before: Sequence[Verdict]) -> None:
        """What had been said `before` a merge is said again; what was said since stays."""
        inherited = {_about(said, absorbed, survivor) for said in before}
        for said in self.of_lead(survivor):
            if said in inherited:
                self.forget((said.left_id, said.right_id))
        for said in before:
            if self.verdict((said.left_id, said.right_id)) is None:
                self.say(said)


def _about(said: Verdict, absorbed: str, survivor: str) -> Verdict | None:
    """What is said about the absorbed lead, as said of the survivor; None between the two."""
    if absorbed not in (said.left_id, said.right_id):
        return None
    other = said.other_than(absorbed)
    left, right = pair_of(other, survivor)
    is_own = other == survivor
    return None if is_own else said.model_copy(update={"left_id": left, "right_id": right})


@cache
def _sharing(keys: int, limit: int) -> CompoundSelect[tuple[int, str]]:
    """The leads of this many keys, `limit` of each; built once, as building costs most."""
    parts = []
    for number in range(keys):
        one = (
            select(match_keys.c.hash, match_keys.c.lead_id)
            .where(match_keys.c.hash == bindparam(f"key_{number}", type_=BigInteger))
            .limit(limit)
            .subquery()
        )
        parts.append(select(one.c.hash, one.c.lead_id))
    return union_all(*parts)
