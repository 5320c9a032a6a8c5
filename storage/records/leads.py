"""Leads as they stand now, and the keys under which a returning lead is recognised."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Literal

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
    delete,
    func,
    or_,
    select,
    text,
    type_coerce,
    update,
)

from routing.lead import Lead, Place, Quality, Score
from routing.provenance import Provenance
from storage.database.base import MissingError, Page, metadata
from storage.database.types import Typed, UtcDateTime
from storage.database.upsert import insert_missing

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
    # raw field name -> its value as sent, of those that a country would make readable
    Column("unread", Typed(dict[str, str]), nullable=False),
    # field name -> where its value comes from, for fields that the lead's sender did not give
    Column("provenance", Typed(dict[str, Provenance]), nullable=False),
    Column("score", Typed(Score)),
    Column("quality", Typed(Quality)),
    Column("band", String(10)),
    Column("segment", String(80)),
    Column("territory", String(80)),
    Column("account", String(400)),
    Column("waits_since", UtcDateTime),
    Column("waits_for", Text),
    Index("ix_leads_owner_stage", "owner", "stage"),
    Index("ix_leads_place", "place", "queue"),
    Index("ix_leads_received_at", "received_at"),
    Index("ix_leads_domain", "domain"),
    Index("ix_leads_account", "account"),
    Index(
        "ix_leads_waits_for",
        "waits_for",
        "waits_since",
        sqlite_where=text("waits_for IS NOT NULL"),
        postgresql_where=text("waits_for IS NOT NULL"),
    ),
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


Came = tuple[str, datetime]
"""A lead's id, and when it was received."""


