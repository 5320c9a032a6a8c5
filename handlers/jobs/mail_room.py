"""What fetching mail needs from outside, as protocols; `bot.wiring` fills them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from handlers.flows.draft import LeadDraft
from routing.policy.tables.mail import ImapPolicy
from routing.policy.tables.sources import SourcePolicy


class MailboxError(Exception):
    """The mailbox cannot be read now; `reason` is a word, and no part of an address or message."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class MessageRefusedError(MailboxError):
    """The server has the message, and does not hand it out."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A raw message; of one that is too large the headers and the first part."""

    content: bytes
    is_whole: bool


class OpenFolder(Protocol):
    """A folder while it is open; its methods raise MailboxError. UIDs belong to `uid_validity`."""

    place: str
    uid_validity: int
    uid_next: int

    def uids_above(self, uid: int, *, since: datetime | None = None) -> list[int]:
        """The next UIDs in ascending order, not always all; none when there are no more.

        `since` leaves out what the server received before that day.
        """

    def fetch(self, uid: int) -> Fetched | None:
        """The message; None when it is gone. Raises MessageRefusedError."""

    def mark_seen(self, uid: int) -> None:
        """Mark the message as read."""


class MailServers(Protocol):
    def open(self, imap: ImapPolicy) -> AbstractContextManager[OpenFolder]:
        """The folder that policy names. Raises MailboxError."""


class MailReader(Protocol):
    def draft(self, source: SourcePolicy, message: bytes) -> LeadDraft:
        """Any bytes as a draft."""

    def unread(self, source: SourcePolicy, message: bytes) -> LeadDraft:
        """A message whose reading failed, for people to look at."""


@dataclass(frozen=True)
class MailRoom:
    """What fetching needs beside the ports; it ends early once `goes_on` is false."""

    servers: MailServers
    reader: MailReader
    goes_on: Callable[[], bool] = lambda: True
