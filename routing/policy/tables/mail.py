"""What `sources.yml` says of a mailbox: whose mail is ours, what forms call their fields, where
to fetch messages."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

from pydantic import Field

from routing.values import Duration, Value


class ImapPolicy(Value):
    """Where messages are fetched. `user_env` and `password_env` name environment variables.

    Nothing is deleted or moved; `mark_seen` marks a message as read once it is stored. At the
    first look `backlog` says whether what is already there are leads too. `tls: none` is for a
    server on the same machine.
    """

    host: str
    port: int = Field(default=993, ge=1, le=65535)
    tls: Literal["implicit", "starttls", "none"] = "implicit"
    folder: str = "INBOX"
    user_env: str
    password_env: str
    every: Duration = timedelta(minutes=1)
    mark_seen: bool = False
    backlog: Literal["none", "all"] = "none"


class MailPolicy(Value):
    """How the messages of one mailbox are read.

    `own_domains` are the company's: who forwards from there is not the lead. `notifiers` are
    addresses or domains that send contact-form notifications, whose labelled lines are the lead.
    `labels` maps Baton's plain field names to further words before a colon. `automatic` says what
    becomes of auto-replies, bounces and mailing lists: kept and suppressed, or a case for people.
    """

    own_domains: tuple[str, ...] = ()
    notifiers: tuple[str, ...] = ()
    labels: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    automatic: Literal["ignore", "case"] = "ignore"
    imap: ImapPolicy | None = None
