"""Block Kit's structure and limits, each refused with a message that names the place."""

from typing import Any

import pytest

from sandbox.block_kit import checked_blocks, checked_view
from sandbox.workspace.model import SlackError
from tests.sandbox.sample_app import button, card, option, owner_modal, plain

Json = dict[str, Any]


def section(**fields: Any) -> Json:
    return {"type": "section", **fields}


def actions(*elements: Json, **more: Any) -> Json:
    return {"type": "actions", "elements": list(elements), **more}


def menu(**fields: Any) -> Json:
    return {"type": "static_select", "action_id": "menu", **fields}


def text(length: int) -> Json:
    return {"type": "mrkdwn", "text": "x" * length}


FILE = {"id": "F0UNKNOWN"}
OPTIONS = [option("One", "1"), option("Two", "2")]

REFUSED = [
    ("51 blocks", [{"type": "divider"}] * 51, "no more than 50 items"),
    ("unknown block", [{"type": "sparkle"}], "unsupported type: sparkle"),
    ("no type", [{}], "missing required field: type"),
    ("empty section", [section()], "must have text or fields"),
    ("section text", [section(text=text(3001))], "/blocks/0/text/text] (section)"),
    ("empty text", [section(text=text(0))], "must be more than 0 characters"),
    ("11 fields", [section(fields=[text(1)] * 11)], "no more than 10 items"),
    ("field text", [section(fields=[text(2001)])], "/blocks/0/fields/0/text"),
    ("header", [{"type": "header", "text": plain("x" * 151)}], "less than 151"),
    ("header mrkdwn", [{"type": "header", "text": text(1)}], "valid enum value: plain_text"),
    ("context", [{"type": "context", "elements": [text(1)] * 11}], "no more than 10"),
    ("no actions", [actions()], "no fewer than 1"),
    ("26 actions", [actions(*[button("x", f"a{n}") for n in range(26)])], "no more than 25"),
    ("button text", [actions(button("x" * 76, "a"))], "less than 76"),
    ("button value", [actions(button("x", "a", value="x" * 2001))], "less than 2001"),
    ("button style", [actions(button("x", "a", style="loud"))], "valid enum value"),
    ("action id", [actions(button("x", "x" * 256))], "less than 256"),
    ("twin actions", [actions(button("x", "a"), button("y", "a"))], "`action_id` already exists"),
    ("twin blocks", [{"type": "divider", "block_id": "a"}] * 2, "`block_id` already exists"),
    ("block id", [{"type": "divider", "block_id": "x" * 256}], "less than 256"),
    ("extra field", [{"type": "divider", "colour": "red"}], "invalid additional property"),
    ("empty menu", [actions(menu(options=[]))], "no fewer than 1"),
    ("101 options", [actions(menu(options=[option("x", str(n)) for n in range(101)]))], "100"),
    ("no options", [actions(menu())], "either options or option_groups"),
    ("option text", [actions(menu(options=[option("x" * 76, "1")]))], "less than 76"),
    ("option value", [actions(menu(options=[option("x", "1" * 151)]))], "less than 151"),
    (
        "strange initial",
        [actions(menu(options=OPTIONS, initial_option=option("Three", "3")))],
        "must be one of the provided options",
    ),
    (
        "six in overflow",
        [actions({"type": "overflow", "options": [option("x", str(n)) for n in range(6)]})],
        "no more than 5",
    ),
    ("input as action", [actions({"type": "plain_text_input"})], "in a block of type actions"),
    ("bad date", [actions({"type": "datepicker", "initial_date": "1.2.2026"})], "YYYY-MM-DD"),
    ("no image", [{"type": "image", "alt_text": "x"}], "either image_url or slack_file"),
    (
        "two images",
        [{"type": "image", "alt_text": "x", "image_url": "https://x.example", "slack_file": FILE}],
        "either image_url or slack_file",
    ),
    (
        "file twice",
        [{"type": "image", "alt_text": "x", "slack_file": {**FILE, "url": "https://x.example"}}],
        "either id or url [json-pointer:/blocks/0/slack_file]",
    ),
    ("file", [{"type": "image", "alt_text": "x", "slack_file": FILE}], "invalid slack file"),
    ("bad image", [{"type": "image", "image_url": "file:///x", "alt_text": "x"}], "address"),
]


