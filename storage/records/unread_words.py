"""Words the vocabularies did not know, counted for people who may teach them (I3)."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Index,
    Integer,
    String,
    Table,
    select,
    update,
)

from routing.values import Instant, Value
from storage.database.base import metadata
from storage.database.types import UtcDateTime
from storage.database.upsert import insert_missing

unread_words = Table(
    "unread_words",
    metadata,
    Column("vocabulary", String(40), primary_key=True),
    # folded, so that spellings of one word count together
    Column("word", String(200), primary_key=True),
    # one spelling as it came
    Column("raw", String(200), nullable=False),
    Column("seen", Integer, nullable=False),
    Column("first_seen", UtcDateTime, nullable=False),
    Column("last_seen", UtcDateTime, nullable=False),
    # open, accepted (its meaning is `value`) or dismissed
    Column("state", String(20), nullable=False),
    Column("value", String(200)),
    Column("decided_by", String(80)),
    Index("ix_unread_words_state", "state", "seen"),
)

State = Literal["open", "accepted", "dismissed"]


class UnreadWord(Value):
    """One word a vocabulary did not know, and what people made of it."""

    vocabulary: str
    word: str
    raw: str
    seen: int
    first_seen: Instant
    last_seen: Instant
    state: State
    value: str | None = None
    decided_by: str | None = None


class UnreadWords:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def note(self, vocabulary: str, word: str, raw: str, now: datetime) -> None:
        """It came once more."""
        word = word[:200]
        row = {
            "vocabulary": vocabulary,
            "word": word,
            "raw": raw[:200],
            "seen": 0,
            "first_seen": now,
            "last_seen": now,
            "state": "open",
        }
        insert_missing(self._connection, unread_words, row)
        self._connection.execute(
            update(unread_words)
            .where(self._is(vocabulary, word))
            .values(seen=unread_words.c.seen + 1, last_seen=now)
        )

    def listed(self, state: State, limit: int) -> list[UnreadWord]:
        """Those in this state, the most frequent first."""
        query = (
            select(unread_words)
            .where(unread_words.c.state == state)
            .order_by(unread_words.c.seen.desc(), unread_words.c.vocabulary, unread_words.c.word)
            .limit(limit)
        )
        return [
            UnreadWord.model_construct(**row._mapping) for row in self._connection.execute(query)
        ]

    def has(self, vocabulary: str, word: str) -> bool:
        """Whether it was ever seen."""
        query = select(unread_words.c.word).where(self._is(vocabulary, word))
        return self._connection.execute(query).one_or_none() is not None

    def decide(self, vocabulary: str, word: str, value: str | None, by: str) -> None:
        """Give it a meaning, or None for none."""
        state: State = "accepted" if value is not None else "dismissed"
        self._connection.execute(
            update(unread_words)
            .where(self._is(vocabulary, word))
            .values(state=state, value=value, decided_by=by)
        )

    def reopen(self, vocabulary: str, word: str) -> None:
        """An accepted word has no meaning after all."""
        self._connection.execute(
            update(unread_words)
            .where(self._is(vocabulary, word), unread_words.c.state == "accepted")
            .values(state="open", value=None, decided_by=None)
        )

    @staticmethod
    def _is(vocabulary: str, word: str) -> ColumnElement[bool]:
        return (unread_words.c.vocabulary == vocabulary) & (unread_words.c.word == word[:200])
