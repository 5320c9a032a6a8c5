"""No more often than policy says (token bucket)."""

from __future__ import annotations

from threading import Lock


class TokenBucket:
    """At most `calls` in a burst, refilled evenly over `seconds`; for one process.

    `now` is of a clock that never jumps.
    """

    def __init__(self, calls: int, seconds: float) -> None:
        self._most = float(calls)
        self._per_second = calls / seconds
        self._left = float(calls)
        self._at: float | None = None
        self._lock = Lock()

    def take(self, now: float) -> bool:
        """Take one if there is one."""
        with self._lock:
            before = now if self._at is None else self._at
            self._at = now
            self._left = min(self._most, self._left + (now - before) * self._per_second)
            if self._left < 1:
                return False
            self._left -= 1
            return True
