"""A mail source in force, and what fetching it needs, for tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select

from bot.connectors.mailbox import ImapServers, Limits
from handlers.flows.draft import LeadDraft
from handlers.flows.ports import Ports
from handlers.intake import email
from handlers.jobs.fetch_mail import Round, fetch_mail
from handlers.jobs.mail_room import MailRoom
from routing.policy.tables.sources import SourcePolicy
from storage.taking_in.mailboxes import Mailbox
from storage.taking_in.receipts import receipts
from storage.unit_of_work import Database, UnitOfWork
from tests.flows.builders import all_leads
from tests.support.clock import TestClock
from tests.support.imap_server import PASSWORD, USER
from tests.support.policies import enacted

SECRETS = {"MAIL_USER": USER, "MAIL_PASSWORD": PASSWORD}
SMALL = Limits(piece=1000, message=5000)
"""Small messages, and all the time that an answer takes on a busy machine."""
EVERY = timedelta(minutes=1)


def a_mail(name: str, text: str = "Please call me about prices.") -> bytes:
    """A message of one person; another name is another person and another message."""
    return (
        f"From: {name.title()} Smith <{name}@{name}-works.com>\r\nTo: sales@example.com\r\n"
        f"Message-ID: <{name}@{name}-works.com>\r\nDate: Mon, 23 Nov 2026 10:00:00 +0000\r\n"
        f"Subject: Question of {name}\r\n\r\n{text}\r\n"
    ).encode()


def a_source(port: int, source_id: str = "inbox", **imap: object) -> str:
    """One entry of `sources.yml`."""
    lines = {"host": "127.0.0.1", "port": port, "tls": "none", "user_env": "MAIL_USER",
             "password_env": "MAIL_PASSWORD", "backlog": "all"} | imap  # fmt: skip
    told = ", ".join(f"{key}: {value}" for key, value in lines.items())
    return (
        f"  - {{id: {source_id}, kind: email, key: {source_id}, name: Inbox,"
        f" mail: {{imap: {{{told}}}}}}}\n"
    )


def adopt(ports: Ports, *entries: str) -> list[SourcePolicy]:
    """Put the example policy with these mailboxes in force; gives them as policy has them."""
    with ports.database.writing() as work:
        stored = dict(work.policies.get(ports.policies.active(work).version).files)
        example = stored["sources.yml"].split("  - {id:")[0]
        files = stored | {"sources.yml": example + "".join(entries)}
        policy = enacted(ports, work, files).policy
    return [source for source in policy.sources if source.mail.imap]


class Reader:
    """Reads as Baton does; `before` is done ahead of each message."""

    def __init__(self, before: Callable[[bytes], object] = lambda message: None) -> None:
        self._before = before

    def draft(self, source: SourcePolicy, message: bytes) -> LeadDraft:
        self._before(message)
        return email.draft(source, message)

    def unread(self, source: SourcePolicy, message: bytes) -> LeadDraft:
        return email.unread(source, message)


def a_room(before: Callable[[bytes], object] = lambda message: None) -> MailRoom:
    return MailRoom(ImapServers(SECRETS.get, SMALL), Reader(before))


def fetch(ports: Ports, source: SourcePolicy, room: MailRoom | None = None) -> Round:
    """A run that is due."""
    done = fetch_mail(ports, room or a_room(), source)
    assert done is not None, "it was not due, or somebody else reads it"
    return done


def later(ports: Ports, by: timedelta = EVERY) -> None:
    assert isinstance(ports.clock, TestClock)
    ports.clock.forward(by)


def mailbox(ports: Ports, source_id: str = "inbox") -> Mailbox:
    with ports.database.reading() as work:
        return next(box for box in work.mailboxes.listed() if box.source == source_id)


def leads(ports: Ports) -> int:
    return len(all_leads(ports))


def payloads(ports: Ports) -> list[bytes]:
    """Every delivery as it is kept."""
    with ports.database.reading() as work:
        rows = work.connection.execute(select(receipts.c.payload).order_by(receipts.c.id))
        return [row.payload for row in rows]


def flags(ports: Ports) -> set[str]:
    """What people should know of any lead."""
    return {flag for lead in all_leads(ports) for flag in lead.flags}


class KilledError(BaseException):
    """The process dies here; nothing may catch it."""


class DyingDatabase(Database):
    """Lets `left` transactions commit, and dies before the next one."""

    left = 0

    @contextmanager
    def writing(self) -> Iterator[UnitOfWork]:
        if not self.left:
            raise KilledError
        self.left -= 1
        with super().writing() as work:
            yield work


def dying(ports: Ports, left: int) -> Ports:
    database = DyingDatabase(ports.database.engine)
    database.left = left
    return replace(ports, database=database)
