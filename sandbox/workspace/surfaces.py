"""Triggers, modals and Home tabs: what an app may open, and for how long."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import RLock

from sandbox.workspace.changes import Changes
from sandbox.workspace.model import Change, Clock, Json, SlackError

TRIGGER_LIFE = timedelta(seconds=3)
# A late use is told from an invented id for so long.
TRIGGER_MEMORY = timedelta(minutes=30)
STACK_LIMIT = 3


@dataclass
class Trigger:
    """Permission to open one view for one person, within three seconds."""

    user: str
    made_at: datetime
    view_id: str | None = None
    used: bool = False


@dataclass
class View:
    """A modal or Home view as the app sent it (`body`), with Slack's additions beside it."""

    id: str
    user: str
    body: Json
    hash: str
    root_id: str
    previous_id: str | None = None


@dataclass
class Surfaces:
    """All triggers and views. Thread-safe."""

    clock: Clock
    changes: Changes
    stacks: dict[str, list[View]] = field(default_factory=dict)
    homes: dict[str, View] = field(default_factory=dict)
    _triggers: dict[str, Trigger] = field(default_factory=dict)
    _lock: RLock = field(default_factory=RLock)

    # triggers

    def new_trigger(self, user: str, view_id: str | None = None) -> str:
        """A trigger id in Slack's form, `12345.98765.abcd2358fdea`."""
        now = self.clock()
        trigger_id = (
            f"{secrets.randbelow(10**13)}.{secrets.randbelow(10**12)}.{secrets.token_hex(16)}"
        )
        with self._lock:
            self._triggers[trigger_id] = Trigger(user, now, view_id)
            for old in [k for k, t in self._triggers.items() if now - t.made_at > TRIGGER_MEMORY]:
                del self._triggers[old]
        return trigger_id

    def use_trigger(self, trigger_id: str) -> Trigger:
        """Raises invalid_trigger_id, exchanged_trigger_id or expired_trigger_id."""
        with self._lock:
            trigger = self._triggers.get(trigger_id)
            if trigger is None:
                raise SlackError("invalid_trigger_id")
            if trigger.used:
                raise SlackError("exchanged_trigger_id")
            if self.clock() - trigger.made_at > TRIGGER_LIFE:
                raise SlackError("expired_trigger_id")
            trigger.used = True
        return trigger

    # modals

    def open(self, trigger_id: str, body: Json) -> View:
        """Show a modal to the trigger's person, in place of any they had open."""
        with self._lock:
            self._refuse_known_external_id(body, None)
            trigger = self.use_trigger(trigger_id)
            view = _view(trigger.user, body)
            self.stacks[trigger.user] = [view]
        self._tell("view", trigger.user)
        return view

    def push(self, trigger_id: str, body: Json) -> View:
        """Put a modal on the one the trigger came from. Raises push_limit_reached at three."""
        with self._lock:
            self._refuse_known_external_id(body, None)
            trigger = self.use_trigger(trigger_id)
            if not any(v.id == trigger.view_id for v in self.stack(trigger.user)):
                raise SlackError("not_found")
            return self.push_for(trigger.user, body)

    def push_for(self, user: str, body: Json) -> View:
        """The same without a trigger, for `response_action: push`."""
        with self._lock:
            stack = self.stacks.setdefault(user, [])
            if len(stack) >= STACK_LIMIT:
                raise SlackError("push_limit_reached")
            view = _view(user, body)
            if stack:
                view.root_id, view.previous_id = stack[0].id, stack[-1].id
            stack.append(view)
        self._tell("view", user)
        return view

    def update(
        self,
        body: Json,
        *,
        view_id: str | None = None,
        external_id: str | None = None,
        if_hash: str | None = None,
    ) -> View:
        """Replace an open modal's or a Home's content. Raises not_found or hash_conflict."""
        with self._lock:
            view = self._find(
                lambda v: (
                    v.id == view_id
                    if view_id
                    else bool(external_id) and v.body.get("external_id") == external_id
                )
            )
            _refuse_stale(view, if_hash)
            self._refuse_known_external_id(body, view)
            view.body, view.hash = body, _new_hash()
        self._tell("home" if body["type"] == "home" else "view", view.user)
        return view

    def publish(self, user: str, body: Json, if_hash: str | None = None) -> View:
        """Set a person's Home. Raises hash_conflict when `if_hash` is not the present one."""
        with self._lock:
            old = self.homes.get(user)
            if old is not None:
                _refuse_stale(old, if_hash)
            view = _view(user, body)
            if old is not None:
                view.id = view.root_id = old.id
            self.homes[user] = view
        self._tell("home", user)
        return view

    def view(self, view_id: str, user: str) -> View:
        """A modal or Home that this person has before them. Raises not_found."""
        with self._lock:
            return self._find(lambda v: v.id == view_id and v.user == user)

    def stack(self, user: str) -> list[View]:
        with self._lock:
            return list(self.stacks.get(user, []))

    def close(self, user: str, *, everything: bool = False) -> list[View]:
        """Close the top modal, or all of them; returns those closed, top first."""
        with self._lock:
            stack = self.stacks.get(user, [])
            closed = stack[::-1] if everything else stack[-1:]
            if closed and closed[0].body.get("clear_on_close"):
                closed = stack[::-1]
            self.stacks[user] = stack[: len(stack) - len(closed)]
        self._tell("view", user)
        return closed

    def _find(self, wanted: Callable[[View], bool]) -> View:
        for view in [v for stack in self.stacks.values() for v in stack] + [*self.homes.values()]:
            if wanted(view):
                return view
        raise SlackError("not_found")

    def _refuse_known_external_id(self, body: Json, but: View | None) -> None:
        external_id = body.get("external_id")
        views = [v for stack in self.stacks.values() for v in stack if v is not but]
        if external_id and any(v.body.get("external_id") == external_id for v in views):
            raise SlackError("duplicate_external_id")

    def _tell(self, kind: str, user: str) -> None:
        self.changes.tell(Change(kind, user=user))


def _view(user: str, body: Json) -> View:
    view_id = "V" + secrets.token_hex(5).upper()
    return View(view_id, user, body, _new_hash(), view_id)


def _new_hash() -> str:
    return f"{secrets.randbelow(10**10)}.{secrets.token_hex(4)}"


def _refuse_stale(view: View, if_hash: str | None) -> None:
    if if_hash is not None and if_hash != view.hash:
        raise SlackError("hash_conflict")
