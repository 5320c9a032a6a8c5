"""The record of what app and workspace said to each other, for the inspector."""

import itertools
from collections import deque
from dataclasses import asdict, dataclass
from threading import Lock

from sandbox.workspace.changes import Changes
from sandbox.workspace.model import Change, Clock, Json

KEPT = 500


@dataclass(frozen=True)
class Exchange:
    """One request and its answer. `direction` is `from app` or `to app`; `ms` is milliseconds."""

    id: int
    at: str
    direction: str
    name: str
    status: str
    ms: float
    request: object
    response: object

    def to_json(self) -> Json:
        return asdict(self)


class Traffic:
    """The latest exchanges, oldest first. Thread-safe."""

    def __init__(self, clock: Clock, changes: Changes) -> None:
        self._clock = clock
        self._changes = changes
        self._kept: deque[Exchange] = deque(maxlen=KEPT)
        self._ids = itertools.count(1)
        self._lock = Lock()

    def record(
        self, direction: str, name: str, status: str, ms: float, request: object, response: object
    ) -> None:
        at = self._clock().isoformat()
        with self._lock:
            self._kept.append(
                Exchange(
                    next(self._ids), at, direction, name, status, round(ms, 1), request, response
                )
            )
        self._changes.tell(Change("traffic"))

    def since(self, after: int = 0) -> list[Exchange]:
        """The kept exchanges with an id above `after`."""
        with self._lock:
            return [exchange for exchange in self._kept if exchange.id > after]
