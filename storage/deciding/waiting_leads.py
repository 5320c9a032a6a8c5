"""Leads that wait: in a named queue, or in a case until somebody can take them (R4, R8)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    exists,
    func,
    literal,
    or_,
    select,
    tuple_,
)

from routing.lead import INCOMING, Lead, Place
from routing.policy.tables.exceptions import CaseKind
from storage.database.base import Page
from storage.database.types import UtcDateTime
from storage.deadlines import DeadlineKind, deadlines
from storage.deciding.assignments import assignments
from storage.deciding.cases import IS_OPEN, cases
from storage.records.leads import Came, lead_of, leads

SINCE = func.coalesce(leads.c.waits_since, leads.c.received_at, type_=UtcDateTime)
"""When a lead began to wait; leads stored by older versions do not say it themselves."""


class Crowd(NamedTuple):
    """How many leads wait in one place, and since when the first of them does."""

    number: int
    oldest: datetime


class Waiting(NamedTuple):
    """A lead that waits, whom and where for, and since when."""

    lead_id: str
    waits_for: str
    place: Place
    queue: str | None
    since: datetime
    received_at: datetime

    @property
    def crowd(self) -> tuple[str, str, str | None]:
        """What those that wait for the same people in the same place have in common."""
        return self.waits_for, self.place, self.queue

    @property
    def order(self) -> tuple[datetime, str, str]:
        """The lead that waits longest comes first."""
        return self.since, self.waits_for, self.lead_id


_WAITING = (
    leads.c.id,
    leads.c.waits_for,
    leads.c.place,
    leads.c.queue,
    SINCE.label("since"),
    leads.c.received_at,
)


class WaitingLeads:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def heads(self, before: datetime | None = None) -> list[Waiting]:
        """Of each crowd that waits for the same in the same place the lead that waits longest; of
        those received before this moment where one is named.
        """
        crowd = (leads.c.waits_for, leads.c.place, leads.c.queue)
        rank = func.row_number().over(partition_by=crowd, order_by=(SINCE, leads.c.id))
        among = _waits_for_somebody()
        if before is not None:
            among = and_(among, leads.c.received_at < before)
        ranked = select(*_WAITING, rank.label("rank")).where(among).subquery()
        columns = [column for column in ranked.c if column.name != "rank"]
        return self._found(select(*columns).where(ranked.c.rank == 1))

    def received_since(self, moment: datetime) -> list[Waiting]:
        """All that wait for somebody of those received from this moment on."""
        among = and_(_waits_for_somebody(), leads.c.received_at >= moment)
        return self._found(select(*_WAITING).where(among))

    def known_to_somebody(self, number: int) -> list[Waiting]:
        """Those whom somebody has owned, or of whose account somebody owns a lead, the so many
        that wait longest.
        """
        other = leads.alias()
        account = exists().where(other.c.account == leads.c.account, other.c.place == "owner")
        owned = exists().where(assignments.c.lead_id == leads.c.id)
        query = select(*_WAITING).where(_waits_for_somebody(), or_(owned, account))
        return self._found(query.order_by(SINCE, leads.c.id).limit(number))

    def behind(self, one: Waiting, size: int) -> list[Waiting]:
        """The next of its crowd, the one that waits longest first."""
        here = and_(
            leads.c.waits_for == one.waits_for,
            leads.c.place == one.place,
            leads.c.queue.is_not_distinct_from(one.queue),
        )
        later = tuple_(SINCE, leads.c.id) > tuple_(
            literal(one.since, UtcDateTime()), literal(one.lead_id)
        )
        query = select(*_WAITING).where(_waits_for_somebody(), here, later)
        return self._found(query.order_by(SINCE, leads.c.id).limit(size))

    def _found(self, query: Select[Any]) -> list[Waiting]:
        return [Waiting(*row) for row in self._connection.execute(query)]

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

    def outside(self, queues: Iterable[str], page: Page) -> list[Came]:
        """Leads in a queue that is none of these and not for the first decision."""
        known = [INCOMING, *queues]
        query = (
            select(leads.c.id, leads.c.received_at)
            .where(leads.c.id > page.after, leads.c.place == "queue", leads.c.queue.not_in(known))
            .order_by(leads.c.id)
            .limit(page.size)
        )
        return [(lead_id, at) for lead_id, at in self._connection.execute(query)]


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
