"""Live updates: every open page hears of the changes that its person may see."""

import asyncio

from starlette.websockets import WebSocket, WebSocketDisconnect

from sandbox.workspace.messages import Workspace
from sandbox.workspace.model import Change, Json, Message, SlackError
from sandbox.workspace.shapes import message_shape

_PRIVATE = ("view", "home", "read")
_SECRET = ("response",)


class Live:
    """The open pages. Lives on the server's event loop."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._pages: dict[asyncio.Queue[Json], str] = {}

    async def serve(self, socket: WebSocket) -> None:
        """Hold one page's connection. `as` in the query is the person's id."""
        # Known before it is accepted: what happens in between must reach it too.
        queue: asyncio.Queue[Json] = asyncio.Queue()
        self._pages[queue] = socket.query_params.get("as", "")
        try:
            await socket.accept()
            sending = asyncio.create_task(_send_all(socket, queue))
            await _until_closed(socket)
            sending.cancel()
        finally:
            del self._pages[queue]

    def on_change(self, change: Change) -> None:
        for queue, user in list(self._pages.items()):
            if self._may_see(user, change):
                queue.put_nowait(self._news(change))

    def _may_see(self, user: str, change: Change) -> bool:
        if change.kind in _SECRET:
            return False
        if change.kind in _PRIVATE or change.user:
            return change.user == user
        if change.channel and change.kind != "member":
            return user in self._workspace.conversation(change.channel).members
        return True

    def _news(self, change: Change) -> Json:
        news: Json = {"kind": change.kind, "channel": change.channel, "ts": change.ts}
        if change.kind in ("message.posted", "message.updated", "message.reacted"):
            message = self._message(change)
            if message is not None:
                news["message"] = self._shape(message)
                news["parent"] = self._parent(message)
        return news

    def _shape(self, message: Message) -> Json:
        replies = self._workspace.replies(message.channel, message.ts)
        return message_shape(message, replies)

    def _parent(self, message: Message) -> Json | None:
        """A reply's first message, whose count of replies has changed."""
        if not message.is_reply:
            return None
        try:
            return self._shape(self._workspace.message(message.channel, message.thread_ts or ""))
        except SlackError:
            return None

    def _message(self, change: Change) -> Message | None:
        channel, ts = change.channel or "", change.ts or ""
        try:
            if change.user:
                return self._workspace.ephemeral(change.user, ts)
            return self._workspace.message(channel, ts)
        except SlackError:
            return None


async def _until_closed(socket: WebSocket) -> None:
    try:
        while True:
            await socket.receive_text()
    except WebSocketDisconnect:
        return


async def _send_all(socket: WebSocket, queue: asyncio.Queue[Json]) -> None:
    while True:
        news = await queue.get()
        try:
            await socket.send_json(news)
        except (RuntimeError, WebSocketDisconnect):
            return
