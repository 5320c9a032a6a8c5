"""Slack's JSON for our values, as the Web API and the payloads show them."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sandbox.workspace.model import (
    APP_ID,
    BOT_ID,
    BOT_USER_ID,
    TEAM_ID,
    Conversation,
    Json,
    Message,
    SandboxPerson,
)
from sandbox.workspace.surfaces import View


def message_shape(message: Message, replies: list[Message], *, metadata: bool = True) -> Json:
    """A message as `conversations.history` shows it; `replies` are those of its thread."""
    shape: Json = {
        "type": "message",
        "user": message.user,
        "ts": message.ts,
        "text": message.text,
        "team": TEAM_ID,
    }
    if message.blocks:
        shape["blocks"] = message.blocks
    if message.by_app:
        shape |= {"bot_id": BOT_ID, "app_id": APP_ID}
    if message.edited_ts:
        shape["edited"] = {"user": message.user, "ts": message.edited_ts}
    if metadata and message.metadata:
        shape["metadata"] = message.metadata
    if message.files:
        shape["files"] = message.files
    if message.reactions:
        shape["reactions"] = reactions_shape(message)
    if message.thread_ts:
        shape["thread_ts"] = message.thread_ts
    if message.ephemeral_for:
        shape["is_ephemeral"] = True
    return shape | _thread_shape(message, replies)


def reactions_shape(message: Message) -> list[Json]:
    return [
        {"name": name, "users": users, "count": len(users)}
        for name, users in message.reactions.items()
    ]


def _thread_shape(message: Message, replies: list[Message]) -> Json:
    if not replies or message.is_reply:
        return {}
    users = list(dict.fromkeys(reply.user for reply in replies))
    return {
        "thread_ts": message.ts,
        "reply_count": len(replies),
        "reply_users": users,
        "reply_users_count": len(users),
        "latest_reply": replies[-1].ts,
    }


def person_shape(person: SandboxPerson, now: datetime, *, with_email: bool) -> Json:
    """A user as `users.info` shows it; the e-mail address only with the scope for it."""
    zone = ZoneInfo(person.tz)
    offset = now.astimezone(zone).utcoffset()
    profile: Json = {
        "real_name": person.name,
        "display_name": person.name,
        "title": person.title,
        "status_text": "",
        "status_emoji": "",
        "team": TEAM_ID,
    }
    if with_email and person.email:
        profile["email"] = person.email
    return {
        "id": person.user_id,
        "team_id": TEAM_ID,
        "name": person.handle,
        "real_name": person.name,
        "deleted": False,
        "tz": person.tz,
        "tz_label": person.tz,
        "tz_offset": int(offset.total_seconds()) if offset else 0,
        "profile": profile,
        "is_bot": person.user_id == BOT_USER_ID,
        "is_app_user": False,
        "is_admin": False,
        "is_restricted": False,
        "updated": 0,
    }


def conversation_shape(conversation: Conversation) -> Json:
    """A conversation as `conversations.info` shows it."""
    common = {"id": conversation.id, "created": 0, "is_archived": False, "is_org_shared": False}
    if conversation.direct_with:
        return common | {"is_im": True, "user": conversation.direct_with, "is_open": True}
    return common | {
        "name": conversation.name,
        "name_normalized": conversation.name,
        "is_channel": conversation.kind == "channels",
        "is_group": conversation.kind == "groups",
        "is_im": False,
        "is_mpim": False,
        "is_private": conversation.kind == "groups",
        "is_general": False,
        "is_member": True,
        "num_members": len(conversation.with_app),
        "topic": {"value": "", "creator": "", "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0},
    }


def view_shape(view: View, values: Json | None = None) -> Json:
    """A view as `views.open` and the payloads show it. `values` is its input state."""
    defaults = {
        "private_metadata": "",
        "callback_id": "",
        "external_id": "",
        "title": {"type": "plain_text", "text": "Home"},
        "submit": None,
        "close": None,
        "clear_on_close": False,
        "notify_on_close": False,
    }
    return {
        **defaults,
        **view.body,
        "id": view.id,
        "team_id": TEAM_ID,
        "state": {"values": values or {}},
        "hash": view.hash,
        "previous_view_id": view.previous_id,
        "root_view_id": view.root_id,
        "app_id": APP_ID,
        "app_installed_team_id": TEAM_ID,
        "bot_id": BOT_ID,
    }
