"""The state of the workspace: people, conversations, messages. No input or output here."""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from threading import RLock
from typing import Any

from sandbox.workspace.changes import Changes
from sandbox.workspace.files import Files
from sandbox.workspace.model import (
    BOT_USER_ID,
    Change,
    Clock,
    Conversation,
    Json,
    Message,
    SandboxChannel,
    SandboxPerson,
    SlackError,
    direct_id,
    micros,
)
from sandbox.workspace.response_urls import ResponseUrls


@dataclass(frozen=True)
class Page:
    """A slice of messages, and whether there are more beyond its end."""

    messages: list[Message]
    has_more: bool


class Workspace:
    """People, conversations and messages. Thread-safe; every change is told to `changes`."""

    def __init__(
        self,
        people: Iterable[SandboxPerson],
        channels: Iterable[SandboxChannel],
        clock: Clock,
        app_name: str = "App",
    ) -> None:
        self.changes = Changes()
        self.clock = clock
        self.files = Files(clock, self.changes)
        self.responses = ResponseUrls(clock, self.changes)
        self.people = {person.user_id: person for person in people}
        self.app = SandboxPerson(BOT_USER_ID, app_name, "", title="App")
        self._lock = RLock()
        self._last_micros = 0
        self._ephemerals: dict[str, dict[str, Message]] = {}
        self._read: dict[tuple[str, str], str] = {}
        self._conversations: dict[str, Conversation] = {}
        for channel in channels:
            members = channel.members or tuple(self.people)
            conversation = Conversation(channel.channel_id, channel.name, members)
            self._conversations[conversation.id] = conversation

    def now(self) -> datetime:
        return self.clock()

    # people

    def person(self, user_id: str) -> SandboxPerson:
        """The member with this id, the app's own user included. Raises `user_not_found`."""
        if user_id == BOT_USER_ID:
            return self.app
        if user_id not in self.people:
            raise SlackError("user_not_found")
        return self.people[user_id]

    def find_person(self, name_or_id: str) -> SandboxPerson:
        """By user id, name, handle or e-mail address. Raises `user_not_found`."""
        for person in self.people.values():
            if name_or_id in (person.user_id, person.name, person.handle, person.email):
                return person
        raise SlackError("user_not_found", people=[p.name for p in self.people.values()])

    # conversations

    def conversation(self, reference: str) -> Conversation:
        """By id, `#name` or name. Raises `channel_not_found`."""
        with self._lock:
            found = self._conversations.get(reference)
            if found is None and reference.startswith("D"):
                found = self._direct_by_id(reference)
            name = reference.removeprefix("#")
            for conversation in self._conversations.values():
                if found is None and name and conversation.name == name:
                    found = conversation
        if found is None:
            raise SlackError("channel_not_found")
        return found

    def channel_id(self, reference: str) -> str:
        """One name for what a call names as a channel: an id, a `#name` or a person's id."""
        if reference in self.people:
            return direct_id(reference)
        try:
            return self.conversation(reference).id
        except SlackError:
            return reference

    def direct(self, user_id: str) -> Conversation:
        """The direct message between the app and a person. Raises `user_not_found`."""
        self.person(user_id)
        if user_id == BOT_USER_ID:
            raise SlackError("cannot_dm_bot")
        with self._lock:
            identity = direct_id(user_id)
            if identity not in self._conversations:
                members = (user_id, BOT_USER_ID)
                self._conversations[identity] = Conversation(identity, "", members, user_id)
            return self._conversations[identity]

    def conversations(self) -> list[Conversation]:
        with self._lock:
            return list(self._conversations.values())

    def conversations_of(self, user_id: str) -> list[Conversation]:
        """A person's channels in the order given, then the direct message with the app."""
        channels = [c for c in self.conversations() if c.direct_with is None]
        return [c for c in channels if user_id in c.members] + [self.direct(user_id)]

    def joined(self, user_id: str, reference: str) -> Conversation:
        """A conversation that this person is in. Raises `channel_not_found`, `not_in_channel`."""
        conversation = self.conversation(reference)
        if user_id not in conversation.members:
            raise SlackError("not_in_channel")
        return conversation

    def set_member(self, user_id: str, channel: str, *, inside: bool) -> None:
        """Let a person join or leave a channel. Raises `user_not_found`, `channel_not_found`."""
        self.restore_member(user_id, channel, inside)
        kind = "member_joined_channel" if inside else "member_left_channel"
        detail = {"type": kind, "user": user_id}
        self.changes.tell(Change("member", channel=channel, detail=detail))

    def restore_member(self, user_id: str, channel: str, inside: bool) -> None:
        """The same without telling anybody."""
        with self._lock:
            self.person(user_id)
            conversation = self.conversation(channel)
            others = tuple(member for member in conversation.members if member != user_id)
            conversation.members = (*others, user_id) if inside else others

    def _direct_by_id(self, identity: str) -> Conversation | None:
        for user_id in self.people:
            if direct_id(user_id) == identity:
                return self.direct(user_id)
        return None

    # messages

    def post(
        self,
        channel: str,
        user: str,
        text: str,
        *,
        blocks: list[Json] | None = None,
        metadata: Json | None = None,
        thread_ts: str | None = None,
        broadcast: bool = False,
        files: list[Json] | None = None,
    ) -> Message:
        """Add a message. Raises `thread_not_found` when `thread_ts` names no message."""
        with self._lock:
            conversation = self.conversation(channel)
            root = self._root(conversation, thread_ts)
            message = Message(
                conversation.id,
                self._next_ts(),
                user,
                text,
                blocks or [],
                metadata,
                root,
                broadcast=broadcast,
                files=files or [],
            )
            self._store(conversation, message)
        self._tell("message.posted", message)
        return message

    def post_ephemeral(
        self,
        channel: str,
        user: str,
        to: str,
        text: str,
        *,
        blocks: list[Json] | None = None,
        thread_ts: str | None = None,
    ) -> Message:
        """Show a message to one person only; it is in no history. Raises `user_not_in_channel`."""
        conversation = self.conversation(channel)
        if to not in conversation.members:
            raise SlackError("user_not_in_channel")
        with self._lock:
            message = Message(
                conversation.id,
                self._next_ts(),
                user,
                text,
                blocks or [],
                None,
                thread_ts,
                ephemeral_for=to,
            )
            self._ephemerals.setdefault(to, {})[message.ts] = message
        self._tell("message.posted", message)
        return message

    def update(self, channel: str, ts: str, **changed: Any) -> Message:
        """Replace fields of a message (`text`, `blocks`, `metadata`), keeping the others."""
        return self.amend(
            channel,
            ts,
            lambda old: replace(old, edited_ts=self._next_ts(), **changed),
            "message.updated",
        )

    def amend(
        self,
        channel: str,
        ts: str,
        alter: Callable[[Message], Message],
        kind: str,
        detail: Json | None = None,
    ) -> Message:
        """Put `alter` of the message in its place and tell of it as a change of this `kind`."""
        with self._lock:
            conversation = self.conversation(channel)
            message = conversation.messages[ts] = alter(self.message(conversation.id, ts))
        self._tell(kind, message, detail)
        return message

    def update_ephemeral(self, user: str, ts: str, **changed: Any) -> Message:
        with self._lock:
            message = replace(self.ephemeral(user, ts), **changed)
            self._ephemerals[user][ts] = message
        self._tell("message.updated", message)
        return message

    def delete(self, channel: str, ts: str) -> Message:
        """Remove a message; its replies stay in the thread. Raises `message_not_found`."""
        with self._lock:
            conversation = self.conversation(channel)
            message = self.message(conversation.id, ts)
            del conversation.messages[ts]
            lines = [conversation.timeline, conversation.threads.get(message.thread_ts or "", [])]
            for line in lines:
                if ts in line:
                    line.remove(ts)
        self._tell("message.deleted", message)
        return message

    def delete_ephemeral(self, user: str, ts: str) -> None:
        with self._lock:
            message = self.ephemeral(user, ts)
            del self._ephemerals[user][ts]
        self._tell("message.deleted", message)

    def message(self, channel: str, ts: str) -> Message:
        """Raises `message_not_found`; ephemeral messages are never found."""
        with self._lock:
            found = self.conversation(channel).messages.get(ts)
        if found is None:
            raise SlackError("message_not_found")
        return found

    def ephemeral(self, user: str, ts: str) -> Message:
        with self._lock:
            found = self._ephemerals.get(user, {}).get(ts)
        if found is None:
            raise SlackError("message_not_found")
        return found

    def ephemerals(self, user: str, channel: str | None = None) -> list[Message]:
        """The messages only this person sees, oldest first."""
        with self._lock:
            mine = list(self._ephemerals.get(user, {}).values())
        return [m for m in mine if channel is None or m.channel == channel]

    def history(
        self,
        channel: str,
        *,
        oldest: str = "0",
        latest: str | None = None,
        inclusive: bool = False,
        limit: int = 100,
    ) -> Page:
        """Messages outside threads, newest first, between two ts."""
        with self._lock:
            conversation = self.conversation(channel)
            line = conversation.timeline
            low, high = _span(line, oldest, latest, inclusive)
            chosen = line[max(low, high - limit) : high]
            messages = [conversation.messages[ts] for ts in reversed(chosen)]
        return Page(messages, high - low > limit)

    def later(self, channel: str, after: str, limit: int) -> Page:
        """Messages outside threads that follow `after`, oldest first."""
        with self._lock:
            conversation = self.conversation(channel)
            low, high = _span(conversation.timeline, after, None, False)
            chosen = conversation.timeline[low : low + limit]
            messages = [conversation.messages[ts] for ts in chosen]
        return Page(messages, high - low > limit)

    def replies(self, channel: str, root: str) -> list[Message]:
        """The replies to a message, oldest first, without the message itself."""
        with self._lock:
            conversation = self.conversation(channel)
            return [conversation.messages[ts] for ts in conversation.threads.get(root, [])]

    # reading

    def mark_read(self, user: str, channel: str) -> None:
        """This person has seen everything in this conversation."""
        with self._lock:
            self._read[(user, channel)] = _ts(self._last_micros)
        self.changes.tell(Change("read", channel=channel, user=user))

    def last_read(self, user: str, channel: str) -> str:
        with self._lock:
            return self._read.get((user, channel), "0")

    def unread(self, user: str, channel: str) -> int:
        """How many messages by others this person has not seen, threads aside."""
        return len(self._unseen(user, channel))

    def first_unread(self, user: str, channel: str) -> str | None:
        """The ts of the oldest of these messages."""
        return next((message.ts for message in self._unseen(user, channel)), None)

    def _unseen(self, user: str, channel: str) -> list[Message]:
        with self._lock:
            conversation = self.conversation(channel)
            low, high = _span(conversation.timeline, self.last_read(user, channel), None, False)
            later = [conversation.messages[ts] for ts in conversation.timeline[low:high]]
        return [message for message in later if message.user != user]

    # restoring

    def restore_message(self, message: Message) -> None:
        """Put a stored message back without telling anybody. Raises `channel_not_found`."""
        with self._lock:
            self._store(self.conversation(message.channel), message)
            newest = max(micros(message.ts), micros(message.edited_ts or "0"))
            self._last_micros = max(self._last_micros, newest)

    def restore_read(self, user: str, channel: str, ts: str) -> None:
        with self._lock:
            self._read[(user, channel)] = ts

    def _root(self, conversation: Conversation, thread_ts: str | None) -> str | None:
        """Replies to a reply belong to the thread's first message, as in Slack."""
        if thread_ts is None:
            return None
        parent = conversation.messages.get(thread_ts)
        if parent is None:
            raise SlackError("thread_not_found")
        return parent.thread_ts or parent.ts

    def _store(self, conversation: Conversation, message: Message) -> None:
        conversation.messages[message.ts] = message
        if message.is_reply and message.thread_ts:
            insort(conversation.threads.setdefault(message.thread_ts, []), message.ts, key=micros)
        if not message.is_reply or message.broadcast:
            insort(conversation.timeline, message.ts, key=micros)

    def _next_ts(self) -> str:
        now = int(self.clock().timestamp() * 1_000_000)
        self._last_micros = max(now, self._last_micros + 1)
        return _ts(self._last_micros)

    def _tell(self, kind: str, message: Message, detail: Json | None = None) -> None:
        change = Change(kind, message.channel, message.ts, message.ephemeral_for, detail)
        self.changes.tell(change)


def _ts(value: int) -> str:
    return f"{value // 1_000_000}.{value % 1_000_000:06d}"


def _span(line: list[str], oldest: str, latest: str | None, inclusive: bool) -> tuple[int, int]:
    """The index range of `line` between two ts, both ends included or both left out."""
    first, last = (bisect_left, bisect_right) if inclusive else (bisect_right, bisect_left)
    low = first(line, micros(oldest), key=micros)
    high = len(line) if latest is None else last(line, micros(latest), key=micros)
    return low, max(low, high)
