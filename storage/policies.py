"""Policy versions, each stored whole as the files it was made of."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from sqlalchemy import Column, Connection, Integer, String, Table, func, select

from routing.values import Instant, Value
from storage.base import MissingError, metadata
from storage.canonical import canonical_json
from storage.types import Typed, UtcDateTime

policies = Table(
    "policies",
    metadata,
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("digest", String(64), nullable=False),
    Column("files", Typed(dict[str, str]), nullable=False),
    Column("activated_at", UtcDateTime, nullable=False),
    Column("activated_by", String(80), nullable=False),
)


class PolicyVersion(Value):
    """`files` maps a file name to its text; `digest` is their SHA-256 in hex."""

    version: int
    digest: str
    files: dict[str, str]
    activated_at: Instant
    activated_by: str


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
        """The number of the newest version, None before the first start."""
        newest: int | None = self._connection.execute(
            select(func.max(policies.c.version))
        ).scalar_one()
        return newest

    def get(self, version: int) -> PolicyVersion:
        """MissingError when there is none."""
        query = select(policies).where(policies.c.version == version)
        row = self._connection.execute(query).one_or_none()
        if row is None:
            raise MissingError(version)
        return PolicyVersion.model_construct(**row._mapping)
