"""Who wants to know that something happened, and telling them."""

from collections.abc import Callable
from threading import Lock

from sandbox.workspace.model import Change

Subscriber = Callable[[Change], None]


class Changes:
    """Tells every subscriber of every change, in the thread that made it. Thread-safe."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._subscribers: tuple[Subscriber, ...] = ()

    def subscribe(self, subscriber: Subscriber) -> Callable[[], None]:
        """Call `subscriber` at every change from now on; returns what ends the subscription."""
        with self._lock:
            self._subscribers += (subscriber,)
        return lambda: self._remove(subscriber)

    def tell(self, change: Change) -> None:
        for subscriber in self._subscribers:
            subscriber(change)

    def _remove(self, subscriber: Subscriber) -> None:
        with self._lock:
            self._subscribers = tuple(s for s in self._subscribers if s is not subscriber)
