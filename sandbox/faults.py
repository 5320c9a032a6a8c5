"""Misbehaviour on command: what the next calls and deliveries suffer."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from threading import Lock
from typing import Any

from sandbox.workspace.model import Json, SlackError

ANY_METHOD = "*"
CALL_KINDS = ("rate_limit", "fail", "hang", "drop_reply")


@dataclass
class Fault:
    """`times` more occurrences of `kind` on `target` (a method, `*`, or `delivery`).

    `number` is the Retry-After or the length of the hang in seconds, or the HTTP status.
    """

    kind: str
    target: str
    times: int
    number: float = 0.0


class Faults:
    """Faults in the order they were asked for; each serves the calls it matches. Thread-safe."""

    def __init__(self) -> None:
        self._armed: list[Fault] = []
        self._lock = Lock()
        self._on_disconnect: Callable[[bool], None] = lambda warn: None
        self._on_release: Callable[[], None] = lambda: None

    def rate_limit(self, method: str, times: int = 1, retry_after: int = 1) -> None:
        """The next calls of `method` answer 429 with `Retry-After: retry_after` (seconds)."""
        self._arm(Fault("rate_limit", method, times, retry_after))

    def fail(self, method: str, times: int = 1, status: int = 503) -> None:
        """The next calls answer this HTTP status without doing anything."""
        self._arm(Fault("fail", method, times, status))

    def hang(self, method: str, times: int = 1, seconds: float = 30) -> None:
        """The next calls are not done and get no answer for so long, then the line is cut."""
        self._arm(Fault("hang", method, times, seconds))

    def drop_reply(self, method: str, times: int = 1) -> None:
        """The next calls are done, but the connection closes without an answer."""
        self._arm(Fault("drop_reply", method, times))

    def duplicate(self, times: int = 1) -> None:
        """The next deliveries to the app arrive twice."""
        self._arm(Fault("duplicate", "delivery", times))

    def hold(self, times: int = 1) -> None:
        """The next deliveries wait until `release`: late, and after those sent meanwhile."""
        self._arm(Fault("hold", "delivery", times))

    def release(self) -> None:
        """Send what was held."""
        self._on_release()

    def disconnect(self, *, warn: bool = True) -> None:
        """Ask every socket to reconnect (`warn`), or cut them without a word."""
        self._on_disconnect(warn)

    def do(self, wish: Json) -> None:
        """Arm or do what a JSON wish says (README.md). Raises `unknown_fault`."""
        kind, times = wish.get("kind"), int(wish.get("times", 1))
        method = str(wish.get("method", "*"))
        kinds: dict[Any, Callable[[], None]] = {
            "rate_limit": lambda: self.rate_limit(method, times, int(wish.get("number", 1))),
            "fail": lambda: self.fail(method, times, int(wish.get("number", 503))),
            "hang": lambda: self.hang(method, times, float(wish.get("number", 30))),
            "drop_reply": lambda: self.drop_reply(method, times),
            "duplicate": lambda: self.duplicate(times),
            "hold": lambda: self.hold(times),
            "release": self.release,
            "disconnect": lambda: self.disconnect(warn=bool(wish.get("warn", True))),
            "clear": self.clear,
        }
        if kind not in kinds:
            raise SlackError("unknown_fault", known=sorted(kinds))
        kinds[kind]()

    def clear(self) -> None:
        with self._lock:
            self._armed.clear()

    def armed(self) -> list[Json]:
        """The faults that are still to come."""
        with self._lock:
            return [asdict(fault) for fault in self._armed]

    def on_call(self, method: str) -> Fault | None:
        """Take the fault that this call suffers, if any."""
        return self._take(CALL_KINDS, method)

    def on_delivery(self, kind: str) -> bool:
        """Take a `duplicate` or `hold` for this delivery."""
        return self._take((kind,), "delivery") is not None

    def connect(self, disconnect: Callable[[bool], None], release: Callable[[], None]) -> None:
        """Say who carries out `disconnect` and `release`."""
        self._on_disconnect, self._on_release = disconnect, release

    def _arm(self, fault: Fault) -> None:
        with self._lock:
            self._armed.append(fault)

    def _take(self, kinds: tuple[str, ...], target: str) -> Fault | None:
        with self._lock:
            for fault in self._armed:
                if fault.kind in kinds and fault.target in (target, ANY_METHOD):
                    fault.times -= 1
                    if fault.times <= 0:
                        self._armed.remove(fault)
                    return fault
        return None
