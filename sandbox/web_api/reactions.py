"""reactions.*: emoji on messages, put there by the app."""

from sandbox.web_api.call import Call
from sandbox.workspace import reactions
from sandbox.workspace.model import BOT_USER_ID, Json, Message


def add(call: Call) -> Json:
    channel, ts = _item(call)
    reactions.add(call.slack.workspace, channel, ts, BOT_USER_ID, call.text("name"))
    return {}


def remove(call: Call) -> Json:
    channel, ts = _item(call)
    reactions.remove(call.slack.workspace, channel, ts, BOT_USER_ID, call.text("name"))
    return {}


def get(call: Call) -> Json:
    channel, ts = _item(call)
    message: Message = call.slack.workspace.message(channel, ts)
    return {"type": "message", "channel": channel, "message": call.show(message)}


def _item(call: Call) -> tuple[str, str]:
    return call.slack.workspace.conversation(call.text("channel")).id, call.ts("timestamp")
