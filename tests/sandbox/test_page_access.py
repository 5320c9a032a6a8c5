"""The page by keyboard alone, for screen readers, and in both themes."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect
from slack_sdk import WebClient

from sandbox import PersonDriver, SandboxServer
from tests.sandbox.conftest import Visit
from tests.sandbox.sample_app import SampleApp, card, plain
from tests.sandbox.test_elements import FIELDS

CONTROLS = {
    *("button", "textbox", "searchbox", "combobox", "checkbox", "radio", "link", "listbox"),
    *("spinbutton", "menuitem", "option", "dialog", "DisclosureTriangle", "Date", "InputTime"),
}
FAINT = Path(__file__).with_name("contrast.js").read_text()


def tab_to(page: Page, wanted: Locator) -> None:
    """Press Tab until the focus is there."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if wanted.evaluate("node => node === document.activeElement"):
            return
    raise AssertionError("Tab never came there")


def test_a_lead_is_acknowledged_without_a_mouse(
    app: SampleApp, client: WebClient, visit: Visit
) -> None:
    """Tab leads to the message's button, Enter presses it."""

    client.chat_postMessage(channel="U1ANA", text="New lead", blocks=card())
    page = visit()
    tab_to(page, page.get_by_role("button", name="Acknowledge"))
    page.keyboard.press("Enter")

    expect(page.locator("em", has_text="acknowledged")).to_be_visible()


def test_a_modal_is_used_and_left_without_a_mouse(
    app: SampleApp, ana: PersonDriver, client: WebClient, visit: Visit
) -> None:
    """It takes the focus and keeps it, Enter submits, Escape closes it and the app hears."""

    client.chat_postMessage(channel="U1ANA", text="New lead", blocks=card())
    page = visit()
    tab_to(page, page.get_by_role("button", name="Choose owner"))
    page.keyboard.press("Enter")
    modal = page.get_by_role("dialog", name="Choose owner")
    expect(modal.get_by_label("Owner")).to_be_focused()
    tab_to(page, modal.get_by_role("button", name="Assign"))
    page.keyboard.press("Enter")
    expect(modal.get_by_label("Owner")).to_have_attribute("aria-invalid", "true")
    page.keyboard.press("Escape")

    expect(modal).to_have_count(0)
    expect(page.get_by_role("button", name="Choose owner")).to_be_focused()
    ana.wait_for(lambda: "closed" in app.names(), what="the app to hear of it")


def test_a_menu_is_used_without_a_mouse(
    app: SampleApp, ana: PersonDriver, client: WebClient, visit: Visit
) -> None:
    """Enter opens it, arrows walk, Escape closes it and gives the focus back."""

    client.chat_postMessage(channel="U1ANA", text="New lead", blocks=card())
    page = visit()
    more = page.get_by_label("More actions")
    tab_to(page, more)
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    expect(more).to_be_focused()
    for key in ("Enter", "ArrowDown", "ArrowDown", "Enter"):
        page.keyboard.press(key)

    expect(page.get_by_role("button", name="Snooze")).to_be_hidden()
    ana.wait_for(lambda: "chosen" in app.names(), what="the app to hear of it")
    assert app.latest("chosen")["actions"][0]["selected_option"]["value"] == "snooze"


def lived_in(server: SandboxServer, client: WebClient) -> None:
    """A workspace with all kinds of messages, and a modal with every input before Bob."""
    ts = client.chat_postMessage(channel="C1DESK", text="New lead", blocks=card())["ts"]
    client.chat_postMessage(channel="C1DESK", text="a reply", thread_ts=ts)
    client.chat_postEphemeral(channel="C1DESK", user="U1ANA", text="only `you`, <@U1ANA>")
    server.workspace.post("C1DESK", "U2BOB", "> quoted *words* <https://example.com|there>")
    blocks = [{"type": "section", "text": plain("Home")}]
    client.views_publish(user_id="U1ANA", view={"type": "home", "blocks": [*card()[:4], *blocks]})
    view = {"type": "modal", "title": plain("All"), "submit": plain("Go"), "blocks": FIELDS}
    client.views_open(trigger_id=server.surfaces.new_trigger("U2BOB"), view=view)


def states(visit: Visit, scheme: str) -> list[Page]:
    """The page in its several states: a thread, a modal with errors, panels, the Home."""
    thread = visit("U1ANA", "C1DESK", color_scheme=scheme)
    thread.get_by_role("button", name="1 reply").click()
    expect(thread.locator("#thread-messages .message")).to_have_count(2)
    modal = visit("U2BOB", "C1DESK", color_scheme=scheme)
    modal.get_by_role("button", name="Go").click()
    expect(modal.get_by_role("alert").first).to_be_visible()
    panels = visit("U1ANA", color_scheme=scheme)
    panels.get_by_role("button", name="Traffic and faults").click()
    panels.locator("#exchanges summary").first.click()
    home = visit("U1ANA", "home", color_scheme=scheme)
    expect(home.get_by_role("button", name="Acknowledge")).to_be_visible()
    return [thread, modal, panels, home]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_stands_out_and_every_control_has_a_name(
    server: SandboxServer, client: WebClient, visit: Visit, scheme: str
) -> None:
    """Contrast is at least 4.5 to 1 (3 to 1 for large text) in both themes; nothing is nameless."""

    lived_in(server, client)
    pages = states(visit, scheme)
    ground = pages[0].evaluate("getComputedStyle(document.body).backgroundColor")

    assert [text for page in pages for text in page.evaluate(FAINT)] == []
    assert [one for page in pages for one in nameless_controls(page)] == []
    parts = [int(part) for part in ground.strip("rgb()").split(",")]
    assert min(parts) == 255 if scheme == "light" else max(parts) < 50


def nameless_controls(page: Page) -> list[Any]:
    """The roles of the controls without an accessible name, as Chromium computes it."""
    session = page.context.new_cdp_session(page)
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    controls = [n for n in nodes if not n["ignored"] and n["role"]["value"] in CONTROLS]
    assert len(controls) > 5
    return [n["role"]["value"] for n in controls if not n.get("name", {}).get("value", "").strip()]
