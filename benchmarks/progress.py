"""What a database says of how far leads have come: the program's own marks of time."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import func, select

from routing.lead import INCOMING
from storage.database.engine import open_engine
from storage.deciding.assignments import assignments, decisions
from storage.records.leads import leads
from storage.taking_in.receipts import receipts
from storage.telling.outbox import outbox
from storage.unit_of_work import Database

POLL_SECONDS = 0.25


@dataclass(frozen=True)
class Owed:
    """How much is not done yet: leads without a place, owners without a card, cards not sent."""

    undecided: int
    untold: int
    unsent: int


@dataclass(frozen=True)
class Told:
    """One owner's card, in epoch seconds; `shown` is the workspace's own time of the message."""

    receipt: str
    person: str
    assigned: float
    queued: float
    shown: float | None
    sent: float | None


@contextmanager
def looking_at(url: str) -> Iterator[Database]:
    engine = open_engine(url)
    try:
        yield Database(engine)
    finally:
        engine.dispose()


def owed(database: Database) -> Owed:
    waiting = select(func.count()).where(leads.c.place == "queue", leads.c.queue == INCOMING)
    untold = select(func.count()).where(assignments.c.summary.is_(None))
    unsent = select(func.count()).where(outbox.c.state.in_(("queued", "sending")))
    with database.reading() as work:
        count = work.connection.execute
        return Owed(*(int(count(query).scalar_one()) for query in (waiting, untold, unsent)))


def wait_for_messages(database: Database, seconds: float) -> bool:
    """Whether everything owed was sent within these seconds."""
    end = time.monotonic() + seconds
    while owed(database) != Owed(0, 0, 0):
        if time.monotonic() > end:
            return False
        time.sleep(POLL_SECONDS)
    return True


def owners_told(database: Database) -> dict[str, Told]:
    """The card of every delivery whose lead has an owner, by receipt."""
    query = (
        select(
            receipts.c.id,
            assignments.c.person,
            assignments.c.assigned_at,
            outbox.c.created_at,
            outbox.c.ts,
            outbox.c.sent_at,
        )
        .join(assignments, assignments.c.lead_id == receipts.c.lead_id)
        .join(outbox, outbox.c.subject_id == assignments.c.id)
        .where(outbox.c.kind == "lead_card")
    )
    with database.reading() as work:
        rows = work.connection.execute(query).all()
    return {
        row.id: Told(
            receipt=row.id,
            person=row.person,
            assigned=row.assigned_at.timestamp(),
            queued=row.created_at.timestamp(),
            shown=float(row.ts) if row.ts else None,
            sent=row.sent_at.timestamp() if row.sent_at else None,
        )
        for row in rows
    }


def places(database: Database) -> dict[str, int]:
    with database.reading() as work:
        return {str(place): count for place, count in work.leads.place_counts().items()}


@dataclass(frozen=True)
class Span:
    """Epoch seconds: the first decision began, the last lead had its place, the last was sent."""

    began: float
    placed: float
    sent: float | None


def span(database: Database) -> Span:
    with database.reading() as work:
        first, last, sent = work.connection.execute(
            select(
                select(func.min(decisions.c.decided_at)).scalar_subquery(),
                select(func.max(decisions.c.decided_at)).scalar_subquery(),
                select(func.max(outbox.c.sent_at)).scalar_subquery(),
            )
        ).one()
    return Span(first.timestamp(), last.timestamp(), sent.timestamp() if sent else None)
