"""conversations.*: channels, direct messages and what was said in them."""

from sandbox.web_api.call import Call
from sandbox.web_api.paging import next_page, read_cursor, slice_after
from sandbox.workspace.model import Conversation, Json, SlackError
from sandbox.workspace.shapes import conversation_shape

KINDS = {"public_channel": "channels", "private_channel": "groups", "im": "im", "mpim": "mpim"}


def open_conversation(call: Call) -> Json:
    call.need_scope("im:write")
    if call.given("channel"):
        channel = call.slack.workspace.conversation(call.text("channel"))
    else:
        users = [user.strip() for user in call.text("users").split(",")]
        if len(users) > 1:
            raise SlackError.not_here("conversations.open with several users")
        channel = call.slack.workspace.direct(users[0])
    full = call.flag("return_im")
    return {"channel": conversation_shape(channel) if full else {"id": channel.id}}


def list_conversations(call: Call) -> Json:
    types = call.text("types", "public_channel").split(",")
    unknown = [kind for kind in types if kind not in KINDS]
    if unknown:
        raise SlackError("invalid_types")
    kinds = {KINDS[kind] for kind in types}
    for kind in sorted(kinds):
        call.need_scope(f"{kind}:read")
    found = [c for c in call.slack.workspace.conversations() if c.kind in kinds]
    page, more = slice_after(found, call)
    return {"channels": [conversation_shape(c) for c in page], **more}


def info(call: Call) -> Json:
    channel = _channel(call, "read")
    return {"channel": conversation_shape(channel)}


def members(call: Call) -> Json:
    page, more = slice_after(_channel(call, "read").with_app, call)
    return {"members": page, **more}


def history(call: Call) -> Json:
    """Newest first. The cursor names the ts below which the next page begins."""
    channel = _channel(call, "history")
    cursor = read_cursor(call, "next_ts")
    latest = call.ts("latest", "0", "invalid_ts_latest")
    page = call.slack.workspace.history(
        channel.id,
        oldest=call.ts("oldest", "0", "invalid_ts_oldest"),
        latest=cursor or (latest if call.given("latest") and latest != "0" else None),
        inclusive=call.flag("inclusive") and cursor is None,
        limit=call.number("limit", 100, 999),
    )
    metadata = call.flag("include_all_metadata")
    last = page.messages[-1].ts if page.has_more else None
    return {
        "messages": [call.show(message, metadata=metadata) for message in page.messages],
        "has_more": page.has_more,
        "pin_count": 0,
        **next_page("next_ts", last),
    }


def replies(call: Call) -> Json:
    """The thread's first message, then its replies, oldest first."""
    channel = _channel(call, "history")
    workspace = call.slack.workspace
    try:
        asked = workspace.message(channel.id, call.ts("ts"))
        root = workspace.message(channel.id, asked.thread_ts or asked.ts)
    except SlackError as error:
        raise SlackError("thread_not_found") from error
    oldest, latest = call.text("oldest", "0"), call.text("latest", "9" * 12)
    wanted = [r for r in workspace.replies(channel.id, root.ts) if oldest < r.ts < latest]
    page, more = slice_after(wanted, call, 999)
    metadata = call.flag("include_all_metadata")
    shown = [call.show(message, metadata=metadata) for message in [root, *page]]
    return {"messages": shown, "has_more": bool(more["response_metadata"]["next_cursor"]), **more}


def _channel(call: Call, right: str) -> Conversation:
    """The conversation asked for; scopes depend on its kind, as in Slack."""
    channel = call.slack.workspace.conversation(call.text("channel"))
    call.need_scope(f"{channel.kind}:{right}")
    return channel
