"""Leads that wait: in a named queue, or in a case until somebody can take them (R4, R8)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, exists, func, or_, select

from routing.lead import INCOMING, Lead, Place
from routing.policy.tables.exceptions import CaseKind
from storage.database.types import UtcDateTime
from storage.deadlines import DeadlineKind, deadlines
from storage.deciding.cases import IS_OPEN, cases
from storage.records.leads import lead_of, leads

SINCE = func.coalesce(leads.c.waits_since, leads.c.received_at, type_=UtcDateTime)
"""When a lead began to wait; leads stored by older versions do not say it themselves."""


class Crowd(NamedTuple):
    """How many leads wait in one place, and since when the first of them does."""

    number: int
    oldest: datetime


class Head(NamedTuple):
    """The lead that waits longest of those that wait for the same people in the same place."""

    lead_id: str
    waits_for: str
    place: Place
    queue: str | None

    @property
    def crowd(self) -> tuple[str, str, str | None]:
        """What tells its crowd from others."""
        return self.waits_for, self.place, self.queue


class WaitingLeads:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def heads(self, but: Iterable[str] = ()) -> list[Head]:
        """Of each crowd that waits for the same in the same place the lead that waits longest, the
        oldest first; `but` are ids passed over.
        """
        crowd = (leads.c.waits_for, leads.c.place, leads.c.queue)
        rank = func.row_number().over(
            partition_by=crowd, order_by=(leads.c.waits_since, leads.c.id)
        )
        ranked = (
            select(leads.c.id, *crowd, leads.c.waits_since, rank.label("rank"))
            .where(_waits_for_somebody(), leads.c.id.not_in(list(but)))
            .subquery()
        )
        query = (
            select(ranked.c.id, ranked.c.waits_for, ranked.c.place, ranked.c.queue)
            .where(ranked.c.rank == 1)
            .order_by(ranked.c.waits_since, ranked.c.waits_for, ranked.c.id)
        )
        return [Head(*row) for row in self._connection.execute(query)]

    def anybody(self) -> bool:
        """Whether a lead waits for somebody to have a free place."""
        query = select(leads.c.id).where(_waits_for_somebody()).limit(1)
        return self._connection.execute(query).one_or_none() is not None

    def in_queue(self, queue: str, limit: int) -> list[Lead]:
        """The leads of this queue, the one that waits longest first."""
        query = (
            select(leads)
            .where(leads.c.place == "queue", leads.c.queue == queue)
            .order_by(SINCE, leads.c.id)
            .limit(limit)
        )
        return [lead_of(row) for row in self._connection.execute(query)]

    def crowds(self) -> dict[str, Crowd]:
        """How many leads wait in each queue, those for their first decision among them."""
        query = (
            select(leads.c.queue, func.count(), func.min(SINCE, type_=UtcDateTime))
            .where(leads.c.place == "queue")
            .group_by(leads.c.queue)
        )
        return {queue: Crowd(n, since) for queue, n, since in self._connection.execute(query)}

    def count_told(self, queue: str, kind: DeadlineKind) -> int:
        """How many leads of this queue still wait whose clock of this kind ran out."""
        query = (
            select(func.count(func.distinct(leads.c.id)))
            .join(deadlines, deadlines.c.subject_id == leads.c.id)
            .where(
                leads.c.place == "queue",
                leads.c.queue == queue,
                deadlines.c.kind == kind,
                deadlines.c.state == "fired",
                deadlines.c.started_at == leads.c.waits_since,
            )
        )
        count: int = self._connection.execute(query).scalar_one()
        return count

    def count_told_cases(self, kinds: Iterable[CaseKind], kind: DeadlineKind) -> int:
        """How many cases of these kinds are open whose clock of this kind ran out."""
        query = (
            select(func.count(func.distinct(cases.c.id)))
            .join(deadlines, deadlines.c.subject_id == cases.c.id)
            .where(
                cases.c.state == "open",
                cases.c.kind.in_(list(kinds)),
                deadlines.c.kind == kind,
                deadlines.c.state == "fired",
            )
        )
        count: int = self._connection.execute(query).scalar_one()
        return count

    def queues_of(self, lead_ids: list[str]) -> dict[str, str]:
        """The queue each of these leads waits in; those elsewhere are left out."""
        query = select(leads.c.id, leads.c.queue).where(
            leads.c.id.in_(lead_ids), leads.c.place == "queue", leads.c.queue != INCOMING
        )
        return {lead_id: queue for lead_id, queue in self._connection.execute(query)}

    def outside(self, queues: Iterable[str], limit: int) -> list[str]:
        """Ids of leads in a queue that is none of these and not for the first decision."""
        known = [INCOMING, *queues]
        query = (
            select(leads.c.id)
            .where(leads.c.place == "queue", leads.c.queue.not_in(known))
            .order_by(leads.c.id)
            .limit(limit)
        )
        return list(self._connection.execute(query).scalars())


def _waits_for_somebody() -> ColumnElement[bool]:
    """A lead that is being routed again keeps what it waited for, but does not wait; one whose case
    asks people something else waits for their answer and for nobody's free place.
    """
    nobody = exists().where(
        cases.c.lead_id == leads.c.id, IS_OPEN, cases.c.kind == "nobody_eligible"
    )
    in_case = and_(leads.c.place == "case", nobody)
    in_queue = and_(leads.c.place == "queue", leads.c.queue != INCOMING)
    return and_(leads.c.waits_for.is_not(None), or_(in_case, in_queue))


__all__ = ["Crowd", "Head", "WaitingLeads"]
