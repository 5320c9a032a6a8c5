"""Events: what happens in the workspace and the app subscribed to."""

from sandbox.delivery import Delivery
from sandbox.delivery.payloads import event_callback
from sandbox.manifest import Manifest
from sandbox.workspace.messages import Workspace
from sandbox.workspace.model import (
    BOT_USER_ID,
    TEAM_ID,
    Change,
    Conversation,
    Json,
    Message,
    SlackError,
)
from sandbox.workspace.shapes import message_shape, view_shape
from sandbox.workspace.surfaces import Surfaces

_CHANNEL_TYPES = {"im": "im", "groups": "group", "channels": "channel"}


class Events:
    """Turns changes into events and delivers those of the manifest. On the server's event loop."""

    def __init__(
        self, workspace: Workspace, surfaces: Surfaces, manifest: Manifest, delivery: Delivery
    ) -> None:
        self._workspace = workspace
        self._surfaces = surfaces
        self._manifest = manifest
        self._delivery = delivery

    def on_change(self, change: Change) -> None:
        """Events of messages, reactions and memberships; ephemeral messages make none."""
        if change.user or not change.channel:
            return
        if change.detail:
            self._detailed(change, change.detail)
        elif change.kind.startswith("message."):
            self._message(change, change.channel)

    def _detailed(self, change: Change, detail: Json) -> None:
        """Events whose beginning the change itself carries: reactions and memberships."""
        if detail["type"] not in self._manifest.events:
            return
        channel = self._workspace.conversation(change.channel or "")
        event = {**detail, "event_ts": f"{self._workspace.now().timestamp():.6f}"}
        if change.kind == "message.reacted":
            message = self._workspace.message(channel.id, change.ts or "")
            item = {"type": "message", "channel": channel.id, "ts": message.ts}
            event |= {"item_user": message.user, "item": item}
        else:
            letter = "G" if channel.kind == "groups" else "C"
            event |= {"channel": channel.id, "channel_type": letter, "team": TEAM_ID}
        self._send(event)

    def _message(self, change: Change, channel_id: str) -> None:
        channel = self._workspace.conversation(channel_id)
        event = self._message_event(channel, change)
        if event is None:
            return
        if f"message.{channel.kind}" in self._manifest.events:
            self._send(event)
        if change.kind == "message.posted" and "file_shared" in self._manifest.events:
            self._files_shared(channel, event)
        mentioned = f"<@{BOT_USER_ID}>" in event.get("text", "")
        wanted = "app_mention" in self._manifest.events and channel.kind != "im"
        if mentioned and wanted and event.get("user") != BOT_USER_ID:
            self._send({**event, "type": "app_mention"})

    def _files_shared(self, channel: Conversation, event: Json) -> None:
        for file in event.get("files", ()):
            self._send(
                {
                    "type": "file_shared",
                    "channel_id": channel.id,
                    "file_id": file["id"],
                    "user_id": event["user"],
                    "file": {"id": file["id"]},
                    "event_ts": event["event_ts"],
                }
            )

    def home_opened(self, user: str, tab: str) -> None:
        """`tab` is `home` or `messages`."""
        if "app_home_opened" not in self._manifest.events:
            return
        event: Json = {
            "type": "app_home_opened",
            "user": user,
            "channel": self._workspace.direct(user).id,
            "tab": tab,
            "event_ts": str(self._workspace.now().timestamp()),
        }
        view = self._surfaces.homes.get(user)
        if view is not None and tab == "home":
            event["view"] = view_shape(view)
        self._send(event)

    def _send(self, event: Json) -> None:
        now = int(self._workspace.now().timestamp())
        self._delivery.deliver_event(event_callback(event, now))

    def _message_event(self, channel: Conversation, change: Change) -> Json | None:
        where = {"channel": channel.id, "channel_type": _CHANNEL_TYPES[channel.kind]}
        ts = change.ts or ""
        if change.kind == "message.deleted":
            deleted = {"subtype": "message_deleted", "hidden": True, "deleted_ts": ts}
            return {"type": "message", **deleted, **where, "ts": ts, "event_ts": ts}
        try:
            message = self._workspace.message(channel.id, ts)
        except SlackError:
            return None
        shape = message_shape(message, [])
        if change.kind == "message.updated":
            return self._changed(message, shape) | where
        shared = {"subtype": "file_share"} if message.files else {}
        return {**shape, **shared, **where, "event_ts": ts, "team": TEAM_ID}

    def _changed(self, message: Message, shape: Json) -> Json:
        at = message.edited_ts or message.ts
        return {
            "type": "message",
            "subtype": "message_changed",
            "hidden": True,
            "message": shape,
            "ts": at,
            "event_ts": at,
        }
