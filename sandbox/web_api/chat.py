"""chat.*: posting, editing and deleting messages."""

import json
from typing import Any

from sandbox.block_kit import checked_blocks
from sandbox.web_api.call import Call
from sandbox.workspace.model import BOT_USER_ID, Conversation, Json, Message, SlackError

POST_LIMIT = 40_000
UPDATE_LIMIT = 4_000
METADATA_LIMIT = 8_000


def post_message(call: Call) -> Json:
    content = _content(call, POST_LIMIT)
    _need_content(content)
    channel = _target(call)
    message = call.slack.workspace.post(
        channel.id,
        BOT_USER_ID,
        content.get("text", ""),
        blocks=content.get("blocks"),
        metadata=content.get("metadata") or None,
        thread_ts=_thread(call),
        broadcast=call.flag("reply_broadcast"),
    )
    return {"channel": channel.id, "ts": message.ts, "message": call.show(message)}


def update(call: Call) -> Json:
    """Blocks stay only when no text is given; metadata stays unless given (`{}` removes it)."""
    channel, ts = call.text("channel"), call.ts("ts")
    _own(call, channel, ts, "cant_update_message")
    content = _content(call, UPDATE_LIMIT)
    if "text" in content:
        content.setdefault("blocks", [])
    elif "blocks" not in content and "metadata" not in content:
        raise SlackError("no_text")
    if content.get("metadata") == {}:
        content["metadata"] = None
    message = call.slack.workspace.update(channel, ts, **content)
    return {"channel": channel, "ts": ts, "text": message.text, "message": call.show(message)}


def delete(call: Call) -> Json:
    channel, ts = call.text("channel"), call.ts("ts")
    _own(call, channel, ts, "cant_delete_message")
    call.slack.workspace.delete(channel, ts)
    return {"channel": channel, "ts": ts}


def post_ephemeral(call: Call) -> Json:
    content = _content(call, POST_LIMIT)
    _need_content(content)
    to = call.slack.workspace.person(call.text("user")).user_id
    message = call.slack.workspace.post_ephemeral(
        _target(call).id,
        BOT_USER_ID,
        to,
        content.get("text", ""),
        blocks=content.get("blocks"),
        thread_ts=_thread(call),
    )
    return {"message_ts": message.ts}


def get_permalink(call: Call) -> Json:
    channel = call.slack.workspace.conversation(call.text("channel"))
    message = call.slack.workspace.message(channel.id, call.ts("message_ts"))
    path = f"/archives/{channel.id}/p{message.ts.replace('.', '')}"
    return {"channel": channel.id, "permalink": call.slack.base_url() + path}


def _target(call: Call) -> Conversation:
    """A channel's id or name, a direct message's id, or a person's id."""
    reference = call.text("channel")
    if reference in call.slack.workspace.people:
        return call.slack.workspace.direct(reference)
    return call.slack.workspace.conversation(reference)


def _own(call: Call, channel: str, ts: str, refusal: str) -> Message:
    message = call.slack.workspace.message(channel, ts)
    if not message.by_app:
        raise SlackError(refusal)
    return message


def _thread(call: Call) -> str | None:
    return call.ts("thread_ts") if call.given("thread_ts") else None


def _content(call: Call, limit: int) -> dict[str, Any]:
    """The fields of the message that the call gives, checked."""
    content: dict[str, Any] = {}
    if call.arguments.get("text") is not None:
        content["text"] = call.text("text", "")
        if len(content["text"]) > limit:
            raise SlackError("msg_too_long")
    if call.arguments.get("blocks") is not None:
        blocks = call.document("blocks", "invalid_blocks_format")
        content["blocks"] = checked_blocks(blocks, call.slack.workspace.files.is_picture)
    if call.arguments.get("metadata") is not None:
        content["metadata"] = _metadata(call.document("metadata", "invalid_metadata_format"))
    return content


def _need_content(content: dict[str, Any]) -> None:
    if not content.get("text") and not content.get("blocks"):
        raise SlackError("no_text")


def _metadata(value: object) -> Json:
    """`{"event_type": str, "event_payload": object}`, or `{}` for none."""
    if not isinstance(value, dict):
        raise SlackError("invalid_metadata_format")
    if value == {}:
        return value
    kind, payload = value.get("event_type"), value.get("event_payload")
    well_formed = isinstance(kind, str) and kind and isinstance(payload, dict)
    if not well_formed or set(value) != {"event_type", "event_payload"}:
        raise SlackError("invalid_metadata_schema")
    if len(json.dumps(value)) > METADATA_LIMIT:
        raise SlackError("metadata_too_large")
    return value
