"""One call of a Web API method: its arguments, who makes it, and what it may touch."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from sandbox.manifest import Manifest
from sandbox.workspace.messages import Workspace
from sandbox.workspace.model import Json, Message, SlackError, micros
from sandbox.workspace.shapes import message_shape
from sandbox.workspace.surfaces import Surfaces


@dataclass(frozen=True)
class Slack:
    """What the methods work on. `socket_url` makes the address of a new Socket Mode connection."""

    workspace: Workspace
    surfaces: Surfaces
    manifest: Manifest
    base_url: Callable[[], str]
    socket_url: Callable[[], str]


@dataclass(frozen=True)
class Call:
    """The arguments as sent: strings from forms, any JSON value from JSON bodies."""

    slack: Slack
    arguments: Mapping[str, object] = field(default_factory=dict)

    def given(self, name: str) -> bool:
        return self.arguments.get(name) not in (None, "")

    def text(self, name: str, default: str | None = None) -> str:
        """A string argument; without a default it is required (`invalid_arguments`)."""
        value = self.arguments.get(name)
        if value in (None, ""):
            if default is None:
                raise SlackError.explained("invalid_arguments", [f"missing required field: {name}"])
            return default
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            raise SlackError.explained("invalid_arguments", [f"must be a string: {name}"])
        return str(value)

    def flag(self, name: str, default: bool = False) -> bool:
        value = self.arguments.get(name, default)
        return value in (True, 1, "1", "true", "True")

    def number(self, name: str, default: int, most: int) -> int:
        """A whole number from 1 to `most`. Raises `invalid_limit`."""
        try:
            value = int(self.text(name, str(default)))
        except ValueError as error:
            raise SlackError("invalid_limit") from error
        if not 1 <= value <= most:
            raise SlackError("invalid_limit")
        return value

    def document(self, name: str, error: str) -> object:
        """A JSON value, sent as such or as a string holding it. Raises `error` on bad JSON."""
        value = self.arguments.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value)
        except json.JSONDecodeError as problem:
            raise SlackError(error) from problem

    def ts(self, name: str, default: str | None = None, error: str = "invalid_arguments") -> str:
        value = self.text(name, default)
        try:
            micros(value)
        except ValueError as problem:
            raise SlackError(error) from problem
        return value

    def need_scope(self, *any_of: str) -> None:
        """Raises missing_scope unless the app has one of these."""
        scopes = self.slack.manifest.scopes
        if any_of and not scopes.intersection(any_of):
            needed, provided = ",".join(any_of), ",".join(sorted(scopes))
            raise SlackError("missing_scope", needed=needed, provided=provided)

    def show(self, message: Message, *, metadata: bool = True) -> Json:
        replies = self.slack.workspace.replies(message.channel, message.ts)
        return message_shape(message, replies, metadata=metadata)
