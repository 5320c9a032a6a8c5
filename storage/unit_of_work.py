"""One transaction over every aggregate: commits on a clean exit, rolls back on an error."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import cached_property
from threading import Lock
from typing import Any

from sqlalchemy import Connection, Engine

from storage.audit import Audit
from storage.database.engine import READING
from storage.deadlines import Deadlines
from storage.deciding.assignments import Assignments
from storage.deciding.availability import Availability
from storage.deciding.cases import Cases
from storage.deciding.pools import Pools
from storage.deciding.waiting_leads import WaitingLeads
from storage.person_keys import PersonKeys
from storage.policy.policies import Policies
from storage.policy.proposals import Proposals
from storage.records.enrichments import Enrichments
from storage.records.events import Events
from storage.records.leads import Leads
from storage.records.matches import Matches
from storage.records.merges import Merges
from storage.records.unread_words import UnreadWords
from storage.switches import Switches
from storage.taking_in.imported_leads import ImportedLeads
from storage.taking_in.imports import Imports
from storage.taking_in.mailboxes import Mailboxes
from storage.taking_in.receipts import Receipts
from storage.telling.ai_calls import AiCalls
from storage.telling.outbox import Outbox
from storage.work import Work


class UnitOfWork:
    """The aggregates of one open transaction. Nobody commits by hand."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    @cached_property
    def leads(self) -> Leads:
        return Leads(self.connection)

    @cached_property
    def waiting(self) -> WaitingLeads:
        return WaitingLeads(self.connection)

    @cached_property
    def availability(self) -> Availability:
        return Availability(self.connection)

    @cached_property
    def events(self) -> Events:
        return Events(self.connection)

    @cached_property
    def matches(self) -> Matches:
        return Matches(self.connection)

    @cached_property
    def merges(self) -> Merges:
        return Merges(self.connection)

    @cached_property
    def unread_words(self) -> UnreadWords:
        return UnreadWords(self.connection)

    @cached_property
    def receipts(self) -> Receipts:
        return Receipts(self.connection)

    @cached_property
    def assignments(self) -> Assignments:
        return Assignments(self.connection)

    @cached_property
    def pools(self) -> Pools:
        return Pools(self.connection)

    @cached_property
    def cases(self) -> Cases:
        return Cases(self.connection)

    @cached_property
    def deadlines(self) -> Deadlines:
        return Deadlines(self.connection)

    @cached_property
    def outbox(self) -> Outbox:
        return Outbox(self.connection)

    @cached_property
    def audit(self) -> Audit:
        return Audit(self.connection, self.person_keys)

    @cached_property
    def person_keys(self) -> PersonKeys:
        return PersonKeys(self.connection)

    @cached_property
    def policies(self) -> Policies:
        return Policies(self.connection)

    @cached_property
    def proposals(self) -> Proposals:
        return Proposals(self.connection)

    @cached_property
    def switches(self) -> Switches:
        return Switches(self.connection)

    @cached_property
    def enrichments(self) -> Enrichments:
        return Enrichments(self.connection)

    @cached_property
    def ai_calls(self) -> AiCalls:
        return AiCalls(self.connection)

    @cached_property
    def work(self) -> Work:
        return Work(self.connection)

    @cached_property
    def imports(self) -> Imports:
        return Imports(self.connection)

    @cached_property
    def imported_leads(self) -> ImportedLeads:
        return ImportedLeads(self.connection)

    @cached_property
    def mailboxes(self) -> Mailboxes:
        return Mailboxes(self.connection)

    def savepoint(self) -> AbstractContextManager[object]:
        """A part of the transaction that can fail alone: its own writes are taken back."""
        return self.connection.begin_nested()


class Database:
    """Opens units of work on one engine."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        # SQLite lets waiting writers sleep and wakes none in turn: threads that queue here first
        # waited a fifth as long at the worst (p99) under 32 connections.
        self._turn: AbstractContextManager[object] = (
            Lock() if engine.dialect.name == "sqlite" else nullcontext()
        )

    @contextmanager
    def writing(self) -> Iterator[UnitOfWork]:
        """A transaction that may write; on SQLite it holds the only writing place."""
        with self._turn, self.engine.begin() as connection:
            yield UnitOfWork(connection)

    @contextmanager
    def snapshot(self) -> Iterator[UnitOfWork]:
        """A reading transaction that sees one moment throughout, whatever is written meanwhile."""
        options: dict[str, Any] = {READING: True}
        if self.engine.dialect.name == "postgresql":
            options["isolation_level"] = "REPEATABLE READ"
        with self.engine.connect().execution_options(**options) as connection, connection.begin():
            yield UnitOfWork(connection)

    @contextmanager
    def reading(self) -> Iterator[UnitOfWork]:
        """A transaction that only reads, and on SQLite blocks nobody who writes."""
        with (
            self.engine.connect().execution_options(**{READING: True}) as connection,
            connection.begin(),
        ):
            yield UnitOfWork(connection)
