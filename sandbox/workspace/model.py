"""The values of the workspace: who is in it, where they talk, what was said."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

Json = dict[str, Any]
Clock = Callable[[], datetime]

# Known to everybody on purpose: they open nothing but a sandbox on this machine.
BOT_TOKEN = "xoxb-local"  # noqa: S105
APP_TOKEN = "xapp-local"  # noqa: S105
SIGNING_SECRET = "sandbox-signing-secret"  # noqa: S105

TEAM_ID = "T0SANDBOX"
TEAM_DOMAIN = "sandbox"
TEAM_NAME = "Sandbox"
APP_ID = "A0BATON"
BOT_ID = "B0BATON"
BOT_USER_ID = "U0BATON"
VERIFICATION_TOKEN = "sandbox-verification-token"  # noqa: S105


@dataclass(frozen=True)
class SandboxPerson:
    """A member of the workspace. `tz` is an IANA zone name."""

    user_id: str
    name: str
    email: str
    tz: str = "UTC"
    title: str = ""

    @property
    def handle(self) -> str:
        """The short name Slack calls `user_name`, for example `ana.ruiz`."""
        return ".".join(self.name.lower().split())


@dataclass(frozen=True)
class SandboxChannel:
    """A channel; the app is always in it. No members means everybody."""

    channel_id: str
    name: str
    members: tuple[str, ...] = ()


@dataclass(frozen=True)
class Message:
    """One message. `ts` is its identifier: seconds and microseconds, unique here."""

    channel: str
    ts: str
    user: str
    text: str
    blocks: list[Json] = field(default_factory=list)
    metadata: Json | None = None
    thread_ts: str | None = None
    edited_ts: str | None = None
    ephemeral_for: str | None = None
    broadcast: bool = False
    files: list[Json] = field(default_factory=list)
    reactions: dict[str, list[str]] = field(default_factory=dict)

    @property
    def by_app(self) -> bool:
        return self.user == BOT_USER_ID

    @property
    def is_reply(self) -> bool:
        return self.thread_ts is not None and self.thread_ts != self.ts


@dataclass
class Conversation:
    """A channel or a direct message with the app (`direct_with` is then the person's id)."""

    id: str
    name: str
    members: tuple[str, ...]
    direct_with: str | None = None
    messages: dict[str, Message] = field(default_factory=dict)
    timeline: list[str] = field(default_factory=list)
    threads: dict[str, list[str]] = field(default_factory=dict)

    @property
    def with_app(self) -> list[str]:
        """The ids of all members, the app's user among them."""
        return list(dict.fromkeys([*self.members, BOT_USER_ID]))

    @property
    def kind(self) -> str:
        """The prefix of Slack's scopes for this conversation: `im`, `groups` or `channels`."""
        if self.direct_with is not None:
            return "im"
        return "groups" if self.id.startswith("G") else "channels"


@dataclass(frozen=True)
class Change:
    """Something happened.

    `kind` is `message.posted`, `message.updated`, `message.deleted`, `message.reacted`, `view` (a
    person's modals), `home`, `read`, `file`, `member`, `response` (a response URL) or `traffic`;
    the other fields say where, as far as they apply. `message.reacted` and `member` carry the
    beginning of their event in `detail`; `ts` of `file` is its id, of `response` its token.
    """

    kind: str
    channel: str | None = None
    ts: str | None = None
    user: str | None = None
    detail: Json | None = None


class SlackError(Exception):
    """A refusal, answered as `{"ok": false, "error": code, ...details}` with HTTP status 200."""

    def __init__(self, code: str, **details: Any) -> None:
        super().__init__(code)
        self.code = code
        self.details = details

    @classmethod
    def explained(cls, code: str, messages: list[str]) -> "SlackError":
        """A refusal with Slack's `errors` and `response_metadata.messages`."""
        lines = [f"[ERROR] {message}" for message in messages]
        return cls(code, errors=messages, response_metadata={"messages": lines})

    @classmethod
    def not_here(cls, needed: str) -> "SlackError":
        """Slack has it and the sandbox does not: `needed` names the missing thing."""
        return cls("not_in_sandbox", needed=needed)

    def to_slack(self) -> Json:
        return {"ok": False, "error": self.code, **self.details}


def micros(ts: str) -> int:
    """A message ts (or any decimal number of seconds) in whole microseconds.

    Raises ValueError when it is not such a number.
    """
    seconds, _, fraction = ts.strip().partition(".")
    return int(seconds) * 1_000_000 + int((fraction + "000000")[:6])


def direct_id(user_id: str) -> str:
    """The id of the direct message between the app and this person."""
    return "D" + user_id[1:]
