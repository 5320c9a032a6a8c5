"""Policy versions, each stored whole as the files it was made of."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Column, Connection, Integer, String, Table, func, select, update

from routing.values import Instant, Value
from storage.database.base import MissingError, metadata
from storage.database.canonical import canonical_json
from storage.database.types import Typed, UtcDateTime

policies = Table(
    "policies",
    metadata,
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("digest", String(64), nullable=False),
    Column("files", Typed(dict[str, str]), nullable=False),
    # empty while the version is only tried on a share of the leads
    Column("activated_at", UtcDateTime),
    Column("activated_by", String(80)),
    Column("proposal_id", String(40)),
    # the version whose files a roll-back put in force again
    Column("restores", Integer),
)


class PolicyVersion(Value):
    """`files` maps a file name to its text; `digest` is their SHA-256 in hex.

    A version without `activated_at` was only tried on a share of the leads so far. `restores` is
    the earlier version that a roll-back put in force again.
    """

    version: int
    digest: str
    files: dict[str, str]
    activated_at: Instant | None = None
    activated_by: str | None = None
    proposal_id: str | None = None
    restores: int | None = None


def digest_of(files: Mapping[str, str]) -> str:
    """SHA-256 over the names and texts of the files, in hex."""
    return hashlib.sha256(canonical_json(dict(files)).encode()).hexdigest()


class Policies:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, version: PolicyVersion) -> None:
        """Store it. IntegrityError when another replica stored this version first."""
        self._connection.execute(policies.insert(), dict(version))

    def active_version(self) -> int | None:
        """The number of the version in force, None before the first start."""
        query = select(func.max(policies.c.version)).where(policies.c.activated_at.is_not(None))
        newest: int | None = self._connection.execute(query).scalar_one()
        return newest

    def next_version(self) -> int:
        newest = self._connection.execute(select(func.max(policies.c.version))).scalar_one()
        return (newest or 0) + 1

    def hold(self) -> None:
        """Let nobody else change the policy until the transaction ends."""
        first = select(policies.c.version).where(policies.c.version == 1).with_for_update()
        self._connection.execute(first)

    def activate(self, version: int, by: str, now: datetime) -> bool:
        """Put a version in force that was tried; False when it is in force already."""
        result = self._connection.execute(
            update(policies)
            .where(policies.c.version == version, policies.c.activated_at.is_(None))
            .values(activated_at=now, activated_by=by)
        )
        return result.rowcount == 1

    def once_in_force(self) -> list[PolicyVersion]:
        """Every version that is or was in force, the newest first, without their files."""
        return [v for v in self.listed(None) if v.activated_at is not None]

    def digest(self, version: int) -> str:
        """MissingError when there is none."""
        query = select(policies.c.digest).where(policies.c.version == version)
        found: str | None = self._connection.execute(query).scalar_one_or_none()
        if found is None:
            raise MissingError(version)
        return found

    def was_in_force(self, digest: str) -> int | None:
        """The newest version with these very files that is or was in force."""
        query = select(func.max(policies.c.version)).where(
            policies.c.activated_at.is_not(None), policies.c.digest == digest
        )
        found: int | None = self._connection.execute(query).scalar_one()
        return found

    def listed(self, limit: int | None) -> list[PolicyVersion]:
        """The newest versions first, all without a limit, without their files."""
        columns = [column for column in policies.c if column.name != "files"]
        query = select(*columns).order_by(policies.c.version.desc()).limit(limit)
        return [
            PolicyVersion.model_construct(files={}, **row._mapping)
            for row in self._connection.execute(query)
        ]

    def tried(self, proposal_id: str) -> list[int]:
        """The versions under which this proposal was tried or came into force."""
        query = select(policies.c.version).where(policies.c.proposal_id == proposal_id)
        return sorted(self._connection.execute(query).scalars())

    def get(self, version: int) -> PolicyVersion:
        """MissingError when there is none."""
        query = select(policies).where(policies.c.version == version)
        row = self._connection.execute(query).one_or_none()
        if row is None:
            raise MissingError(version)
        return PolicyVersion.model_construct(**row._mapping)
