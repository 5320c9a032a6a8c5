"""How often one address may post one form: policy's figure, counted in this process."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from http import HTTPStatus
from threading import Lock

from bot.token_bucket import TokenBucket
from handlers.intake.problem import RefusedError
from routing.policy.tables.sources import SourcePolicy

MINUTE = 60.0
MOST_SENDERS = 10_000
"""Senders remembered; the one who was silent the longest is forgotten first."""


class SenderLimits:
    """`clock` gives seconds and never jumps."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._buckets: OrderedDict[tuple[str, str, int], TokenBucket] = OrderedDict()
        self._lock = Lock()

    def check(self, source: SourcePolicy, address: str) -> None:
        """Count one delivery. RefusedError 429 when this address has made too many."""
        if source.per_minute is None:
            return
        if not self._bucket(source.id, address, source.per_minute).take(self._clock()):
            raise RefusedError(
                HTTPStatus.TOO_MANY_REQUESTS,
                f"At most {source.per_minute} leads a minute from one address. Send it again.",
            )

    def _bucket(self, source_id: str, address: str, per_minute: int) -> TokenBucket:
        key = (source_id, address, per_minute)
        with self._lock:
            bucket = self._buckets.pop(key, None) or TokenBucket(per_minute, MINUTE)
            self._buckets[key] = bucket
            if len(self._buckets) > MOST_SENDERS:
                self._buckets.popitem(last=False)
        return bucket
