"""Mailboxes that are fetched: how far each was read, by whom now, and what hindered it (I1, I2)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Integer,
    String,
    Table,
    or_,
    select,
    update,
)

from routing.values import Instant, Value
from storage.database.base import metadata
from storage.database.types import UtcDateTime
from storage.database.upsert import insert_missing

mailboxes = Table(
    "mailboxes",
    metadata,
    Column("source", String(80), primary_key=True),
    # SHA-256 in hex of the server, the account and the folder; null before the first look
    Column("place", String(64)),
    # both are unsigned 32-bit numbers on the server
    Column("uid_validity", BigInteger),
    Column("last_uid", BigInteger),
    # what came before is no lead; null where the backlog was wanted
    Column("since", UtcDateTime),
    Column("checked_at", UtcDateTime),
    Column("next_at", UtcDateTime, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("error", String(80)),
    Column("claimed_by", String(80)),
    Column("claimed_until", UtcDateTime),
)


class Mailbox(Value):
    """One mailbox. Messages with a UID up to `last_uid` are on record.

    `checked_at` is when it was last read to the end of a run without a fault; `error` is a word
    for what hindered the last run, `failures` how many runs in a row were hindered.
    """

    source: str
    next_at: Instant
    place: str | None = None
    uid_validity: int | None = None
    last_uid: int | None = None
    since: Instant | None = None
    checked_at: Instant | None = None
    failures: int = 0
    error: str | None = None
    claimed_by: str | None = None
    claimed_until: Instant | None = None


class Mailboxes:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def claim(self, source: str, who: str, now: datetime, until: datetime) -> Mailbox | None:
        """The mailbox, to be read by `who` alone until then; None when it is not due or taken.

        Whoever holds it already may take it again: that is a process which was started anew.
        """
        insert_missing(self._connection, mailboxes, dict(Mailbox(source=source, next_at=now)))
        is_free = or_(
            mailboxes.c.claimed_until.is_(None),
            mailboxes.c.claimed_until <= now,
            mailboxes.c.claimed_by == who,
        )
        claim = (
            update(mailboxes)
            .where(mailboxes.c.source == source, mailboxes.c.next_at <= now, is_free)
            .values(claimed_by=who, claimed_until=until)
        )
        if self._connection.execute(claim).rowcount != 1:
            return None
        row = self._connection.execute(select(mailboxes).where(mailboxes.c.source == source)).one()
        return Mailbox.model_construct(**row._mapping)

    def save(self, mailbox: Mailbox, who: str) -> bool:
        """Store it as it is now; False, and nothing is stored, when `who` holds it no more."""
        saved = (
            update(mailboxes)
            .where(mailboxes.c.source == mailbox.source, mailboxes.c.claimed_by == who)
            .values(**dict(mailbox))
        )
        return self._connection.execute(saved).rowcount == 1

    def excuse(self, source: str) -> None:
        """Nobody reads it any more: what hindered it is no fault now. Its watermark stays."""
        excused = update(mailboxes).where(mailboxes.c.source == source)
        self._connection.execute(excused.values(failures=0, error=None))

    def listed(self) -> list[Mailbox]:
        """Every mailbox that was ever looked at."""
        rows = self._connection.execute(select(mailboxes).order_by(mailboxes.c.source))
        return [Mailbox.model_construct(**row._mapping) for row in rows]
