"""What a person does in the workspace, carried to the app and back."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sandbox.block_kit import (
    all_options,
    checked_blocks,
    checked_view,
    elements_of,
    label_of,
)
from sandbox.delivery import COMMAND, INTERACTIVE, Delivery, Reply, payloads
from sandbox.delivery.payloads import Spot
from sandbox.events import Events
from sandbox.inputs import Given, chosen, refusals, state_of
from sandbox.manifest import Manifest
from sandbox.workspace.files import LARGEST, file_shape
from sandbox.workspace.messages import Workspace
from sandbox.workspace.model import (
    BOT_USER_ID,
    Conversation,
    Json,
    Message,
    SlackError,
)
from sandbox.workspace.shapes import message_shape, view_shape
from sandbox.workspace.surfaces import Surfaces, View

SLACKBOT = "USLACKBOT"
EXTERNAL = ("external_select", "multi_external_select")
TROUBLE = "We had some trouble connecting. Try again?"


@dataclass(frozen=True)
class Place:
    """Where a person clicks: a message in a channel, or a view (a modal or the Home)."""

    channel: str | None = None
    ts: str | None = None
    view_id: str | None = None


@dataclass(frozen=True)
class _Surface:
    """A place looked up: its blocks and how payloads name it."""

    blocks: list[Json]
    channel: Conversation | None = None
    message: Message | None = None
    view: View | None = None


class Interactions:
    """One method for each thing a person can do. Lives on the server's event loop."""

    def __init__(
        self,
        workspace: Workspace,
        surfaces: Surfaces,
        manifest: Manifest,
        delivery: Delivery,
        events: Events,
        base_url: Callable[[], str],
    ) -> None:
        self._workspace = workspace
        self._surfaces = surfaces
        self._manifest = manifest
        self._delivery = delivery
        self._events = events
        self._base_url = base_url

    # messages and commands

    def post(self, user: str, channel: str, text: str, thread_ts: str | None = None) -> Message:
        """Say something; `@Name` becomes a mention, markup is escaped, as Slack's client does."""
        conversation = self._workspace.joined(user, channel)
        if not text.strip():
            raise SlackError("no_text")
        return self._workspace.post(
            conversation.id, user, self._written(text), thread_ts=thread_ts or None
        )

    def upload(
        self,
        user: str,
        channel: str,
        contents: Sequence[tuple[str, bytes]],
        text: str = "",
        thread_ts: str | None = None,
    ) -> Message:
        """Share files, each a name and its content, in one message with an optional text."""
        conversation = self._workspace.joined(user, channel)
        if not contents:
            raise SlackError("no_file_data")
        if any(len(content) > LARGEST for _, content in contents):
            limit = f"a file is at most {LARGEST // 1_000_000} MB"
            raise SlackError("file_upload_size_restricted", detail=limit)
        files = [self._workspace.files.upload(user, name, content) for name, content in contents]
        message = self._workspace.post(
            conversation.id,
            user,
            self._written(text),
            thread_ts=thread_ts or None,
            files=[file_shape(file, self._base_url()) for file in files],
        )
        for file in files:
            self._workspace.files.share(file.id, conversation.id, message.ts)
        return message

    async def command(self, user: str, channel: str, line: str) -> Json:
        """Run a slash command such as `/lead why 7`. `shown` are the texts it showed at once."""
        person = self._workspace.person(user)
        conversation = self._workspace.joined(user, channel)
        name, _, text = line.strip().partition(" ")
        if name not in self._manifest.commands:
            return self._notice(user, conversation, f"{name} is not a valid command.")
        trigger = self._surfaces.new_trigger(user)
        response_url = self._response_url(conversation.id, user)
        text = self._mentioned(text.strip()) if name in self._manifest.escaped else text.strip()
        payload = payloads.slash_command(person, conversation, name, text, trigger, response_url)
        reply = await self._delivery.deliver(COMMAND, payload)
        if not reply.acknowledged:
            failure = f'{name} failed with the error "{reply.error}"'
            return self._notice(user, conversation, failure, reply.error)
        return self._answered(reply, user, conversation, name)

    def _answered(self, reply: Reply, user: str, channel: Conversation, name: str) -> Json:
        body = {"text": reply.body} if isinstance(reply.body, str) else reply.body or {}
        if not body.get("text") and not body.get("blocks"):
            return {"ok": True, "shown": []}
        try:
            blocks = checked_blocks(body.get("blocks") or [], self._workspace.files.is_picture)
        except SlackError:
            failure = f'{name} failed with the error "invalid_blocks"'
            return self._notice(user, channel, failure, "invalid_blocks")
        text = str(body.get("text") or "")
        if body.get("response_type") == "in_channel":
            message = self._workspace.post(channel.id, BOT_USER_ID, text, blocks=blocks)
        else:
            message = self._workspace.post_ephemeral(
                channel.id, BOT_USER_ID, user, text, blocks=blocks
            )
        return {"ok": True, "shown": [message_shape(message, [])]}

    # elements

    async def click(
        self,
        user: str,
        place: Place,
        *,
        action_id: str = "",
        label: str = "",
        block_id: str = "",
        value: object = None,
        state: Given | None = None,
    ) -> Json:
        """Use an element: press a button, choose an option (by value or text), pick a date.

        `state` is what the person has entered elsewhere on the same surface.
        """
        person = self._workspace.person(user)
        surface = self._surface(user, place)
        block, element = _find_element(surface.blocks, action_id, label, block_id)
        if element["type"] in EXTERNAL:
            value = await self._external_value(user, place, block, element, value)
        given = {key: dict(mine) for key, mine in (state or {}).items()}
        given.setdefault(block["block_id"], {})[element["action_id"]] = value
        values = state_of(surface.blocks, given)
        action = {
            "type": element["type"],
            "action_id": element["action_id"],
            "block_id": block["block_id"],
            **chosen(element, value),
            "action_ts": f"{self._workspace.now().timestamp():.6f}",
        }
        spot = self._spot(surface, values)
        trigger = self._surfaces.new_trigger(user, surface.view.id if surface.view else None)
        payload = payloads.block_actions(
            person, spot, action, values, trigger, self._answer_url(surface, user)
        )
        return await self._interact(payload)

    async def suggest(
        self, user: str, place: Place, action_id: str, block_id: str, query: str
    ) -> Json:
        """The options an external select offers for what was typed."""
        person = self._workspace.person(user)
        surface = self._surface(user, place)
        block, element = _find_element(surface.blocks, action_id, "", block_id)
        payload = payloads.block_suggestion(
            person, self._spot(surface, {}), element["action_id"], block["block_id"], query
        )
        reply = await self._delivery.deliver(INTERACTIVE, payload)
        if not reply.acknowledged or not isinstance(reply.body, dict):
            return _failed(reply)
        return {"ok": True, "options": all_options(reply.body)[:100]}

    async def _external_value(
        self, user: str, place: Place, block: Json, element: Json, value: Any
    ) -> Any:
        """Words become the options that the app offers for them; options stay."""
        if isinstance(value, list):
            several = [self._external_value(user, place, block, element, one) for one in value]
            return [await one for one in several]
        if isinstance(value, str) and value:
            return await self._external_option(user, place, block, element, value)
        return value

    async def _external_option(
        self, user: str, place: Place, block: Json, element: Json, wanted: str
    ) -> Json:
        found = await self.suggest(user, place, element["action_id"], block["block_id"], wanted)
        options = found.get("options", [])
        for option in options:
            if wanted in (option.get("value"), option["text"]["text"]):
                return dict(option)
        labels = ", ".join(option["text"]["text"] for option in options)
        raise SlackError("no_such_option", detail=f"{wanted!r} is not among: {labels}")

    # views

    async def submit(self, user: str, view_id: str, given: Given) -> Json:
        """Submit the modal. `errors` name input blocks, from the app or from Slack's own checks."""
        person = self._workspace.person(user)
        view = self._surfaces.view(view_id, user)
        given = await self._with_external_options(user, view, given)
        values = state_of(view.body["blocks"], given)
        errors = refusals(view.body["blocks"], values)
        if errors:
            return {"ok": False, "error": "incomplete", "errors": errors}
        trigger = self._surfaces.new_trigger(user, view.id)
        payload = payloads.view_submission(person, view_shape(view, values), trigger)
        reply = await self._delivery.deliver(INTERACTIVE, payload)
        if not reply.acknowledged:
            return _failed(reply)
        return self._respond(user, view, reply.body)

    async def close(self, user: str, *, everything: bool) -> Json:
        """Cancel the top modal, or leave all (`everything`, the cross in the corner)."""
        person = self._workspace.person(user)
        for view in self._surfaces.close(user, everything=everything):
            if view.body.get("notify_on_close"):
                shape = view_shape(view)
                payload = payloads.view_closed(person, shape, cleared=everything)
                await self._delivery.deliver(INTERACTIVE, payload)
        return {"ok": True}

    def open_home(self, user: str, tab: str = "home") -> Json:
        """Look at the app's Home (or its messages); the app learns of it."""
        self._workspace.person(user)
        self._events.home_opened(user, tab)
        return {"ok": True}

    async def _with_external_options(self, user: str, view: View, given: Given) -> Given:
        """Values of external selects given as text become the options the app offers for them."""
        found: dict[str, dict[str, Any]] = {key: dict(mine) for key, mine in given.items()}
        for block in view.body["blocks"]:
            for element in elements_of(block):
                mine = found.get(block["block_id"], {})
                if element["type"] in EXTERNAL and element["action_id"] in mine:
                    place, value = Place(view_id=view.id), mine[element["action_id"]]
                    value = await self._external_value(user, place, block, element, value)
                    mine[element["action_id"]] = value
        return found

    def _respond(self, user: str, view: View, body: Json | str | None) -> Json:
        """Do what the app's answer to a submission says; anything malformed is trouble."""
        answer = body if isinstance(body, dict) else {}
        action = answer.get("response_action")
        try:
            if action is None:
                self._surfaces.close(user)
            elif action == "errors":
                return {"ok": False, "error": "refused", "errors": _known_errors(view, answer)}
            elif action == "clear":
                self._surfaces.close(user, everything=True)
            elif action == "update":
                self._surfaces.update(self._modal(answer), view_id=view.id)
            elif action == "push":
                self._surfaces.push_for(user, self._modal(answer))
            else:
                raise SlackError("invalid_response_action", detail=str(action))
        except SlackError as error:
            return {**error.to_slack(), "shown": TROUBLE}
        return {"ok": True}

    def _modal(self, answer: Json) -> Json:
        is_picture = self._workspace.files.is_picture
        return checked_view(answer.get("view"), "modal", is_picture=is_picture)

    # common

    async def _interact(self, payload: Json) -> Json:
        if not self._manifest.interactive:
            shown = "This app is not configured to handle interactive responses."
            return {"ok": False, "error": "interactivity_disabled", "shown": shown}
        reply = await self._delivery.deliver(INTERACTIVE, payload)
        return {"ok": True} if reply.acknowledged else _failed(reply)

    def _surface(self, user: str, place: Place) -> _Surface:
        if place.view_id:
            view = self._surfaces.view(place.view_id, user)
            return _Surface(view.body["blocks"], view=view)
        channel = self._workspace.joined(user, place.channel or "")
        ts = place.ts or ""
        try:
            message = self._workspace.message(channel.id, ts)
        except SlackError:
            message = self._workspace.ephemeral(user, ts)
        return _Surface(message.blocks, channel, message)

    def _spot(self, surface: _Surface, values: Json) -> Spot:
        if surface.view is not None:
            return Spot(view=view_shape(surface.view, values))
        assert surface.message is not None
        replies = self._workspace.replies(surface.message.channel, surface.message.ts)
        shape = message_shape(surface.message, replies)
        return Spot(surface.channel, shape, ephemeral=bool(surface.message.ephemeral_for))

    def _answer_url(self, surface: _Surface, user: str) -> str | None:
        message = surface.message
        if message is None:
            return None
        ephemeral = bool(message.ephemeral_for)
        return self._response_url(
            message.channel,
            user,
            message_ts=message.ts,
            ephemeral=ephemeral,
            thread_ts=message.thread_ts,
        )

    def _response_url(self, channel: str, user: str, **where: Any) -> str:
        token = self._workspace.responses.new(channel, user, **where)
        return f"{self._base_url()}/response/{token}"

    def _notice(self, user: str, channel: Conversation, text: str, error: str = "") -> Json:
        """A word from Slackbot, seen by this person only."""
        message = self._workspace.post_ephemeral(channel.id, SLACKBOT, user, text)
        shown = [message_shape(message, [])]
        return {"ok": False, "error": error or "invalid_command", "shown": shown}

    def _written(self, text: str) -> str:
        return self._mentioned(
            text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"), handles=False
        )

    def _mentioned(self, text: str, *, handles: bool = True) -> str:
        """`@Name` as a mention, with the person's handle as commands get it."""
        for person in [self._workspace.app, *self._workspace.people.values()]:
            mention = re.compile(rf"@{re.escape(person.name)}\b", re.IGNORECASE)
            handle = f"|{person.handle}" if handles else ""
            text = mention.sub(f"<@{person.user_id}{handle}>", text)
        return text


def _find_element(
    blocks: list[Json], action_id: str, label: str, block_id: str
) -> tuple[Json, Json]:
    labels = []
    for block in blocks:
        for element in elements_of(block):
            if block_id and block["block_id"] != block_id:
                continue
            labels.append(label_of(block, element))
            if element.get("action_id") == action_id or (label and labels[-1] == label):
                return block, element
    wanted = action_id or label
    raise SlackError("no_such_element", detail=f"{wanted!r} is not one of: {', '.join(labels)}")


def _known_errors(view: View, answer: Json) -> dict[str, str]:
    """The errors by block; Slack shows trouble when one names no input block."""
    errors = answer.get("errors")
    inputs = {block["block_id"] for block in view.body["blocks"] if block["type"] == "input"}
    if not isinstance(errors, dict) or not errors or not set(errors) <= inputs:
        raise SlackError("invalid_errors", detail="errors must name input blocks of the view")
    return {str(block): str(message) for block, message in errors.items()}


def _failed(reply: Reply) -> Json:
    return {
        "ok": False,
        "error": reply.error or "no_response",
        "detail": reply.detail,
        "shown": TROUBLE,
    }
