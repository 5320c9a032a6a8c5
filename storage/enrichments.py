"""What enrichment providers said, kept so that nobody is asked, or paid, twice (I8)."""

from __future__ import annotations

from sqlalchemy import Column, Connection, String, Table, select

from routing.values import Instant, Value
from storage.base import metadata
from storage.types import Typed, UtcDateTime
from storage.upsert import insert_missing

enrichments = Table(
    "enrichments",
    metadata,
    Column("provider", String(80), primary_key=True),
    Column("domain", String(260), primary_key=True),
    Column("fetched_at", UtcDateTime, nullable=False),
    Column("found", Typed(dict[str, str | int]), nullable=False),
)


class Enrichment(Value):
    """One answer of a provider about a company's domain; empty `found` means it knows nothing."""

    provider: str
    domain: str
    fetched_at: Instant
    found: dict[str, str | int] = {}


class Enrichments:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, provider: str, domain: str) -> Enrichment | None:
        query = select(enrichments).where(
            enrichments.c.provider == provider, enrichments.c.domain == domain
        )
        row = self._connection.execute(query).one_or_none()
        return None if row is None else Enrichment.model_construct(**row._mapping)

    def keep(self, answer: Enrichment) -> None:
        """Store it; the first answer stays."""
        insert_missing(self._connection, enrichments, dict(answer))