class Leads:
    """The leads of one unit of work."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, lead: Lead, now: datetime) -> None:
        """Store a new lead."""
        self._connection.execute(leads.insert(), lead_columns(lead) | {"updated_at": now})

    def claim(self, keys: Iterable[Key], fresh_id: str) -> dict[Key, str]:
        """The lead each key belongs to: an existing one, or `fresh_id` from now on.

        Two transactions that claim one key at the same time are serialised by the database: the
        second waits for the first and then sees its lead. Claim before the lead is added: the
        reference is checked at commit.
        """
        return {key: self._claimed(key, fresh_id) for key in sorted(keys)}

    def _claimed(self, key: Key, fresh_id: str) -> str:
        kind, value = key
        row = {"kind": kind, "value": value, "lead_id": fresh_id}
        if insert_missing(self._connection, lead_keys, row):
            return fresh_id
        query = select(lead_keys.c.lead_id).where(
            lead_keys.c.kind == kind, lead_keys.c.value == value
        )
        known: str = self._connection.execute(query).scalar_one()
        return known

    def keys_of(self, lead_id: str) -> list[Key]:
        """The keys that belong to this lead, in order."""
        query = (
            select(lead_keys.c.kind, lead_keys.c.value)
            .where(lead_keys.c.lead_id == lead_id)
            .order_by(lead_keys.c.kind, lead_keys.c.value)
        )
        return [(kind, value) for kind, value in self._connection.execute(query)]

    def give_keys(self, keys: Iterable[Key], lead_id: str) -> None:
        """Let these keys belong to this lead."""
        for kind, value in keys:
            self._connection.execute(
                update(lead_keys)
                .where(lead_keys.c.kind == kind, lead_keys.c.value == value)
                .values(lead_id=lead_id)
            )

    def remove(self, lead_id: str) -> None:
        """The lead is no more; whatever refers to it has been given to another."""
        self._connection.execute(delete(leads).where(leads.c.id == lead_id))

    def account_owners(self, account: str, but: str) -> list[str]:
        """Who owns the other leads of this account: the owner of the newest lead first."""
        newest = func.max(leads.c.received_at)
        query = (
            select(leads.c.owner)
            .where(leads.c.account == account, leads.c.owner.is_not(None), leads.c.id != but)
            .group_by(leads.c.owner)
            .order_by(newest.desc(), leads.c.owner)
            .limit(20)
        )
        return list(self._connection.execute(query).scalars())

    def owned_accounts(self, accounts: Iterable[str]) -> set[str]:
        """Those of these accounts of which somebody owns a lead."""
        query = select(leads.c.account).where(
            leads.c.account.in_(list(accounts)), leads.c.place == "owner"
        )
        return set(self._connection.execute(query.distinct()).scalars())

    def hold_all(self, ids: Iterable[str]) -> dict[str, Lead]:
        """Those of these leads that there are, held in the order of their ids, so that two
        transactions never wait for each other.
        """
        query = (
            select(leads).where(leads.c.id.in_(list(ids))).order_by(leads.c.id).with_for_update()
        )
        return {row.id: lead_of(row) for row in self._connection.execute(query)}

    def of_ids(self, ids: Iterable[str]) -> list[Lead]:
        """The leads of these ids that there are, by id."""
        query = select(leads).where(leads.c.id.in_(list(ids))).order_by(leads.c.id)
        return [lead_of(row) for row in self._connection.execute(query)]

    def get(self, lead_id: str) -> Lead | None:
        row = self._connection.execute(select(leads).where(leads.c.id == lead_id)).one_or_none()
        return None if row is None else lead_of(row)

    def lock(self, lead_id: str) -> Lead:
        """The lead, held by this transaction until it ends. MissingError when there is none."""
        lead = self.hold(lead_id)
        if lead is None:
            raise MissingError(lead_id)
        return lead

    def hold(self, lead_id: str) -> Lead | None:
        """As `lock`; None when there is no such lead, or no more."""
        query = select(leads).where(leads.c.id == lead_id).with_for_update()
        row = self._connection.execute(query).one_or_none()
        return None if row is None else lead_of(row)

    def save(self, lead: Lead, now: datetime) -> None:
        """Store the lead as it is now; the caller holds it locked."""
        self._connection.execute(
            _SAVE, lead_columns(lead) | {"updated_at": now, "lead_id": lead.id}
        )

    def fading(self, page: Page) -> list[str]:
        """Ids of leads, but suppressed ones, whose score counts what they did: such points fade."""
        query = (
            select(leads.c.id)
            .where(
                leads.c.id > page.after,
                leads.c.place != "suppressed",
                type_coerce(leads.c.score, Text).contains('"rule":"event:', autoescape=True),
            )
            .order_by(leads.c.id)
            .limit(page.size)
        )
        return list(self._connection.execute(query).scalars())

    def hold_page(self, page: Page) -> list[Lead]:
        """Leads in the order of their ids, held; those another transaction holds are left out."""
        query = (
            select(leads)
            .where(leads.c.id > page.after)
            .order_by(leads.c.id)
            .limit(page.size)
            .with_for_update(skip_locked=True)
        )
        return [lead_of(row) for row in self._connection.execute(query)]

    def save_quality(self, qualities: Mapping[str, Quality]) -> None:
        """Store the data quality of these leads by id; to the lead it is no change."""
        rows = [{"lead_id": lead_id, "new": new} for lead_id, new in qualities.items()]
        if rows:
            self._connection.execute(_SAVE_QUALITY, rows)

    def open_counts(self, people: Iterable[str], done: Iterable[str]) -> dict[str, int]:
        """How many leads each of these people owns, but those in a stage of `done`; absent means
        none.

        Whoever decides asks this while holding the pool, so it is answered from the index alone.
        """
        query = (
            select(leads.c.owner, func.count())
            .where(leads.c.owner.in_(list(people)), leads.c.stage.not_in(list(done)))
            .group_by(leads.c.owner)
        )
        return {owner: count for owner, count in self._connection.execute(query)}

    def owned_by(self, person: str, done: Iterable[str]) -> list[Lead]:
        """The leads this person owns, but those in a stage of `done`, oldest first."""
        query = (
            select(leads)
            .where(
                leads.c.owner == person,
                leads.c.place == "owner",
                leads.c.stage.not_in(list(done)),
            )
            .order_by(leads.c.received_at, leads.c.id)
        )
        return [lead_of(row) for row in self._connection.execute(query)]

    def ids_owned_by(self, person: str, done: Iterable[str]) -> list[str]:
        """Ids of the leads that `owned_by` gives, in the same order."""
        query = (
            select(leads.c.id)
            .where(
                leads.c.owner == person,
                leads.c.place == "owner",
                leads.c.stage.not_in(list(done)),
            )
            .order_by(leads.c.received_at, leads.c.id)
        )
        return list(self._connection.execute(query).scalars())

    def owned_by_none_of(
        self, people: Iterable[str], done: Iterable[str], page: Page
    ) -> list[Came]:
        """Leads that others than these people own, but those in a stage of `done`."""
        query = (
            select(leads.c.id, leads.c.received_at)
            .where(
                leads.c.id > page.after,
                leads.c.place == "owner",
                leads.c.owner.not_in(list(people)),
                leads.c.stage.not_in(list(done)),
            )
            .order_by(leads.c.id)
            .limit(page.size)
        )
        return [(lead_id, at) for lead_id, at in self._connection.execute(query)]

    def find(self, words: str, limit: int) -> list[Lead]:
        """Leads whose name, company or any e-mail address they came under contain the words, or
        whose id starts with them; newest first.
        """
        query = select(leads).order_by(leads.c.received_at.desc(), leads.c.id).limit(limit)
        if words:
            columns = (leads.c.email, leads.c.full_name, leads.c.company)
            matches = [column.icontains(words, autoescape=True) for column in columns]
            known_by = select(lead_keys.c.lead_id).where(
                lead_keys.c.kind == "email", lead_keys.c.value.icontains(words, autoescape=True)
            )
            by_id = leads.c.id.startswith(words, autoescape=True)
            query = query.where(or_(by_id, *matches, leads.c.id.in_(known_by)))
        return [lead_of(row) for row in self._connection.execute(query)]

    def place_counts(self) -> dict[Place, int]:
        query = select(leads.c.place, func.count()).group_by(leads.c.place)
        return {place: count for place, count in self._connection.execute(query)}

    def count_by(self, column: Literal["stage", "queue", "owner"]) -> dict[str, int]:
        """How many leads are in each stage or queue, or belong to each owner."""
        named = leads.c[column]
        query = select(named, func.count()).where(named.is_not(None)).group_by(named)
        return {name: count for name, count in self._connection.execute(query)}

    def ids_after(self, page: Page) -> list[str]:
        """Ids of leads, but suppressed ones, in their order."""
        query = (
            select(leads.c.id)
            .where(leads.c.id > page.after, leads.c.place != "suppressed")
            .order_by(leads.c.id)
            .limit(page.size)
        )
        return list(self._connection.execute(query).scalars())

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


_SAVE_QUALITY = (
    update(leads).where(leads.c.id == bindparam("lead_id")).values(quality=bindparam("new"))
)


def lead_columns(lead: Lead) -> dict[str, Any]:
    """What the table keeps of a lead; `updated_at` is not among it."""
    return {name: getattr(lead, name) for name in _FIELDS}


def lead_of(row: Row[Any]) -> Lead:
    return Lead.model_construct(**{name: getattr(row, name) for name in _FIELDS})
