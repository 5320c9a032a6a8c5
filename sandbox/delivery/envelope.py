"""What goes to the app, and what comes back."""

import uuid
from dataclasses import dataclass, field

from sandbox.workspace.model import Json

EVENT = "events_api"
INTERACTIVE = "interactive"
COMMAND = "slash_commands"


@dataclass(frozen=True)
class Envelope:
    """One payload on its way. `kind` is Socket Mode's type; retries count from 1."""

    kind: str
    payload: Json
    retry_num: int = 0
    retry_reason: str = ""
    id: str = field(default_factory=lambda: str(uuid.uuid4()))

    @property
    def name(self) -> str:
        """For people: the type of the payload, with the event's or command's own name."""
        inner = self.payload.get("event", {}).get("type") or self.payload.get("command")
        return str(inner or self.payload.get("type") or self.kind)

    def to_socket(self) -> Json:
        """As Socket Mode sends it."""
        message: Json = {
            "envelope_id": self.id,
            "payload": self.payload,
            "type": self.kind,
            "accepts_response_payload": self.kind != EVENT,
        }
        if self.kind == EVENT:
            message |= {"retry_attempt": self.retry_num, "retry_reason": self.retry_reason}
        return message


@dataclass(frozen=True)
class Reply:
    """The app's acknowledgement and what it carried, or why there is none (`error`).

    `error` is Slack's word for it: operation_timeout, dispatch_failed or http_error.
    """

    acknowledged: bool
    body: Json | str | None = None
    error: str = ""
    detail: str = ""
    retry: bool = True
