"""One process that only works leads: Baton wired as always, but Slack answers at once.

`python -m benchmarks.worker` runs until it is ended. It says `ready` in the file `ready`.
"""

from __future__ import annotations

import signal
import threading
from datetime import datetime
from itertools import count
from pathlib import Path

from bot.log import set_up_logging
from bot.settings import Settings
from bot.wiring import build
from handlers.flows.ports import FileRefusedError, MessagePlace, SharedFile
from handlers.flows.telling.messages import Message

READY = Path("ready")


class InstantMessenger:
    """Slack without Slack: everything is posted at once and can be found nowhere."""

    def __init__(self) -> None:
        self._numbers = count(1)

    def post(
        self, recipient: str, message: Message, *, message_id: str, thread: MessagePlace | None
    ) -> MessagePlace:
        return MessagePlace(recipient, f"{next(self._numbers)}.000000")

    def whisper(self, channel: str, user: str, text: str) -> None:
        return None

    def update(self, place: MessagePlace, message: Message) -> None:
        return None

    def find(
        self, recipient: str, *, message_id: str, since: datetime, thread: MessagePlace | None
    ) -> MessagePlace | None:
        return None

    def fetch(self, file_id: str, channel: str, *, largest: int) -> SharedFile:
        raise FileRefusedError("nobody shares files here")


def main() -> None:
    ended = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: ended.set())
    settings = Settings()
    set_up_logging(settings.log_level)
    program = build(settings, messenger=InstantMessenger())
    program.start()
    try:
        READY.touch()
        ended.wait()
    finally:
        program.stop()


if __name__ == "__main__":
    main()
