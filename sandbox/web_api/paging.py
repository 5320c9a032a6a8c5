"""Cursors, as Slack gives them out: opaque, base64, naming where the next page begins."""

import base64
import binascii
from typing import TypeVar

from sandbox.web_api.call import Call
from sandbox.workspace.model import Json, SlackError


def read_cursor(call: Call, kind: str) -> str | None:
    """The value inside the call's cursor, None without one. Raises `invalid_cursor`."""
    if not call.given("cursor"):
        return None
    try:
        found, _, value = (
            base64.b64decode(call.text("cursor"), validate=True).decode().partition(":")
        )
    except (binascii.Error, UnicodeDecodeError) as error:
        raise SlackError("invalid_cursor") from error
    if found != kind or not value:
        raise SlackError("invalid_cursor")
    return value


def next_page(kind: str, value: str | None) -> Json:
    """The `response_metadata` that leads to the next page, or ends the walk."""
    cursor = base64.b64encode(f"{kind}:{value}".encode()).decode() if value else ""
    return {"response_metadata": {"next_cursor": cursor}}


T = TypeVar("T")


def slice_after(items: list[T], call: Call, default: int = 100) -> tuple[list[T], Json]:
    """One page of a list that is walked by position."""
    start = read_cursor(call, "next_index") or "0"
    if not start.isdecimal():
        raise SlackError("invalid_cursor")
    end = int(start) + call.number("limit", default, 1000)
    return items[int(start) : end], next_page("next_index", str(end) if end < len(items) else None)
