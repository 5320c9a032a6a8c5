"""Merges with all that an undo needs: both leads as they were, and what moved (I6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Index,
    Integer,
    String,
    Table,
    delete,
    func,
    or_,
    select,
    update,
)

from routing.lead import Lead
from routing.matching.merge import Conflict
from routing.values import Instant, Value
from storage.database.base import MissingError, metadata
from storage.database.types import Typed, UtcDateTime
from storage.deadlines import deadlines
from storage.deciding.assignments import assignments, decisions
from storage.deciding.cases import cases
from storage.records.events import lead_events
from storage.records.matches import Verdict
from storage.taking_in.imported_leads import imported_leads
from storage.taking_in.receipts import receipts
from storage.telling.ai_calls import ai_calls
from storage.telling.outbox import outbox

merges = Table(
    "merges",
    metadata,
    Column("id", String(40), primary_key=True),
    # a survivor may be absorbed in turn; an absorbed lead is no row of `leads` while it is one
    Column("survivor_id", String(40), nullable=False),
    Column("absorbed_id", String(40), nullable=False),
    Column("merged_at", UtcDateTime, nullable=False),
    Column("merged_by", String(80), nullable=False),
    # grows with every merge, so that the order of two in one instant is known
    Column("number", Integer, nullable=False),
    Column("reasons", Typed(tuple[str, ...]), nullable=False),
    Column("before", Typed(Lead), nullable=False),
    Column("absorbed", Typed(Lead), nullable=False),
    Column("merged", Typed(Lead), nullable=False),
    Column("moved", Typed(dict[str, tuple[str, ...]]), nullable=False),
    Column("undone_at", UtcDateTime),
    Column("undone_by", String(80)),
    Column("conflicts", Typed(tuple[Conflict, ...]), nullable=False),
    Column("verdicts", Typed(tuple[Verdict, ...]), nullable=False),
    Index("ix_merges_number", "number"),
    Index("ix_merges_survivor_id", "survivor_id"),
    Index("ix_merges_absorbed_id", "absorbed_id"),
)

CHILDREN = (*(receipts, decisions, assignments, cases, deadlines, outbox, ai_calls, lead_events),)
"""What belongs to a lead and follows it into the survivor."""


class Merge(Value):
    """One lead absorbed by another.

    `before` and `absorbed` are the two before, `merged` is the survivor after. `moved` has the ids
    of what followed, by table; `verdicts` is what had been said about either.
    """

    id: str
    survivor_id: str
    absorbed_id: str
    merged_at: Instant
    merged_by: str
    number: int = 0
    reasons: tuple[str, ...]
    before: Lead
    absorbed: Lead
    merged: Lead
    moved: dict[str, tuple[str, ...]] = {}
    verdicts: tuple[Verdict, ...] = ()
    undone_at: Instant | None = None
    undone_by: str | None = None
    conflicts: tuple[Conflict, ...] = ()


class Merges:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, merge: Merge) -> None:
        """Store it as the newest; the caller holds the survivor locked."""
        newest = select(func.coalesce(func.max(merges.c.number), 0))
        number = self._connection.execute(newest).scalar_one() + 1
        values = {name: getattr(merge, name) for name in Merge.model_fields}
        self._connection.execute(merges.insert(), values | {"number": number})

    def get(self, merge_id: str) -> Merge:
        """MissingError when there is none."""
        row = self._connection.execute(select(merges).where(merges.c.id == merge_id)).one_or_none()
        if row is None:
            raise MissingError(merge_id)
        return Merge.model_construct(**row._mapping)

    def listed(self, limit: int, lead_id: str | None = None) -> list[Merge]:
        """Newest first; with a lead, those it took part in."""
        query = select(merges).order_by(merges.c.merged_at.desc(), merges.c.number.desc())
        if lead_id is not None:
            query = query.where(
                or_(merges.c.survivor_id == lead_id, merges.c.absorbed_id == lead_id)
            )
        rows = self._connection.execute(query.limit(limit))
        return [Merge.model_construct(**row._mapping) for row in rows]

    def standing_since(self, since: datetime) -> list[str]:
        """Ids of the merges from then on that were not undone, newest first."""
        query = (
            select(merges.c.id)
            .where(merges.c.merged_at >= since, merges.c.undone_at.is_(None))
            .order_by(merges.c.merged_at.desc(), merges.c.number.desc())
        )
        return list(self._connection.execute(query).scalars())

    def survivor_of(self, lead_id: str) -> str | None:
        """The lead that this one was absorbed into, through all merges that stand."""
        survivor = None
        while (into := self._into(survivor or lead_id)) is not None:
            survivor = into
        return survivor

    def _into(self, lead_id: str) -> str | None:
        query = select(merges.c.survivor_id).where(
            merges.c.absorbed_id == lead_id, merges.c.undone_at.is_(None)
        )
        found: str | None = self._connection.execute(query).scalar_one_or_none()
        return found

    def built_on(self, merge: Merge) -> str | None:
        """The newest merge that stands on this one's result and must be undone before it."""
        query = (
            select(merges.c.id)
            .where(
                merges.c.undone_at.is_(None),
                or_(
                    (merges.c.survivor_id == merge.survivor_id) & (merges.c.number > merge.number),
                    merges.c.absorbed_id == merge.survivor_id,
                ),
            )
            .order_by(merges.c.merged_at.desc(), merges.c.number.desc())
            .limit(1)
        )
        found: str | None = self._connection.execute(query).scalar_one_or_none()
        return found

    def undo(self, merge_id: str, by: str, conflicts: Sequence[Conflict], now: datetime) -> bool:
        """Mark it undone; False when somebody else was first."""
        result = self._connection.execute(
            update(merges)
            .where(merges.c.id == merge_id, merges.c.undone_at.is_(None))
            .values(undone_at=now, undone_by=by, conflicts=tuple(conflicts))
        )
        return result.rowcount == 1

    def move_children(self, absorbed: str, survivor: str) -> dict[str, tuple[str, ...]]:
        """Give all that belongs to one lead to the other; gives the ids by table."""
        moved = {table.name: self._ids_of(table, absorbed) for table in CHILDREN}
        moved = {name: ids for name, ids in moved.items() if ids}
        self.give(moved, survivor)
        imports = self._follow_imports(absorbed, survivor)
        return moved | ({imported_leads.name: imports} if imports else {})

    def give(self, children: Mapping[str, Sequence[str]], lead_id: str) -> None:
        """Give these rows, by table, to this lead; decisions count on behind those it has."""
        for table in CHILDREN:
            ids = children.get(table.name, ())
            if ids:
                news: dict[str, Any] = {"lead_id": lead_id}
                if table is decisions:
                    news["number"] = decisions.c.number + self._shift(ids, lead_id)
                self._connection.execute(update(table).where(table.c.id.in_(ids)).values(news))

    def _ids_of(self, table: Table, lead_id: str) -> tuple[str, ...]:
        query = select(table.c.id).where(table.c.lead_id == lead_id).order_by(table.c.id)
        return tuple(self._connection.execute(query).scalars())

    def _shift(self, ids: Sequence[str], lead_id: str) -> int:
        """What brings the first of these decisions right behind the last one of the lead."""
        last = select(func.coalesce(func.max(decisions.c.number), 0)).where(
            decisions.c.lead_id == lead_id
        )
        first = select(func.min(decisions.c.number)).where(decisions.c.id.in_(ids))
        found: int = self._connection.execute(last).scalar_one()
        return found + 1 - int(self._connection.execute(first).scalar_one())

    def _follow_imports(self, absorbed: str, survivor: str) -> tuple[str, ...]:
        """The survivor takes the absorbed lead's place in its imports, where it has none yet;
        gives these imports.
        """
        theirs = select(imported_leads.c.import_id).where(imported_leads.c.lead_id == survivor)
        own = imported_leads.c.lead_id == absorbed
        self._connection.execute(
            delete(imported_leads).where(own, imported_leads.c.import_id.in_(theirs))
        )
        left = select(imported_leads.c.import_id).where(own).order_by(imported_leads.c.import_id)
        imports = tuple(self._connection.execute(left).scalars())
        self._connection.execute(update(imported_leads).where(own).values(lead_id=survivor))
        return imports

    def give_imports(self, merge: Merge) -> None:
        """The absorbed lead stands again where it stood in its imports."""
        imports = merge.moved.get(imported_leads.name, ())
        if imports:
            self._connection.execute(
                update(imported_leads)
                .where(
                    imported_leads.c.lead_id == merge.survivor_id,
                    imported_leads.c.import_id.in_(imports),
                )
                .values(lead_id=merge.absorbed_id)
            )
