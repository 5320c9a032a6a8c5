"""Proposed changes of the policy: what they are, who approved them, and what became of them.

A proposal goes from `open` to `on_share` or straight to `active`, and from there to `superseded`;
`rejected` and `withdrawn` end it. Each step is one conditional UPDATE, so that of two people at
once exactly one wins. New files make a new revision, and approvals of an older one do not count.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from sqlalchemy import (
    Column,
    Connection,
    Index,
    Integer,
    String,
    Table,
    Text,
    or_,
    select,
    text,
    update,
)

from routing.replay.impact import Impact
from routing.values import Instant, Value
from storage.audit import Actor
from storage.database.base import MissingError, metadata
from storage.database.types import Typed, UtcDateTime
from storage.database.upsert import insert_missing


class Findings(Value):
    """What the check and the replay found: the change in words, warnings, and whom it moves."""

    changes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    impact: Impact = Impact(leads=0, moved=0)


proposals = Table(
    "policy_proposals",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("state", String(20), nullable=False),
    Column("revision", Integer, nullable=False),
    # the version in force that the files change
    Column("base_version", Integer, nullable=False),
    Column("files", Typed(dict[str, str]), nullable=False),
    Column("digest", String(64), nullable=False),
    # of the files as they were handed in, before other changes were taken in
    Column("source_digest", String(64), nullable=False),
    Column("proposer", Typed(Actor), nullable=False),
    Column("reason", Text, nullable=False),
    Column("findings", Typed(Findings), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    # the version it is tried or in force as
    Column("version", Integer),
    Column("percent", Integer),
    Column("since", UtcDateTime),
    Column("outcome", Text),
    Index("ix_policy_proposals_digest", "source_digest"),
    Index(
        "uq_policy_proposals_one_share",
        "state",
        unique=True,
        sqlite_where=text("state = 'on_share'"),
        postgresql_where=text("state = 'on_share'"),
    ),
)

sign_offs = Table(
    "policy_sign_offs",
    metadata,
    Column("proposal_id", String(40), primary_key=True),
    Column("revision", Integer, primary_key=True, autoincrement=False),
    Column("person", String(80), primary_key=True),
    Column("at", UtcDateTime, nullable=False),
)

State = Literal["open", "on_share", "active", "superseded", "rejected", "withdrawn"]


class Proposal(Value):
    """One proposed change. `version`, `percent` and `since` are set while it is on a share;
    `version` stays when it is in force. `outcome` says in words what became of it.
    """

    id: str
    state: State = "open"
    revision: int = 1
    base_version: int
    files: dict[str, str]
    digest: str
    source_digest: str
    proposer: Actor
    reason: str
    findings: Findings
    created_at: Instant
    changed_at: Instant
    version: int | None = None
    percent: int | None = None
    since: Instant | None = None
    outcome: str | None = None


class Share(Value):
    """The version that a share of the new leads is decided by, those received from `since` on."""

    version: int
    percent: int
    since: Instant


class Proposals:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, proposal: Proposal) -> None:
        values = {name: getattr(proposal, name) for name in Proposal.model_fields}
        self._connection.execute(proposals.insert(), values)

    def get(self, proposal_id: str) -> Proposal:
        """MissingError when there is none."""
        query = select(proposals).where(proposals.c.id == proposal_id)
        row = self._connection.execute(query).one_or_none()
        if row is None:
            raise MissingError(proposal_id)
        return Proposal.model_construct(**row._mapping)

    def move(self, was: Proposal, to: State, now: datetime, **changes: object) -> bool:
        """Bring it to another state; False when it is no longer in the state and revision of `was`.

        IntegrityError when another one is on a share already.
        """
        result = self._connection.execute(
            update(proposals)
            .where(
                proposals.c.id == was.id,
                proposals.c.state == was.state,
                proposals.c.revision == was.revision,
            )
            .values(state=to, changed_at=now, **changes)
        )
        return result.rowcount == 1

    def revise(self, was: Proposal, new: Proposal) -> bool:
        """Store other files as the next revision, open again; False as `move`."""
        fresh = {"base_version", "files", "digest", "source_digest", "reason", "findings"}
        values = {name: getattr(new, name) for name in fresh} | {"revision": was.revision + 1}
        gone = {"version": None, "percent": None, "since": None, "outcome": None}
        return self.move(was, "open", new.changed_at, **values, **gone)

    def sign(self, proposal: Proposal, person: str, now: datetime) -> bool:
        """Keep this person's approval of this revision; False when it was there."""
        row = {"proposal_id": proposal.id, "revision": proposal.revision, "person": person}
        return insert_missing(self._connection, sign_offs, row | {"at": now})

    def signers(self, proposal: Proposal) -> list[str]:
        """Who approved this revision, the first first."""
        query = (
            select(sign_offs.c.person)
            .where(
                sign_offs.c.proposal_id == proposal.id, sign_offs.c.revision == proposal.revision
            )
            .order_by(sign_offs.c.at, sign_offs.c.person)
        )
        return list(self._connection.execute(query).scalars())

    def in_state(self, *states: State, limit: int = 100) -> list[Proposal]:
        """Those in one of these states, the newest first; in any state when none is named."""
        query = select(proposals).order_by(proposals.c.created_at.desc(), proposals.c.id)
        if states:
            query = query.where(proposals.c.state.in_(states))
        rows = self._connection.execute(query.limit(limit))
        return [Proposal.model_construct(**row._mapping) for row in rows]

    def known(self, digest: str) -> Proposal | None:
        """The newest proposal that was handed in as these very files."""
        query = (
            select(proposals)
            .where(proposals.c.source_digest == digest)
            .order_by(proposals.c.created_at.desc())
            .limit(1)
        )
        row = self._connection.execute(query).one_or_none()
        return None if row is None else Proposal.model_construct(**row._mapping)

    def pending_like(self, new: Proposal) -> list[Proposal]:
        """Other proposals that may still come into force and are of the very files of this one, as
        they were handed in or as they would be in force; the newest first.
        """
        query = (
            select(proposals)
            .where(
                proposals.c.state.in_(("open", "on_share")),
                or_(
                    proposals.c.source_digest == new.source_digest,
                    proposals.c.digest == new.digest,
                ),
                proposals.c.id != new.id,
            )
            .order_by(proposals.c.created_at.desc(), proposals.c.id)
        )
        rows = self._connection.execute(query)
        return [Proposal.model_construct(**row._mapping) for row in rows]

    def share(self) -> Share | None:
        """What is tried on a share of the new leads, if anything is."""
        query = select(proposals.c.version, proposals.c.percent, proposals.c.since).where(
            proposals.c.state == "on_share"
        )
        row = self._connection.execute(query).one_or_none()
        return None if row is None else Share.model_construct(**row._mapping)
