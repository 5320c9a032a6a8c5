"""A messenger that keeps what it was given, and fails as it is told to."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime

from handlers.flows.ports import MessagePlace, MessageUnclearError, SharedFile
from handlers.flows.telling.messages import CaseCard, LeadCard, Message, TextMessage


@dataclass
class Posted:
    recipient: str
    message: Message
    message_id: str
    thread: MessagePlace | None
    place: MessagePlace


@dataclass
class KeepingMessenger:
    """`fail_next` raises before anything is posted, `lose_reply` after it was posted."""

    posted: list[Posted] = field(default_factory=list)
    whispered: list[tuple[str, str, str]] = field(default_factory=list)
    looked_up: list[str] = field(default_factory=list)
    fail_next: list[Exception] = field(default_factory=list)
    lose_reply: bool = False
    files: dict[str, SharedFile] = field(default_factory=dict)

    def post(
        self, recipient: str, message: Message, *, message_id: str, thread: MessagePlace | None
    ) -> MessagePlace:
        if self.fail_next:
            raise self.fail_next.pop(0)
        place = MessagePlace(f"D{recipient}", f"{len(self.posted) + 1}.0")
        self.posted.append(Posted(recipient, message, message_id, thread, place))
        if self.lose_reply:
            self.lose_reply = False
            raise MessageUnclearError("the reply was lost")
        return place

    def whisper(self, channel: str, user: str, text: str) -> None:
        if self.fail_next:
            raise self.fail_next.pop(0)
        self.whispered.append((channel, user, text))

    def update(self, place: MessagePlace, message: Message) -> None:
        if self.fail_next:
            raise self.fail_next.pop(0)
        next(p for p in self.posted if p.place == place).message = message

    def find(
        self, recipient: str, *, message_id: str, since: datetime, thread: MessagePlace | None
    ) -> MessagePlace | None:
        if self.fail_next:
            raise self.fail_next.pop(0)
        self.looked_up.append(message_id)
        return next((p.place for p in self.posted if p.message_id == message_id), None)

    def fetch(self, file_id: str, channel: str, *, largest: int) -> SharedFile:
        if self.fail_next:
            raise self.fail_next.pop(0)
        return replace(self.files[file_id], channel=channel)

    def lead_cards(self) -> list[LeadCard]:
        return [p.message for p in self.posted if isinstance(p.message, LeadCard)]

    def case_cards(self) -> list[CaseCard]:
        return [p.message for p in self.posted if isinstance(p.message, CaseCard)]

    def texts(self) -> list[tuple[str, str]]:
        """Recipient and text of the plain messages."""
        return [(p.recipient, p.message.text) for p in self.posted
                if isinstance(p.message, TextMessage)]  # fmt: skip
