"""Takes in what was received, batch after batch, on a thread of its own."""

from __future__ import annotations

from threading import Event, Thread

import structlog

from bot.log import where_raised
from handlers.flows.ports import Ports
from handlers.flows.taking_in.take_in_deliveries import take_in_deliveries

log = structlog.get_logger(__name__)

LOOK_SECONDS = 0.05
BREATH_SECONDS = 0.001
"""Between two batches, so that a sender who waits for the database gets it."""
FAILED_SECONDS = 1.0
STOP_SECONDS = 5.0


class IntakeRound:
    """Looks for deliveries in line; replicas share the line and take turns."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports
        self._stopping = Event()
        self._thread: Thread | None = None

    def start(self) -> None:
        self._thread = Thread(target=self._go_round, name="intake", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End after the batch that is being taken in."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(STOP_SECONDS)

    def _go_round(self) -> None:
        pause = 0.0
        while not self._stopping.wait(pause):
            try:
                pause = BREATH_SECONDS if take_in_deliveries(self._ports) else LOOK_SECONDS
            except Exception as error:  # the database is away: what waits there goes on waiting
                log.error("intake_failed", error=where_raised(error))
                pause = FAILED_SECONDS
