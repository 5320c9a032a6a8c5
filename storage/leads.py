"""Leads as they stand now, and the keys under which a returning lead is recognised."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    ForeignKey,
    Index,
    Integer,
    Row,
    String,
    Table,
    Text,
    bindparam,
    func,
    or_,
    select,
    update,
)

from routing.lead import Lead, Place, Score
from storage.base import MissingError, metadata
from storage.types import Typed, UtcDateTime
from storage.upsert import insert_missing

leads = Table(
    "leads",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("source", String(80), nullable=False),
    Column("source_id", String(300)),
    Column("received_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    # where it is
    Column("place", String(20), nullable=False),
    Column("queue", String(80)),
    Column("owner", String(80)),
    Column("stage", String(80), nullable=False),
    Column("stage_since", UtcDateTime, nullable=False),
    # who it is
    Column("email", String(320)),
    Column("email_domain", String(260)),
    Column("mailbox_class", String(20)),
    Column("role_mailbox", Boolean, nullable=False),
    Column("phone", String(40)),
    Column("phone_ext", String(20)),
    Column("country", String(2)),
    Column("region", String(12)),
    Column("city", Text),
    Column("company", Text),
    Column("company_key", Text),
    Column("domain", String(260)),
    Column("given_name", Text),
    Column("family_name", Text),
    Column("full_name", Text),
    Column("title", Text),
    Column("title_tier", String(20)),
    Column("industry", String(80)),
    Column("company_size", Integer),
    Column("message", Text),
    Column("flags", Typed(tuple[str, ...]), nullable=False),
    # field name -> where its value comes from, for fields that the lead's sender did not give
    Column("provenance", Typed(dict[str, str]), nullable=False),
    Column("score", Typed(Score)),
    Column("band", String(10)),
    Column("segment", String(80)),
    Column("territory", String(80)),
    Index("ix_leads_owner_stage", "owner", "stage"),
    Index("ix_leads_place", "place", "queue"),
    Index("ix_leads_received_at", "received_at"),
    Index("ix_leads_domain", "domain"),
)

lead_keys = Table(
    "lead_keys",
    metadata,
    Column("kind", String(20), primary_key=True),
    Column("value", String(400), primary_key=True),
    Column(
        "lead_id",
        String(40),
        ForeignKey("leads.id", deferrable=True, initially="DEFERRED"),
        nullable=False,
    ),
    Index("ix_lead_keys_lead_id", "lead_id"),
)

Key = tuple[str, str]
"""A kind and a value under which exactly one lead is known: `("email", "jane@acme.com")`."""


class Leads:
    """The leads of one unit of work."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, lead: Lead, now: datetime) -> None:
        """Store a new lead."""
        self._connection.execute(leads.insert(), _columns(lead) | {"updated_at": now})

    def claim(self, keys: Sequence[Key], fresh_id: str) -> str:
        """The id of the lead these keys belong to: an existing one, or `fresh_id` from now on.

        Two transactions that claim one key at the same time are serialised by the database: the
        second waits for the first and then sees its lead. The first known key decides; keys that
        were unknown are recorded for that lead. Claim before the lead is added: the reference is
        checked at commit.
        """
        lead_id = self._known(keys, fresh_id) or fresh_id
        rows = [{"kind": kind, "value": value, "lead_id": lead_id} for kind, value in keys]
        inserted = [insert_missing(self._connection, lead_keys, row) for row in rows]
        winner = None if lead_id != fresh_id or all(inserted) else self._known(keys, lead_id)
        if winner is None:
            return lead_id
        self._connection.execute(
            update(lead_keys).where(lead_keys.c.lead_id == fresh_id).values(lead_id=winner)
        )
        return winner

    def _known(self, keys: Sequence[Key], other_than: str) -> str | None:
        """The lead of the first key that belongs to another lead than this one."""
        for kind, value in keys:
            query = select(lead_keys.c.lead_id).where(
                lead_keys.c.kind == kind,
                lead_keys.c.value == value,
                lead_keys.c.lead_id != other_than,
            )
            found = self._connection.execute(query).scalar_one_or_none()
            if found is not None:
                return str(found)
        return None

    def get(self, lead_id: str) -> Lead | None:
        row = self._connection.execute(select(leads).where(leads.c.id == lead_id)).one_or_none()
        return None if row is None else _lead(row)

    def lock(self, lead_id: str) -> Lead:
        """The lead, held by this transaction until it ends. MissingError when there is none."""
        query = select(leads).where(leads.c.id == lead_id).with_for_update()
        row = self._connection.execute(query).one_or_none()
        if row is None:
            raise MissingError(lead_id)
        return _lead(row)

    def save(self, lead: Lead, now: datetime) -> None:
        """Store the lead as it is now; the caller holds it locked."""
        self._connection.execute(_SAVE, _columns(lead) | {"updated_at": now, "lead_id": lead.id})

    def open_counts(self, people: Iterable[str], stages: Iterable[str]) -> dict[str, int]:
        """How many leads each of these people owns in one of these stages; absent means none."""
        query = (
            select(leads.c.owner, func.count())
            .where(
                leads.c.owner.in_(list(people)),
                leads.c.place == "owner",
                leads.c.stage.in_(list(stages)),
            )
            .group_by(leads.c.owner)
        )
        return {owner: count for owner, count in self._connection.execute(query)}

    def owned_by(self, person: str, stages: Iterable[str]) -> list[Lead]:
        """The leads this person owns in one of these stages, oldest first."""
        query = (
            select(leads)
            .where(
                leads.c.owner == person,
                leads.c.place == "owner",
                leads.c.stage.in_(list(stages)),
            )
            .order_by(leads.c.received_at, leads.c.id)
        )
        return [_lead(row) for row in self._connection.execute(query)]

    def find(self, words: str, limit: int) -> list[Lead]:
        """Leads whose e-mail, name or company contain the words or whose id starts with them;
        newest first.
        """
        query = select(leads).order_by(leads.c.received_at.desc(), leads.c.id).limit(limit)
        if words:
            columns = (leads.c.email, leads.c.full_name, leads.c.company)
            matches = [column.icontains(words, autoescape=True) for column in columns]
            query = query.where(or_(leads.c.id.startswith(words, autoescape=True), *matches))
        return [_lead(row) for row in self._connection.execute(query)]

    def place_counts(self) -> dict[Place, int]:
        query = select(leads.c.place, func.count()).group_by(leads.c.place)
        return {place: count for place, count in self._connection.execute(query)}

    def waiting_since(self, queue: str, before: datetime) -> list[str]:
        """Ids of leads in this queue whose last change is older than `before`; oldest first."""
        query = (
            select(leads.c.id)
            .where(leads.c.place == "queue", leads.c.queue == queue, leads.c.updated_at < before)
            .order_by(leads.c.updated_at)
            .limit(1000)
        )
        return list(self._connection.execute(query).scalars())


_FIELDS = tuple(column.name for column in leads.columns if column.name != "updated_at")


# Built once: SQLAlchemy takes ten times as long to build this update as to run it.
_SAVE = (
    update(leads)
    .where(leads.c.id == bindparam("lead_id"))
    .values({name: bindparam(name) for name in (*_FIELDS, "updated_at") if name != "id"})
)


def _columns(lead: Lead) -> dict[str, Any]:
    return {name: getattr(lead, name) for name in _FIELDS}


def _lead(row: Row[Any]) -> Lead:
    return Lead.model_construct(**{name: getattr(row, name) for name in _FIELDS})
