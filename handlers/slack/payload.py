"""Read what Slack sends with a click, a submission or a command."""

from __future__ import annotations

import re
from typing import Any

from handlers.flows.refusals import NotFoundError
from handlers.slack.button_value import ButtonValue, C, parse_button_value, parse_carried
from handlers.slack.cards.text import clean

Json = dict[str, Any]

_LINK = re.compile(r"<(?:mailto:)?([^<>|@#!][^<>|]*)(?:\|([^<>]*))?>")


def user_of(body: Json) -> str:
    """The Slack user who acts; empty when the payload names none."""
    user = body.get("user")
    found = user.get("id") if isinstance(user, dict) else body.get("user_id")
    return str(found or "")


def channel_of(body: Json) -> str:
    """Where the click happened; the user's own id (their DM) when it was not on a message."""
    channel = (body.get("channel") or {}).get("id")
    return str(channel or (body.get("container") or {}).get("channel_id") or user_of(body))


def button_of(body: Json) -> ButtonValue:
    """The ids on the pressed button. Raises NotFoundError."""
    actions = body.get("actions") or [{}]
    return parse_button_value(actions[0].get("value"))


def modal_of(body: Json) -> ButtonValue:
    """The ids a submitted modal was opened with. Raises NotFoundError."""
    return parse_button_value(body["view"].get("private_metadata"))


def carried_by(body: Json, kind: type[C]) -> C:
    """What a submitted modal of another kind was opened with. Raises NotFoundError."""
    return parse_carried(kind, body["view"].get("private_metadata"))


def option_in(body: Json, block: str) -> str:
    """The value of the option chosen in this input. Raises NotFoundError when there is none."""
    option = _element(body, block).get("selected_option")
    if not option:
        raise NotFoundError("Choose one of the list.")
    return str(option["value"])


def text_in(body: Json, block: str) -> str | None:
    """What was typed in this input, cleaned; None when nothing was."""
    return clean(str(_element(body, block).get("value") or "")) or None


def _element(body: Json, block: str) -> Json:
    element: Json = body["view"]["state"]["values"].get(block, {}).get(block, {})
    return element


def typed_command(body: Json) -> str:
    """A slash command's words as they were typed; only mentions of people stay `<@U...|name>`.

    Slack sends `&`, `<` and `>` escaped, and `jane@acme.com` as `<mailto:jane@acme.com|...>`.
    """
    text = _LINK.sub(lambda link: link[2] or link[1], str(body.get("text") or ""))
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
