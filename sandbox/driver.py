"""A person's hands and eyes, for tests: `Driver(url).as_("Ana").click("Acknowledge")`.

It speaks the page's API, so it works on a sandbox in this process or another one.
"""

import http.client
import json
import time
from collections.abc import Callable, Iterator
from typing import Any, TypeVar
from urllib.parse import urlencode, urlsplit

from sandbox.seen import Field, SeenMessage, fields_of

Json = dict[str, Any]
T = TypeVar("T")
POLL_SECONDS = 0.02


class DriverError(AssertionError):
    """What the person wanted cannot be done; the text lists what could."""


class Driver:
    """The workspace seen from outside. `base_url` such as http://127.0.0.1:8090."""

    def __init__(self, base_url: str, timeout: float = 10) -> None:
        parts = urlsplit(base_url)
        self._host, self._port = parts.hostname or "127.0.0.1", parts.port or 80
        self._timeout = timeout

    def as_(self, person: str) -> "PersonDriver":
        """By user id, name, handle or e-mail address. Raises DriverError naming the people."""
        people = self.get("people")["people"]
        for one in people:
            if person in (one["id"], one["name"], one["email"]):
                return PersonDriver(self, one["id"])
        raise DriverError(f"nobody is called {person!r}; there are {_names(people)}")

    def fault(self, kind: str, **wish: object) -> None:
        """Arm a fault: rate_limit, fail, hang, drop_reply, duplicate, hold, release, ..."""
        self.post("faults", {"kind": kind, **wish})

    def traffic(self, after: int = 0) -> list[Json]:
        """What app and workspace said to each other, oldest first."""
        return list(self.get("traffic", {"after": after})["exchanges"])

    def wait_for(
        self, condition: Callable[[], T | None], timeout: float = 5, what: str = "the condition"
    ) -> T:
        """Call `condition` until it returns something true; returns that.

        Raises DriverError after `timeout` seconds, naming `what`.
        """
        deadline = time.monotonic() + timeout
        while True:
            found = condition()
            if found:
                return found
            if time.monotonic() > deadline:
                raise DriverError(f"waited {timeout} s in vain for {what}")
            time.sleep(POLL_SECONDS)

    def get(self, name: str, query: Json | None = None) -> Json:
        path = f"/sandbox/{name}" + (f"?{urlencode(query)}" if query else "")
        return self._request("GET", path, None)

    def post(self, name: str, body: Json) -> Json:
        return self._request("POST", f"/sandbox/{name}", json.dumps(body))

    def _request(self, verb: str, path: str, body: str | None) -> Json:
        connection = http.client.HTTPConnection(self._host, self._port, timeout=self._timeout)
        try:
            connection.request(verb, path, body, {"Content-Type": "application/json"})
            answer: Json = json.loads(connection.getresponse().read())
        finally:
            connection.close()
        return answer


