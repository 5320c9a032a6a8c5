"""Leave a provider that keeps failing alone for a while (circuit breaker)."""

from __future__ import annotations

from threading import Lock

LONGEST_REST = 3600.0
"""Seconds; no provider can ask for a longer rest than this."""


class CircuitBreaker:
    """Closed until so many failures in a row; then nobody is asked for `rest` seconds; then one
    call tries, and its end closes or opens it again.

    State of one process: each replica finds out for itself. `now` is of a clock that never jumps.
    """

    def __init__(self, failures: int, rest: float) -> None:
        self._most = failures
        self._rest = rest
        self._failures = 0
        self._until: float | None = None
        self._lock = Lock()

    def may_call(self, now: float) -> bool:
        """Whether to call now; of several callers after a rest, one is let through."""
        with self._lock:
            if self._until is None:
                return True
            if now < self._until:
                return False
            self._until = now + self._rest
            return True

    def succeeded(self) -> None:
        with self._lock:
            self._failures, self._until = 0, None

    def failed(self, now: float, after: float = 0) -> None:
        """`after` is how long the provider asked to be left alone; then that holds at once."""
        with self._lock:
            self._failures += 1
            if after > 0 or self._failures >= self._most or self._until is not None:
                self._until = now + max(self._rest, min(after, LONGEST_REST))
