"""Imported leads: which leads are treated as their import says, and whom a digest told (I1)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Literal

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    delete,
    func,
    select,
    update,
)

from routing.lead import INCOMING
from routing.policy.tables.imports import ImportHandling
from routing.values import Value
from storage.database.base import metadata
from storage.database.types import UtcDateTime
from storage.database.upsert import insert_missing
from storage.records.leads import leads
from storage.taking_in.imports import imports

imported_leads = Table(
    "imported_leads",
    metadata,
    Column("import_id", String(40), ForeignKey("imports.id"), primary_key=True),
    Column("lead_id", String(40), ForeignKey("leads.id"), primary_key=True),
    # waiting to be handed to routing, handed over, or decided
    Column("state", String(20), nullable=False),
    Column("settled_at", UtcDateTime),
    # what its digest shows: an assignment or a case, to a Slack user or a channel
    Column("kind", String(40)),
    Column("subject_id", String(40)),
    Column("recipient", String(40)),
    Column("note", String(40)),
    Column("score", Integer),
    Column("carded", Boolean, nullable=False),
    Index("ix_imported_leads_lead_id", "lead_id"),
    Index("ix_imported_leads_state", "import_id", "state"),
    Index("ix_imported_leads_recipient", "import_id", "recipient"),
)

DigestKind = Literal["lead_card", "case_card"]


class ImportOrder(Value):
    """The import a lead is treated by, and how. `is_feeding`: its digests are yet to be told."""

    import_id: str
    handling: ImportHandling
    is_feeding: bool


class DigestEntry(Value):
    """One lead as a digest tells it; `subject_id` is its assignment or case, `note` the kind of
    case. Without a recipient nobody is told.
    """

    lead_id: str
    kind: DigestKind | None = None
    subject_id: str | None = None
    recipient: str | None = None
    note: str | None = None
    score: int | None = None
    carded: bool = False


class ImportedLeads:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def hold(self, import_id: str, lead_ids: Iterable[str]) -> None:
        """These leads are treated as the import says until they are decided."""
        for lead_id in lead_ids:
            row = {"import_id": import_id, "lead_id": lead_id, "state": "waiting", "carded": False}
            insert_missing(self._connection, imported_leads, row)

    def order_for(self, lead_id: str) -> ImportOrder | None:
        """How an undecided lead is to be treated; None for one that came in no import's name."""
        query = (
            select(imports.c.id, imports.c.handling, imports.c.feeding)
            .join(imported_leads, imported_leads.c.import_id == imports.c.id)
            .where(imported_leads.c.lead_id == lead_id, imported_leads.c.state != "settled")
            .order_by(imports.c.started_at.desc())
            .limit(1)
        )
        row = self._connection.execute(query).one_or_none()
        if row is None:
            return None
        return ImportOrder(import_id=row.id, handling=row.handling, is_feeding=row.feeding)

    def release(self, lead_id: str) -> None:
        """The lead came by itself: from now on it is treated like any other."""
        self._connection.execute(
            delete(imported_leads).where(
                imported_leads.c.lead_id == lead_id, imported_leads.c.state != "settled"
            )
        )

    def waiting(self, import_id: str, limit: int) -> list[str]:
        """Leads that are not handed to routing yet."""
        return self._in_state(import_id, "waiting", limit)

    def hand_over(self, import_id: str, lead_ids: Sequence[str]) -> None:
        """They are in routing's hands now."""
        self._connection.execute(
            update(imported_leads)
            .where(imported_leads.c.import_id == import_id, imported_leads.c.lead_id.in_(lead_ids))
            .values(state="queued")
        )

    def on_their_way(self, import_id: str) -> int:
        """How many leads routing has in its hands."""
        query = (
            select(func.count())
            .select_from(imported_leads.join(leads, leads.c.id == imported_leads.c.lead_id))
            .where(
                imported_leads.c.import_id == import_id,
                imported_leads.c.state == "queued",
                leads.c.place == "queue",
                leads.c.queue == INCOMING,
            )
        )
        return int(self._connection.execute(query).scalar_one())

    def _in_state(self, import_id: str, state: str, limit: int) -> list[str]:
        query = (
            select(imported_leads.c.lead_id)
            .where(imported_leads.c.import_id == import_id, imported_leads.c.state == state)
            .order_by(imported_leads.c.lead_id)
            .limit(limit)
        )
        return list(self._connection.execute(query).scalars())

    def settle(self, import_id: str, entry: DigestEntry, now: datetime) -> None:
        """The lead is decided; its digest will show this."""
        self._connection.execute(
            update(imported_leads)
            .where(
                imported_leads.c.import_id == import_id,
                imported_leads.c.lead_id == entry.lead_id,
            )
            .values(**dict(entry), state="settled", settled_at=now)
        )

    def recipients(self, import_id: str) -> list[str]:
        """Whom a digest of this import tells."""
        query = (
            select(imported_leads.c.recipient)
            .where(imported_leads.c.import_id == import_id, imported_leads.c.recipient.is_not(None))
            .distinct()
            .order_by(imported_leads.c.recipient)
        )
        return list(self._connection.execute(query).scalars())

    def counts(self, import_id: str, recipient: str) -> dict[str | None, int]:
        """How many leads this recipient's digest has, by note."""
        query = (
            select(imported_leads.c.note, func.count())
            .where(imported_leads.c.import_id == import_id, imported_leads.c.recipient == recipient)
            .group_by(imported_leads.c.note)
        )
        return {note: number for note, number in self._connection.execute(query)}

    def entries(
        self, import_id: str, recipient: str, limit: int, *, carded: bool | None = None
    ) -> list[DigestEntry]:
        """The recipient's leads, the highest score first; those with or without a card only."""
        query = select(*(imported_leads.c[name] for name in DigestEntry.model_fields)).where(
            imported_leads.c.import_id == import_id, imported_leads.c.recipient == recipient
        )
        if carded is not None:
            query = query.where(imported_leads.c.carded.is_(carded))
        best = func.coalesce(imported_leads.c.score, -1).desc()
        rows = self._connection.execute(query.order_by(best, imported_leads.c.lead_id).limit(limit))
        return [DigestEntry.model_construct(**row._mapping) for row in rows]

    def uncarded(self, import_id: str, recipient: str) -> int:
        """How many of the recipient's leads nobody has asked a card for."""
        query = (
            select(func.count())
            .select_from(imported_leads)
            .where(
                imported_leads.c.import_id == import_id,
                imported_leads.c.recipient == recipient,
                imported_leads.c.carded.is_(False),
            )
        )
        return int(self._connection.execute(query).scalar_one())

    def mark_carded(self, import_id: str, lead_ids: Sequence[str]) -> None:
        """Their cards were asked for."""
        self._connection.execute(
            update(imported_leads)
            .where(imported_leads.c.import_id == import_id, imported_leads.c.lead_id.in_(lead_ids))
            .values(carded=True)
        )