class PersonDriver:
    """One person at the workspace."""

    def __init__(self, driver: Driver, user_id: str) -> None:
        self.driver = driver
        self.user_id = user_id
        self.wait_for = driver.wait_for

    # looking

    def dm(self) -> list[SeenMessage]:
        """The direct message with the app, oldest first, ephemeral messages included."""
        return self._messages("D" + self.user_id[1:])

    def channel(self, name: str) -> list[SeenMessage]:
        """A channel by name or id, oldest first."""
        return self._messages(name)

    def thread(self, message: SeenMessage) -> list[SeenMessage]:
        """A message and its replies."""
        return self._messages(message.channel, thread=message.ts)

    def everything(self) -> list[SeenMessage]:
        """All this person sees, oldest first."""
        found = self._get("conversations")["conversations"]
        messages = [m for one in found for m in self._messages(one["id"])]
        return sorted(messages, key=lambda message: message.ts)

    def ephemerals(self) -> list[SeenMessage]:
        """The messages only this person sees, oldest first."""
        return [message for message in self.everything() if message.is_ephemeral]

    def unread(self) -> dict[str, int]:
        """Unread messages by conversation name."""
        found = self._get("conversations")["conversations"]
        return {one["name"]: one["unread"] for one in found}

    def modal(self) -> Json | None:
        """The modal on top, as Slack's view JSON."""
        view: Json | None = self._get("modal")["view"]
        return view

    def home(self, timeout: float = 5) -> Json:
        """Open the app's Home and return its view, once the app has published one."""
        self.driver.post("home", {"as": self.user_id})
        return self.wait_for(lambda: self._get("home")["view"], timeout, "a published Home")

    def wait_for_message(
        self, text: str, *, channel: str | None = None, timeout: float = 5
    ) -> SeenMessage:
        """The newest message showing `text`, in a channel or (by default) the direct message."""

        def find() -> SeenMessage | None:
            seen = self.channel(channel) if channel else self.dm()
            return next((m for m in reversed(seen) if text in m.shown or text in m.text), None)

        return self.wait_for(find, timeout, f"a message showing {text!r}")

    def wait_for_modal(self, title: str | None = None, timeout: float = 5) -> Json:
        """The open modal, with this title if one is given."""

        def find() -> Json | None:
            view = self.modal()
            return view if view and title in (None, view["title"]["text"]) else None

        return self.wait_for(find, timeout, f"a modal {title or ''}")

    # doing

    def post(self, text: str, channel: str | None = None, thread: SeenMessage | None = None) -> str:
        """Say something; returns the ts. Without a channel, to the app."""
        if thread is not None:
            return str(
                self._do("post", text=text, channel=thread.channel, thread_ts=thread.ts)["ts"]
            )
        return str(self._do("post", text=text, channel=channel)["ts"])

    def upload(self, name: str, text: str, channel: str | None = None) -> str:
        """Share a text file; returns the ts. Without a channel, with the app."""
        return str(self._do("upload", name=name, text=text, channel=channel)["ts"])

    def command(self, line: str, channel: str | None = None, *, wait: float = 3) -> list[str]:
        """Run a slash command; returns what it showed to this person only.

        Waits up to `wait` seconds for such a text or a modal when the acknowledgement has none.
        """
        before = {message.ts for message in self.ephemerals()}
        depth = self._get("modal")["depth"]
        answer = self._do("command", text=line, channel=channel, refusable=True)
        if not answer.get("shown"):
            self._wait_for_reply(before, depth, wait)
        return [message.shown for message in self.ephemerals() if message.ts not in before]

    def click(
        self,
        label: str,
        message: SeenMessage | None = None,
        *,
        value: object = None,
        values: Json | None = None,
    ) -> None:
        """Use the button or menu with this label; `value` is the option, user or date chosen.

        Looks at `message`, or at the open modal, else at the newest message having the label,
        else at the Home. Raises DriverError when it is not there or the app did not acknowledge.
        """
        place, field = self._find(label, message)
        answer = self._do(
            "click",
            **place,
            block_id=field.block_id,
            action_id=field.action_id,
            value=self._value(field, value),
            values=values,
            refusable=True,
        )
        if not answer["ok"]:
            raise DriverError(f"{label}: {answer.get('shown', '')} {_reason(answer)}")

    def submit(self, values: Json | None = None) -> dict[str, str] | None:
        """Fill the open modal and submit it; returns the errors by block id, None when accepted.

        Keys are labels or block ids. Values are text, an option's text or value, a person's name
        or id, a date, or a list of such.
        """
        view = self._need_modal()
        given = dict(self._given(view, values or {}))
        answer = self._do("submit", view_id=view["id"], values=given, refusable=True)
        if "errors" in answer:
            return dict(answer["errors"])
        if not answer["ok"]:
            raise DriverError(f"the modal was not accepted: {_reason(answer)}")
        return None

    def options(self, label: str, query: str = "", message: SeenMessage | None = None) -> list[str]:
        """What an external menu offers for `query`."""
        place, field = self._find(label, message)
        names: Json = {"block_id": field.block_id, "action_id": field.action_id}
        found = self._do("suggest", query=query, **place, **names)
        return [option["text"]["text"] for option in found["options"]]

    def react(self, name: str, message: SeenMessage) -> None:
        """Put an emoji (`thumbsup`) on a message, or take one's own away."""
        self._do("react", channel=message.channel, ts=message.ts, name=name)

    def join(self, channel: str) -> None:
        """Join a public channel."""
        self._do("join", channel=channel)

    def leave(self, channel: str) -> None:
        self._do("leave", channel=channel)

    def close(self, *, everything: bool = False) -> None:
        """Cancel the open modal, or leave all of them."""
        self._do("close", everything=everything)

    # common

    def _get(self, name: str, **query: str) -> Json:
        answer = self.driver.get(name, {"as": self.user_id, **query})
        if not answer["ok"]:
            raise DriverError(_reason(answer))
        return answer

    def _do(self, name: str, /, *, refusable: bool = False, **body: object) -> Json:
        answer = self.driver.post(name, {"as": self.user_id, **body})
        known = refusable and ("shown" in answer or "errors" in answer)
        if not answer["ok"] and not known:
            raise DriverError(f"{name}: {_reason(answer)}")
        return answer

    def _messages(self, channel: str, **query: str) -> list[SeenMessage]:
        found = self._get("messages", channel=channel, limit="200", **query)["messages"]
        return [SeenMessage(one.get("channel", channel), one) for one in found]

    def _wait_for_reply(self, before: set[str], depth: int, seconds: float) -> None:
        def replied() -> bool:
            if self._get("modal")["depth"] != depth:
                return True
            return any(message.ts not in before for message in self.ephemerals())

        try:
            self.wait_for(replied, seconds)
        except DriverError:
            return

    def _find(self, label: str, message: SeenMessage | None) -> tuple[Json, Field]:
        """Where the label (or action id) is, and what it names."""
        seen = []
        for place, blocks in self._places(message):
            for field in fields_of(blocks):
                seen.append(field.label)
                if label in (field.label, field.action_id):
                    return place, field
        raise DriverError(f"nothing is labelled {label!r}; there is {sorted(set(seen))}")

    def _places(self, message: SeenMessage | None) -> Iterator[tuple[Json, list[Json]]]:
        view = self.modal()
        if message is None and view is not None:
            yield {"view_id": view["id"]}, view["blocks"]
        elif message is not None:
            yield {"channel": message.channel, "ts": message.ts}, message.blocks
        else:
            for one in reversed(self.everything()):
                yield {"channel": one.channel, "ts": one.ts}, one.blocks
            home = self._get("home")["view"]
            if home is not None:
                yield {"view_id": home["id"]}, home["blocks"]

    def _need_modal(self) -> Json:
        view = self.modal()
        if view is None:
            raise DriverError("no modal is open")
        return view

    def _given(self, view: Json, values: Json) -> Iterator[tuple[str, Json]]:
        """The values by block id and action id."""
        fields = fields_of(view["blocks"])
        for key, value in values.items():
            field = next((f for f in fields if key in (f.label, f.block_id)), None)
            if field is None:
                labels = [one.label for one in fields]
                raise DriverError(f"no field is labelled {key!r}; there are {labels}")
            yield field.block_id, {field.action_id: self._value(field, value)}

    def _value(self, field: Field, value: Any) -> Any:
        """In menus of people and conversations a name stands for the id."""
        ids = self._ids(field.kind)
        if isinstance(value, list):
            return [ids.get(one, one) for one in value]
        return ids.get(value, value) if ids else value

    def _ids(self, kind: str) -> dict[str, str]:
        if kind.endswith("users_select"):
            return {one["name"]: one["id"] for one in self.driver.get("people")["people"]}
        if kind.endswith(("conversations_select", "channels_select")):
            found = self._get("conversations")["conversations"]
            return {one["name"]: one["id"] for one in found}
        return {}


def _names(people: list[Json]) -> str:
    return ", ".join(one["name"] for one in people)


def _reason(answer: Json) -> str:
    return str(answer.get("detail") or answer.get("error"))
