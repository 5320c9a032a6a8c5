"""Slack's documented limits, measured on the longest form Slack may count (escaped, UTF-16)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from handlers.slack.cards.render import Rendered
from sandbox.block_kit import checked_blocks, checked_view

Json = dict[str, Any]
CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
MENTIONS = re.compile(r"<@[UW][A-Z0-9]+>( <@[UW][A-Z0-9]+>)*")


def assert_within_limits(rendered: Rendered) -> None:
    """A message Slack takes, whose texts from outside can do nothing."""
    json.dumps(rendered.blocks).encode()
    checked_blocks(rendered.blocks)
    assert len(rendered.blocks) <= 50
    assert 0 < units(rendered.text) <= 3000
    assert not re.search("[<>]|&(?!amp;|lt;|gt;)", rendered.text)
    for block in rendered.blocks:
        assert_block(block)


def assert_view(view: Json) -> None:
    """A modal or Home that Slack takes."""
    checked_view(view, view["type"])
    assert len(json.dumps(view)) < 250_000
    assert len(view.get("private_metadata", "")) <= 3000
    assert len(view["blocks"]) <= 100
    for block in view["blocks"]:
        assert_block(block)


def assert_block(block: Json) -> None:
    for text, limit in texts_of(block):
        if text["type"] == "mrkdwn":
            assert MENTIONS.fullmatch(text["text"])
            assert text["verbatim"]
            shown = text["text"]
        else:
            assert text["emoji"] is False
            shown = escaped(text["text"])
        assert text["text"].strip()
        assert units(shown) <= limit
        assert not CONTROL.search(text["text"])
    for element in block.get("elements", []):
        assert len(element.get("value", "")) <= 2000
    assert len(block.get("fields", [])) <= 10
    assert block["type"] != "context" or len(block["elements"]) <= 10


def texts_of(block: Json) -> Iterator[tuple[Json, int]]:
    """Each text object with its limit."""
    limits = {"header": 150, "section": 3000, "input": 2000}
    for key in ("text", "label", "hint"):
        if key in block:
            yield block[key], limits[block["type"]]
    yield from ((field, 2000) for field in block.get("fields", []))
    for element in block.get("elements", []):
        if block["type"] == "context":
            yield element, 3000
        else:
            yield element["text"], 75
    menu = block.get("element", {})
    groups = menu.get("option_groups", [{"options": menu.get("options", [])}])
    yield from ((group["label"], 75) for group in groups if "label" in group)
    yield from ((option["text"], 75) for group in groups for option in group["options"])


def escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def all_text(blocks: list[Json]) -> str:
    """Everything a person reads on the blocks, a line for each text."""
    return "\n".join(text["text"] for block in blocks for text, _ in texts_of(block))


def labels(blocks: list[Json]) -> list[str]:
    """The labels of the buttons."""
    actions = [block for block in blocks if block["type"] == "actions"]
    return [element["text"]["text"] for block in actions for element in block["elements"]]
