"""Response URLs: where an app may answer an interaction, and for how long."""

import secrets
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from threading import RLock

from sandbox.workspace.changes import Changes
from sandbox.workspace.model import Change, Clock, Json, SlackError

LIFE = timedelta(minutes=30)
USES = 5


@dataclass(frozen=True)
class ResponseUrl:
    """An answer goes to this channel, person or message; `made_at` has a zone."""

    channel: str
    user: str
    made_at: datetime
    message_ts: str | None = None
    ephemeral: bool = False
    thread_ts: str | None = None
    uses: int = 0

    def to_json(self) -> Json:
        return {**asdict(self), "made_at": self.made_at.isoformat()}


def response_url_of(value: Json) -> ResponseUrl:
    """The reverse of `to_json`."""
    return ResponseUrl(**{**value, "made_at": datetime.fromisoformat(value["made_at"])})


@dataclass
class ResponseUrls:
    """All of them by token; those past their life are forgotten. Thread-safe."""

    clock: Clock
    changes: Changes
    _urls: dict[str, ResponseUrl] = field(default_factory=dict)
    _lock: RLock = field(default_factory=RLock)

    def new(
        self,
        channel: str,
        user: str,
        *,
        message_ts: str | None = None,
        ephemeral: bool = False,
        thread_ts: str | None = None,
    ) -> str:
        """The token of a new one."""
        now, token = self.clock(), secrets.token_hex(12)
        with self._lock:
            over = [old for old, url in self._urls.items() if now - url.made_at > LIFE]
            for old in over:
                del self._urls[old]
            self._urls[token] = ResponseUrl(channel, user, now, message_ts, ephemeral, thread_ts)
        self._tell(*over, token)
        return token

    def use(self, token: str) -> ResponseUrl:
        """Raises expired_url after thirty minutes and used_url after five uses."""
        with self._lock:
            url = self._urls.get(token)
            if url is None or self.clock() - url.made_at > LIFE:
                raise SlackError("expired_url")
            if url.uses >= USES:
                raise SlackError("used_url")
            self._urls[token] = replace(url, uses=url.uses + 1)
        self._tell(token)
        return url

    def find(self, token: str) -> ResponseUrl | None:
        with self._lock:
            return self._urls.get(token)

    def restore(self, token: str, url: ResponseUrl) -> None:
        with self._lock:
            self._urls[token] = url

    def _tell(self, *tokens: str) -> None:
        for token in tokens:
            self.changes.tell(Change("response", ts=token))
