"""Kill switches: one row a workflow, read before every piece of its work (G3)."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, get_args

from sqlalchemy import Boolean, Column, Connection, String, Table, Text, select, update

from routing.values import Instant, Value
from storage.database.base import metadata
from storage.database.types import UtcDateTime
from storage.database.upsert import insert_missing

switches = Table(
    "switches",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("is_on", Boolean, nullable=False),
    Column("changed_at", UtcDateTime),
    Column("changed_by", String(80)),
    Column("reason", Text),
)

SwitchName = Literal["intake", "imports", "routing", "enrichment", "ai", "notifications", "sla"]
SWITCHES: tuple[SwitchName, ...] = get_args(SwitchName)


class Switch(Value):
    """One workflow's switch; a workflow without a row is on."""

    name: SwitchName
    is_on: bool = True
    changed_at: Instant | None = None
    changed_by: str | None = None
    reason: str | None = None


class Switches:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def is_on(self, name: SwitchName) -> bool:
        query = select(switches.c.is_on).where(switches.c.name == name)
        return self._connection.execute(query).scalar_one_or_none() is not False

    def listed(self) -> list[Switch]:
        """Every switch there is, in the fixed order of `SWITCHES`."""
        rows = {row.name: row for row in self._connection.execute(select(switches))}
        return [
            Switch.model_construct(**rows[name]._mapping) if name in rows else Switch(name=name)
            for name in SWITCHES
        ]

    def set(self, name: SwitchName, is_on: bool, *, by: str, reason: str, now: datetime) -> bool:
        """Turn it; False when it already stood that way."""
        insert_missing(self._connection, switches, {"name": name, "is_on": True})
        result = self._connection.execute(
            update(switches)
            .where(switches.c.name == name, switches.c.is_on.is_not(is_on))
            .values(is_on=is_on, changed_by=by, reason=reason, changed_at=now)
        )
        return result.rowcount == 1