@pytest.mark.parametrize(
    ("blocks", "message"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED]
)
def test_bad_blocks_are_refused_by_place(blocks: list[Json], message: str) -> None:
    """invalid_blocks comes with messages that say what is wrong and where."""

    with pytest.raises(SlackError) as caught:
        checked_blocks(blocks)

    assert caught.value.code == "invalid_blocks"
    lines = caught.value.details["response_metadata"]["messages"]
    assert any(message in line for line in lines), lines
    assert all("[json-pointer:/blocks" in line for line in lines)


def test_all_errors_come_at_once_and_name_the_block() -> None:
    """Several mistakes are reported together, each with its block's id."""

    bad = [section(block_id="facts", text=text(3001)), actions(button("", "a"), block_id="go")]

    with pytest.raises(SlackError) as caught:
        checked_blocks(bad)

    first, second = caught.value.details["errors"]
    assert first.endswith("(section facts)")
    assert second.endswith("(actions go)")


@pytest.mark.parametrize(
    "blocks",
    [
        [{"type": "divider"}] * 50,
        [section(text=text(3000), fields=[text(2000)] * 10)],
        [{"type": "header", "text": plain("x" * 150)}],
        [actions(*[button("x" * 75, f"a{n}", value="x" * 2000) for n in range(25)])],
        [actions(menu(options=[option("x" * 75, "1" * 150)] * 100))],
        card(),
    ],
)
def test_the_limits_themselves_are_allowed(blocks: list[Json]) -> None:
    """What just keeps a limit is taken, and every block gets an id."""

    assert all(block["block_id"] for block in checked_blocks(blocks))


def test_real_slack_things_that_are_missing_are_named() -> None:
    """A block or element that Slack has and the sandbox lacks is refused by name."""

    for blocks, name in (
        ([{"type": "video"}], "block video"),
        ([{"type": "table"}], "block table"),
        ([{"type": "markdown", "text": "x"}], "block markdown"),
        ([actions({"type": "file_input"})], "element file_input"),
        ([actions({"type": "rich_text_input"})], "element rich_text_input"),
    ):
        with pytest.raises(SlackError) as caught:
            checked_blocks(blocks)
        assert caught.value.code == "not_in_sandbox"
        assert name in caught.value.details["needed"]


def without(view: Json, name: str) -> Json:
    return {key: value for key, value in view.items() if key != name}


VIEWS = [
    ("title", owner_modal("x" * 25), "[json-pointer:/view/title/text]"),
    ("no title", without(owner_modal(), "title"), "missing required field: title"),
    ("no submit", without(owner_modal(), "submit"), "missing required field: submit"),
    ("submit", {**owner_modal(), "submit": plain("x" * 25)}, "/view/submit/text"),
    ("close", {**owner_modal(), "close": plain("x" * 25)}, "/view/close/text"),
    ("metadata", {**owner_modal(), "private_metadata": "x" * 3001}, "less than 3001"),
    ("101 blocks", {**owner_modal(), "blocks": [{"type": "divider"}] * 101}, "no more than 100"),
    ("no blocks", without(owner_modal(), "blocks"), "missing required field: blocks"),
    ("type", {**owner_modal(), "type": "window"}, "/view/type"),
]


@pytest.mark.parametrize(
    ("view", "message"), [case[1:] for case in VIEWS], ids=[case[0] for case in VIEWS]
)
def test_bad_views_are_refused_by_place(view: Json, message: str) -> None:
    """Views are refused with invalid_arguments and messages, as Slack does."""

    with pytest.raises(SlackError) as caught:
        checked_view(view, "modal")

    assert caught.value.code == "invalid_arguments"
    lines = caught.value.details["response_metadata"]["messages"]
    assert any(message in line for line in lines), lines
