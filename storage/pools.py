"""The running counts fairness is decided by; a pool's row is the lock of its decisions (R4)."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Column, Connection, Integer, String, Table, select, update

from storage.base import metadata
from storage.upsert import insert_missing

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
    Column("calibration", Integer, nullable=False),
    Column("last_turn", Integer, nullable=False),
)


class Pools:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def lock(self, pool_ids: Sequence[str]) -> dict[str, int]:
        """Hold these pools until the transaction ends; gives each one's turn so far.

        Always in the order of their ids, so that two decisions never wait for each other.
        """
        turns: dict[str, int] = {}
        for pool_id in sorted(pool_ids):
            insert_missing(self._connection, pools, {"id": pool_id, "turn": 0})
            query = select(pools.c.turn).where(pools.c.id == pool_id).with_for_update()
            turns[pool_id] = self._connection.execute(query).scalar_one()
        return turns

    def counts(self, pool_id: str) -> dict[str, tuple[int, int, int]]:
        """Assigned, calibration and last turn by person; absent means never counted."""
        query = select(pool_members).where(pool_members.c.pool == pool_id)
        return {
            row.person: (row.assigned, row.calibration, row.last_turn)
            for row in self._connection.execute(query)
        }

    def count_assignment(self, pool_id: str, person: str) -> None:
        """One more lead for this member; the caller holds the pool locked."""
        self._connection.execute(
            update(pools).where(pools.c.id == pool_id).values(turn=pools.c.turn + 1)
        )
        start = {"pool": pool_id, "person": person, "assigned": 0, "calibration": 0, "last_turn": 0}
        insert_missing(self._connection, pool_members, start)
        turn = select(pools.c.turn).where(pools.c.id == pool_id).scalar_subquery()
        self._connection.execute(
            update(pool_members)
            .where(pool_members.c.pool == pool_id, pool_members.c.person == person)
            .values(assigned=pool_members.c.assigned + 1, last_turn=turn)
        )
