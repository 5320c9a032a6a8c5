"""What enrichment providers said, kept so that nobody is asked, or paid, twice (I8)."""

from __future__ import annotations

from sqlalchemy import Column, Connection, String, Table, select, update

from routing.values import Instant, Value
from storage.database.base import metadata
from storage.database.types import Typed, UtcDateTime
from storage.database.upsert import insert_missing

enrichments = Table(
    "enrichments",
    metadata,
    Column("provider", String(80), primary_key=True),
    Column("domain", String(260), primary_key=True),
    Column("fetched_at", UtcDateTime, nullable=False),
    Column("found", Typed(dict[str, str | int]), nullable=False),
)


class Enrichment(Value):
    """One answer of a provider about a company's domain, in its own words.

    Empty `found` means that it knows nothing. What leads took from it is in their audit.
    """

    provider: str
    domain: str
    fetched_at: Instant
    found: dict[str, str | int] = {}


class Enrichments:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of_domain(self, domain: str) -> dict[str, Enrichment]:
        """The last answer of each provider about this domain, by provider."""
        query = select(enrichments).where(enrichments.c.domain == domain)
        rows = self._connection.execute(query)
        return {row.provider: Enrichment.model_construct(**row._mapping) for row in rows}

    def keep(self, answer: Enrichment) -> None:
        """Store it; of two answers the newest stays, whichever is stored last."""
        if insert_missing(self._connection, enrichments, dict(answer)):
            return
        newer = update(enrichments).where(
            enrichments.c.provider == answer.provider,
            enrichments.c.domain == answer.domain,
            enrichments.c.fetched_at < answer.fetched_at,
        )
        self._connection.execute(newer.values(fetched_at=answer.fetched_at, found=answer.found))
