"""Who has been set away, and who set it; planned absences stand in policy (R4)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Column, Connection, Index, String, Table, Text, or_, select, text, update

from routing.availability import Away
from routing.values import Instant
from storage.database.base import metadata
from storage.database.types import UtcDateTime

absences = Table(
    "absences",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("person", String(80), nullable=False),
    Column("starts", UtcDateTime, nullable=False),
    # none: until somebody takes it back
    Column("until", UtcDateTime),
    Column("reason", Text, nullable=False),
    Column("set_by", String(80), nullable=False),
    Column("set_at", UtcDateTime, nullable=False),
    # taken back, or replaced by another
    Column("ended_at", UtcDateTime),
    Column("ended_by", String(80)),
    # The database itself refuses a second absence beside one that holds.
    Index(
        "uq_absences_one_open",
        "person",
        unique=True,
        sqlite_where=text("ended_at IS NULL"),
        postgresql_where=text("ended_at IS NULL"),
    ),
)


class EnteredAbsence(Away):
    """An absence somebody has set. Instants are UTC; `ended_at` is when it was taken back."""

    id: str
    set_by: str
    set_at: Instant
    ended_at: Instant | None = None
    ended_by: str | None = None


class Availability:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, absence: EnteredAbsence) -> None:
        """Store it. IntegrityError when the person has one that was not taken back."""
        self._connection.execute(absences.insert(), dict(absence))

    def standing(self, person: str) -> EnteredAbsence | None:
        """The person's absence that nobody took back, whether it is over or not; held."""
        query = (
            select(absences)
            .where(absences.c.person == person, absences.c.ended_at.is_(None))
            .with_for_update()
        )
        row = self._connection.execute(query).one_or_none()
        return None if row is None else EnteredAbsence.model_construct(**row._mapping)

    def end(self, absence_id: str, by: str, now: datetime) -> bool:
        """Take it back; False when somebody else did."""
        result = self._connection.execute(
            update(absences)
            .where(absences.c.id == absence_id, absences.c.ended_at.is_(None))
            .values(ended_at=now, ended_by=by)
        )
        return result.rowcount == 1

    def away_at(self, now: datetime, people: Iterable[str] | None = None) -> list[Away]:
        """Absences in force at this instant, of these people or of everybody."""
        query = select(
            absences.c.person, absences.c.starts, absences.c.until, absences.c.reason
        ).where(
            absences.c.ended_at.is_(None),
            absences.c.starts <= now,
            or_(absences.c.until.is_(None), absences.c.until > now),
        )
        if people is not None:
            query = query.where(absences.c.person.in_(list(people)))
        query = query.order_by(absences.c.person)
        return [Away.model_construct(**row._mapping) for row in self._connection.execute(query)]
