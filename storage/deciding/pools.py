"""What each pool owes its members; a pool's row is the lock of its decisions (R4)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from fractions import Fraction
from typing import NamedTuple

from sqlalchemy import (
    Column,
    Connection,
    Integer,
    String,
    Table,
    Text,
    Update,
    bindparam,
    select,
    update,
)

from storage.database.base import metadata
from storage.database.upsert import insert_missing

pools = Table(
    "pools",
    metadata,
    Column("id", String(80), primary_key=True),
    Column("turn", Integer, nullable=False),
)

pool_members = Table(
    "pool_members",
    metadata,
    Column("pool", String(80), primary_key=True),
    Column("person", String(80), primary_key=True),
    Column("assigned", Integer, nullable=False),
    # an exact number of leads, `3/7` or `-2`
    Column("owed", Text, nullable=False),
    Column("last_turn", Integer, nullable=False),
)


class Balance(NamedTuple):
    """A member's leads from the pool, what it owes them, and the turn they joined or last got."""

    assigned: int
    owed: Fraction
    last_turn: int


_SET_OWED = (
    update(pool_members)
    .where(pool_members.c.pool == bindparam("of_pool"), pool_members.c.person == bindparam("who"))
    .values(owed=bindparam("now_owed"))
)


class Pools:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def lock(self, pool_ids: Collection[str]) -> dict[str, int]:
        """Hold these pools until the transaction ends; gives each one's turn so far.

        Always in the order of their ids, so that two decisions never wait for each other.
        """
        turns = self._held(pool_ids)
        missing = sorted(set(pool_ids) - turns.keys())
        for pool_id in missing:
            insert_missing(self._connection, pools, {"id": pool_id, "turn": 0})
        return turns | self._held(missing) if missing else turns

    def _held(self, pool_ids: Collection[str]) -> dict[str, int]:
        query = select(pools).where(pools.c.id.in_(sorted(pool_ids))).order_by(pools.c.id)
        rows = self._connection.execute(query.with_for_update())
        return {row.id: row.turn for row in rows}

    def balances(self, pool_id: str) -> dict[str, Balance]:
        """By person, of everybody who ever was a member."""
        query = select(pool_members).where(pool_members.c.pool == pool_id)
        return {
            row.person: Balance(row.assigned, Fraction(row.owed), row.last_turn)
            for row in self._connection.execute(query)
        }

    def join(self, pool_id: str, people: Collection[str]) -> int:
        """Let these people start level, as if they had had the pool's next turn; gives that turn.
        The caller holds the pool and knows that none of them was a member before.
        """
        turn = self._next_turn(pool_id)
        row = {"pool": pool_id, "assigned": 0, "owed": "0", "last_turn": turn}
        self._connection.execute(pool_members.insert(), [row | {"person": one} for one in people])
        return turn

    def give(self, pool_id: str, person: str, owed: Mapping[str, Fraction]) -> None:
        """One more lead for this member, and what the pool owes people from now on; the caller
        holds the pool.
        """
        self._set_owed(pool_id, owed)
        self._connection.execute(
            _member(pool_id, person).values(
                assigned=pool_members.c.assigned + 1, last_turn=self._next_turn(pool_id)
            )
        )

    def take(self, pool_id: str, person: str, owed: Fraction) -> None:
        """One lead less for this member, who is owed so much now; the caller holds the pool."""
        self._set_owed(pool_id, {person: owed})
        self._connection.execute(
            _member(pool_id, person).values(assigned=pool_members.c.assigned - 1)
        )

    def give_back(self, pool_id: str, person: str, owed: Fraction) -> None:
        """The lead that `take` took is theirs again: as if it had never gone, so it is no new turn;
        the caller holds the pool.
        """
        self._set_owed(pool_id, {person: owed})
        self._connection.execute(
            _member(pool_id, person).values(assigned=pool_members.c.assigned + 1)
        )

    def _set_owed(self, pool_id: str, owed: Mapping[str, Fraction]) -> None:
        rows = [
            {"of_pool": pool_id, "who": person, "now_owed": str(leads)}
            for person, leads in owed.items()
        ]
        if rows:
            self._connection.execute(_SET_OWED, rows)

    def _next_turn(self, pool_id: str) -> int:
        query = (
            update(pools)
            .where(pools.c.id == pool_id)
            .values(turn=pools.c.turn + 1)
            .returning(pools.c.turn)
        )
        turn: int = self._connection.execute(query).scalar_one()
        return turn


def _member(pool_id: str, person: str) -> Update:
    return update(pool_members).where(
        pool_members.c.pool == pool_id, pool_members.c.person == person
    )
