"""One row for each call to a language model: what ran, what it cost, never what was said (A4)."""

from __future__ import annotations

from sqlalchemy import Column, Connection, Index, Integer, String, Table

from routing.values import Instant, Value
from storage.database.base import metadata
from storage.database.types import UtcDateTime

ai_calls = Table(
    "ai_calls",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("lead_id", String(40), nullable=False),
    Column("prompt", String(80), nullable=False),
    Column("model", String(120), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("milliseconds", Integer, nullable=False),
    Column("input_tokens", Integer),
    Column("output_tokens", Integer),
    Column("outcome", String(80), nullable=False),
    Index("ix_ai_calls_lead_id", "lead_id"),
)


class AiCall(Value):
    """`prompt` is name and version; `outcome` is `ok` or why the reply was not used."""

    id: str
    lead_id: str
    prompt: str
    model: str
    at: Instant
    milliseconds: int
    input_tokens: int | None = None
    output_tokens: int | None = None
    outcome: str


class AiCalls:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, call: AiCall) -> None:
        self._connection.execute(ai_calls.insert(), dict(call))
