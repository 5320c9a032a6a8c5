"""The API of the web page, used by the driver and by outsiders too. See README.md."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.faults import Faults
from sandbox.http_api import json_response
from sandbox.intake import send_form
from sandbox.interactions import Interactions, Place
from sandbox.manifest import Manifest
from sandbox.workspace import reactions
from sandbox.workspace.files import LARGEST
from sandbox.workspace.messages import Workspace
from sandbox.workspace.model import BOT_USER_ID, Conversation, Json, Message, SlackError
from sandbox.workspace.shapes import message_shape, view_shape
from sandbox.workspace.surfaces import Surfaces
from sandbox.workspace.traffic import Traffic

Endpoint = Callable[[Request], Awaitable[Json]]


class PageApi:
    """Endpoints under /sandbox. Refusals are `{"ok": false, "error": ...}` with status 400."""

    def __init__(
        self,
        workspace: Workspace,
        surfaces: Surfaces,
        manifest: Manifest,
        interactions: Interactions,
        faults: Faults,
        traffic: Traffic,
        intake_url: str | None,
    ) -> None:
        self._workspace = workspace
        self._surfaces = surfaces
        self._manifest = manifest
        self._interactions = interactions
        self._faults = faults
        self._traffic = traffic
        self._intake_url = intake_url

    def routes(self) -> list[Route]:
        """One line for each endpoint."""
        return [
            _get("people", self.people),
            _get("conversations", self.conversations),
            _get("messages", self.messages),
            _get("modal", self.modal),
            _get("home", self.home),
            _get("traffic", self.traffic),
            _get("faults", self.armed_faults),
            _post("home", self.open_home),
            _post("post", self.post),
            _post("upload", self.upload),
            _post("command", self.command),
            _post("click", self.click),
            _post("suggest", self.suggest),
            _post("submit", self.submit),
            _post("close", self.close),
            _post("read", self.read),
            _post("react", self.react),
            _post("join", self.join),
            _post("leave", self.leave),
            _post("faults", self.arm_fault),
            _post("intake", self.intake),
        ]

    # looking

    async def people(self, request: Request) -> Json:
        found = [
            {"id": p.user_id, "name": p.name, "title": p.title, "email": p.email, "tz": p.tz}
            for p in self._workspace.people.values()
        ]
        app = {"id": BOT_USER_ID, "name": self._workspace.app.name}
        commands = [{"name": n, "hint": h} for n, h in sorted(self._manifest.commands.items())]
        return {
            "people": found,
            "app": app,
            "commands": commands,
            "home": self._manifest.home_enabled,
            "intake": self._intake_url,
            "largest_file": LARGEST,
        }

    async def conversations(self, request: Request) -> Json:
        user = self._user(request.query_params.get("as", ""))
        found = self._workspace.conversations_of(user)
        others = [
            {"id": c.id, "name": c.name}
            for c in self._workspace.conversations()
            if c.kind == "channels" and user not in c.members
        ]
        return {"conversations": [self._conversation(user, c) for c in found], "others": others}

    async def messages(self, request: Request) -> Json:
        """A window of a conversation, or with `thread` a message and its replies; oldest first."""
        query = request.query_params
        user = self._user(query.get("as", ""))
        channel = self._workspace.joined(user, query.get("channel", ""))
        if query.get("thread"):
            root = self._workspace.message(channel.id, query["thread"])
            thread = [root, *self._workspace.replies(channel.id, root.ts)]
            mine = [m for m in self._ephemerals(user, channel) if m.thread_ts == root.ts]
            return {"messages": self._shown(thread + mine), "has_more": False}
        return self._window(user, channel, query)

    def _window(self, user: str, channel: Conversation, query: Mapping[str, str]) -> Json:
        """The messages before or after a ts, else the latest; this person's own among them."""
        limit = min(int(query.get("limit", "50")), 200)
        low, high = query.get("after") or "0", query.get("before") or "9" * 12
        if query.get("after"):
            page = self._workspace.later(channel.id, low, limit)
            high = page.messages[-1].ts if page.has_more else high
        else:
            before = query.get("before") or None
            page = self._workspace.history(channel.id, latest=before, limit=limit)
            low = page.messages[-1].ts if page.has_more else low
        mine = [
            m for m in self._ephemerals(user, channel) if m.thread_ts is None and low < m.ts < high
        ]
        return {
            "messages": self._shown(page.messages + mine),
            "has_more": page.has_more,
            "unread_from": self._workspace.first_unread(user, channel.id),
        }

    async def modal(self, request: Request) -> Json:
        """The modal on top, or null."""
        stack = self._surfaces.stack(self._user(request.query_params.get("as", "")))
        return {"view": view_shape(stack[-1]) if stack else None, "depth": len(stack)}

    async def home(self, request: Request) -> Json:
        view = self._surfaces.homes.get(self._user(request.query_params.get("as", "")))
        return {"view": view_shape(view) if view else None}

    async def traffic(self, request: Request) -> Json:
        after = int(request.query_params.get("after", "0"))
        return {"exchanges": [e.to_json() for e in self._traffic.since(after)]}

    async def armed_faults(self, request: Request) -> Json:
        return {"armed": self._faults.armed()}

    # doing

    async def open_home(self, request: Request) -> Json:
        body = await _body(request)
        return self._interactions.open_home(self._user(body["as"]), str(body.get("tab", "home")))

    async def post(self, request: Request) -> Json:
        body = await _body(request)
        thread = body.get("thread_ts")
        message = self._interactions.post(
            self._user(body["as"]), self._channel(body), str(body["text"]), thread
        )
        return {"ts": message.ts}

    async def upload(self, request: Request) -> Json:
        """Share files: a form with one or more `file`, or `name` and `text` of one as JSON."""
        if request.headers.get("content-type", "").startswith("multipart/form-data"):
            async with request.form() as form:
                body: Json = {key: value for key, value in form.items() if isinstance(value, str)}
                sent = [file for file in form.getlist("file") if isinstance(file, UploadFile)]
                contents = [(file.filename or "file", await file.read()) for file in sent]
            said = str(body.get("text", ""))
        else:
            body = await _body(request)
            contents, said = [(str(body["name"]), str(body["text"]).encode())], ""
        message = self._interactions.upload(
            self._user(body["as"]), self._channel(body), contents, said, body.get("thread_ts")
        )
        return {"ts": message.ts}

    async def command(self, request: Request) -> Json:
        body = await _body(request)
        user = self._user(body["as"])
        return await self._interactions.command(user, self._channel(body), str(body["text"]))

    async def click(self, request: Request) -> Json:
        body = await _body(request)
        return await self._interactions.click(
            self._user(body["as"]),
            _place(body),
            action_id=str(body.get("action_id", "")),
            label=str(body.get("label", "")),
            block_id=str(body.get("block_id", "")),
            value=body.get("value"),
            state=body.get("values"),
        )

    async def suggest(self, request: Request) -> Json:
        body = await _body(request)
        return await self._interactions.suggest(
            self._user(body["as"]),
            _place(body),
            str(body.get("action_id", "")),
            str(body.get("block_id", "")),
            str(body.get("query", "")),
        )

    async def submit(self, request: Request) -> Json:
        body = await _body(request)
        user = self._user(body["as"])
        return await self._interactions.submit(user, str(body["view_id"]), body.get("values", {}))

    async def close(self, request: Request) -> Json:
        body = await _body(request)
        everything = bool(body.get("everything"))
        return await self._interactions.close(self._user(body["as"]), everything=everything)

    async def read(self, request: Request) -> Json:
        body = await _body(request)
        user = self._user(body["as"])
        self._workspace.mark_read(user, self._workspace.joined(user, str(body["channel"])).id)
        return {}

    async def react(self, request: Request) -> Json:
        """Put a reaction on a message, or take one's own away."""
        body = await _body(request)
        user = self._user(body["as"])
        channel = self._workspace.joined(user, str(body["channel"])).id
        reactions.toggle(self._workspace, channel, str(body["ts"]), user, str(body["name"]))
        return {}

    async def join(self, request: Request) -> Json:
        return await self._set_member(request, inside=True)

    async def leave(self, request: Request) -> Json:
        return await self._set_member(request, inside=False)

    async def _set_member(self, request: Request, *, inside: bool) -> Json:
        """Only public channels are joined; only a channel one is in is left."""
        body = await _body(request)
        user = self._user(body["as"])
        channel = self._workspace.conversation(str(body["channel"]))
        if channel.kind == "im" or (inside and channel.kind != "channels"):
            raise SlackError("method_not_supported_for_channel_type")
        if inside == (user in channel.members):
            raise SlackError("already_in_channel" if inside else "not_in_channel")
        self._workspace.set_member(user, channel.id, inside=inside)
        return {}

    async def arm_fault(self, request: Request) -> Json:
        """`{"kind": ..., "method"?, "times"?, "number"?, "warn"?}`; see README.md."""
        body = await _body(request)
        self._faults.do(body)
        return {"armed": self._faults.armed()}

    async def intake(self, request: Request) -> Json:
        """Send a form to the configured intake, for this page's sample lead."""
        fields = (await _body(request)).get("fields", {})
        if self._intake_url is None:
            raise SlackError("no_intake", detail="the server was started without an intake URL")
        status, text = await asyncio.to_thread(send_form, self._intake_url, fields)
        return {"status": status, "body": text}

    # common

    def _user(self, name_or_id: str) -> str:
        return self._workspace.find_person(name_or_id).user_id

    def _channel(self, body: Json) -> str:
        """The channel named, or the person's direct message with the app."""
        return str(body.get("channel") or self._workspace.direct(self._user(body["as"])).id)

    def _conversation(self, user: str, conversation: Conversation) -> Json:
        direct = conversation.direct_with is not None
        return {
            "id": conversation.id,
            "name": self._workspace.app.name if direct else conversation.name,
            "kind": conversation.kind,
            "unread": self._workspace.unread(user, conversation.id),
            "members": len(conversation.members),
        }

    def _ephemerals(self, user: str, channel: Conversation) -> list[Message]:
        return self._workspace.ephemerals(user, channel.id)

    def _shown(self, messages: list[Message]) -> list[Json]:
        ordered = sorted(messages, key=lambda message: message.ts)
        return [message_shape(m, self._workspace.replies(m.channel, m.ts)) for m in ordered]


def _place(body: Json) -> Place:
    return Place(body.get("channel"), body.get("ts"), body.get("view_id"))


async def _body(request: Request) -> Json:
    body = await request.json()
    if not isinstance(body, dict):
        raise SlackError("json_not_object")
    return body


def _guarded(endpoint: Endpoint) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        try:
            return json_response({"ok": True, **await endpoint(request)})
        except SlackError as error:
            return json_response(error.to_slack(), 400)
        except (KeyError, ValueError, TypeError) as error:
            refusal = {"ok": False, "error": "invalid_request", "detail": repr(error)}
            return json_response(refusal, 400)

    return answer


def _get(name: str, endpoint: Endpoint) -> Route:
    return Route(f"/sandbox/{name}", _guarded(endpoint), methods=["GET"])


def _post(name: str, endpoint: Endpoint) -> Route:
    return Route(f"/sandbox/{name}", _guarded(endpoint), methods=["POST"])
