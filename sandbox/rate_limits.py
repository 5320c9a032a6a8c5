"""Too many calls: 429 with Retry-After, by method and, for posting, by channel."""

import math
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Lock

from sandbox.faults import Fault
from sandbox.web_api import METHODS
from sandbox.web_api.tiers import PER_CHANNEL, Allowance
from sandbox.workspace.model import Clock, Json

POST = "chat.postMessage"
Key = tuple[str, str]


class RateLimits:
    """Counts calls by the workspace's clock (GCRA). A refused call uses nothing up. Thread-safe.

    `channel_of` gives one name to a channel however the call names it.
    """

    def __init__(self, clock: Clock, channel_of: Callable[[str], str]) -> None:
        self._clock = clock
        self._channel_of = channel_of
        self._free_at: dict[Key, datetime] = {}
        self._lock = Lock()

    def on_call(self, method: str, arguments: Json) -> Fault | None:
        """The 429 that this call suffers, None when it may pass."""
        limits = self._limits(method, arguments)
        now = self._clock()
        with self._lock:
            wait = max((self._wait(key, limit, now) for key, limit in limits), default=0.0)
            if wait <= 0:
                for key, limit in limits:
                    self._free_at[key] = self._next(key, now) + _interval(limit)
                return None
        return Fault("rate_limit", method, 1, max(1, math.ceil(wait)))

    def _limits(self, method: str, arguments: Json) -> list[tuple[Key, Allowance]]:
        if method not in METHODS:
            return []
        limits: list[tuple[Key, Allowance]] = [((method, ""), METHODS[method].tier)]
        if method == POST and arguments.get("channel"):
            channel = self._channel_of(str(arguments["channel"]))
            limits.append(((method, channel), PER_CHANNEL))
        return limits

    def _wait(self, key: Key, limit: Allowance, now: datetime) -> float:
        """Seconds until `key` may be used again."""
        slack = (limit.burst - 1) * _interval(limit)
        return (self._next(key, now) - slack - now).total_seconds()

    def _next(self, key: Key, now: datetime) -> datetime:
        return max(self._free_at.get(key, now), now)


def _interval(limit: Allowance) -> timedelta:
    return timedelta(minutes=1) / limit.per_minute
