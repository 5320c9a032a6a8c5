"""How the page shows what it is told."""

from typing import Any

from playwright.sync_api import expect
from slack_sdk import WebClient

from tests.sandbox.conftest import Visit


def a_header(text: str, **more: Any) -> dict[str, Any]:
    return {"type": "header", "text": {"type": "plain_text", "text": text, **more}}


def test_plain_text_without_emoji_stays_as_written(client: WebClient, visit: Visit) -> None:
    """`"emoji": false` keeps `:smile:`; otherwise it becomes a face."""

    blocks = [a_header("one :smile:", emoji=False), a_header("two :smile:")]
    client.chat_postMessage(channel="U1ANA", text="x", blocks=blocks)
    page = visit()

    expect(page.locator(".header").first).to_have_text("one :smile:")
    expect(page.locator(".header").last).to_have_text("two 😄")


def test_lines_and_indentation_stay(client: WebClient, visit: Visit) -> None:
    """Plain text is shown with its line breaks and leading spaces."""

    text = "first:\n    indented\n  less"
    block = {"type": "section", "text": {"type": "plain_text", "text": text}}
    client.chat_postMessage(channel="U1ANA", text="x", blocks=[block])
    page = visit()

    expect(page.locator(".message .text")).to_have_js_property("innerText", text)
