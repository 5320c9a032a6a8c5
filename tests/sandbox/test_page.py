"""The page in Debian's Chromium."""

import re
from threading import Barrier
from typing import Any

from playwright.sync_api import expect
from slack_sdk import WebClient

from sandbox import PersonDriver, SandboxServer
from tests.sandbox.conftest import Visit, load_more
from tests.sandbox.sample_app import SampleApp, button, card

HOSTILE = [
    "<script>window.pwned = 1</script>",
    "<img src=x onerror='window.pwned = 1'>",
    "<javascript:window.pwned=1|click me>",
    "<data:text/html,x|data> *<b>*</b> `</code><script>window.pwned=1</script>`",
    "```</pre><iframe srcdoc='<script>parent.pwned=1</script>'>```",
    '<https://example.com/" onmouseover="window.pwned=1|link>',
    '<@U"><svg onload=window.pwned=1>> <!date^0^{time}|<svg/onload=window.pwned=1>>',
    "\ud800 lone \u202e backwards \x00 zero",
]


def test_a_rep_acknowledges_in_the_browser(app: SampleApp, client: WebClient, visit: Visit) -> None:
    """A message appears without reload, and the button edits it."""

    page = visit()
    client.chat_postMessage(channel="U1ANA", text="New lead", blocks=card())
    page.get_by_role("button", name="Acknowledge").click()

    expect(page.locator("em", has_text="acknowledged")).to_be_visible()
    expect(page.get_by_role("button", name="Acknowledge")).to_have_count(0)


def test_a_modal_shows_errors_under_its_fields(app: SampleApp, visit: Visit) -> None:
    """A command opens a modal; errors appear at the field; a good answer closes it."""

    page = visit()
    page.locator("#composer-text").fill("/lead modal")
    page.keyboard.press("Enter")
    modal = page.get_by_role("dialog")
    modal.get_by_role("button", name="Assign").click()
    expect(modal.get_by_text("Please complete this required field.")).to_be_visible()
    modal.get_by_label("Owner").select_option(label="Bob Stone")
    modal.get_by_role("combobox", name="Account").fill("acm")
    modal.get_by_role("option", name="Acme Ltd").click()
    modal.get_by_label("Reason").fill("bad")
    modal.get_by_role("button", name="Assign").click()
    expect(modal.get_by_text("Not good enough")).to_be_visible()
    modal.get_by_label("Reason").fill("better")
    modal.get_by_role("button", name="Assign").click()

    expect(modal).to_have_count(0)
    values = app.latest("submit")["view"]["state"]["values"]
    assert values["owner"]["value"]["selected_user"] == "U2BOB"
    assert values["reason"]["value"]["value"] == "better"
    assert values["account"]["account"]["selected_option"]["value"] == "a1"


def test_two_people_see_each_others_words(
    server: SandboxServer, visit: Visit, ana: PersonDriver
) -> None:
    """A post appears in the other browser, and counts as unread where it is not open."""

    ana_page, bob_page = visit("U1ANA", "C1DESK"), visit("U2BOB")
    ana_page.locator("#composer-text").fill("hello *all*")
    ana_page.keyboard.press("Enter")

    expect(bob_page.locator(".badge")).to_have_text("1")
    bob_page.get_by_role("link", name="lead-desk").click()
    expect(bob_page.locator(".message strong", has_text="all")).to_be_visible()
    expect(bob_page.locator(".badge")).to_have_count(0)


def test_two_browsers_race_for_one_button(
    app: SampleApp, server: SandboxServer, client: WebClient, visit: Visit
) -> None:
    """Both press at the same instant: one wins, and both see who."""

    both_pressed, winners = Barrier(2, timeout=5), list[str]()

    @app.app.action("lead.claim")
    def claim(ack: Any, body: dict[str, Any], client: WebClient) -> None:
        both_pressed.wait()
        winners.append(body["user"]["id"])
        ack()
        if winners[0] == body["user"]["id"]:
            place = {"channel": body["channel"]["id"], "ts": body["message"]["ts"]}
            client.chat_update(**place, text=f"<@{winners[0]}> has it", blocks=[])

    blocks = [{"type": "actions", "elements": [button("Claim", "lead.claim")]}]
    client.chat_postMessage(channel="C1DESK", text="Who?", blocks=blocks)
    pages = [visit("U1ANA", "C1DESK"), visit("U2BOB", "C1DESK")]
    for page in pages:
        expect(page.get_by_role("button", name="Claim")).to_be_visible()
    for page in pages:
        page.evaluate("document.querySelector('.actions button').click()")

    expect(pages[0].locator(".message .text")).to_have_text(re.compile("has it"))
    names = {"U1ANA": "@Ana Ruiz has it", "U2BOB": "@Bob Stone has it"}
    for page in pages:
        expect(page.locator(".message .text")).to_have_text(names[winners[0]])
        expect(page.get_by_role("button", name="Claim")).to_have_count(0)
    server.driver.wait_for(lambda: len(winners) == 2, what="both to be heard")
    assert sorted(winners) == ["U1ANA", "U2BOB"]


def test_an_ephemeral_answer_is_marked(app: SampleApp, visit: Visit) -> None:
    """What only one person sees says so."""

    page = visit()
    page.locator("#composer-text").fill("/lead why")
    page.keyboard.press("Enter")

    expect(page.get_by_text("you said why")).to_be_visible()
    expect(page.get_by_text("Only visible to you")).to_be_visible()


def test_an_unanswered_click_shows_a_warning(
    app: SampleApp, server: SandboxServer, client: WebClient, visit: Visit
) -> None:
    """Next to the button the person reads that it did not work."""

    server.delivery.ack_seconds = 0.1
    client.chat_postMessage(channel="U1ANA", text="x", blocks=card())
    page = visit()
    page.get_by_role("button", name="Slow").click()

    expect(page.get_by_role("alert").filter(has_text="trouble connecting")).to_be_visible()


def test_a_dangerous_button_asks_first(
    app: SampleApp, ana: PersonDriver, client: WebClient, visit: Visit
) -> None:
    """A confirm dialog stands between the click and the app."""

    confirm = {
        "title": {"type": "plain_text", "text": "Sure?"},
        "text": {"type": "mrkdwn", "text": "It *cannot* be undone."},
        "confirm": {"type": "plain_text", "text": "Do it"},
        "deny": {"type": "plain_text", "text": "Leave it"},
    }
    press = button("Snooze", "lead.more", confirm=confirm, style="danger")
    client.chat_postMessage(
        channel="U1ANA", text="x", blocks=[{"type": "actions", "elements": [press]}]
    )
    page = visit()
    page.get_by_role("button", name="Snooze").click()
    page.get_by_role("button", name="Leave it").click()
    assert "chosen" not in app.names()
    page.get_by_role("button", name="Snooze").click()
    page.get_by_role("button", name="Do it").click()

    expect(page.get_by_role("dialog")).to_have_count(0)
    ana.wait_for(lambda: "chosen" in app.names(), what="the app to hear of it")
    assert app.names().count("chosen") == 1


def test_a_thread_opens_beside_the_conversation(client: WebClient, visit: Visit) -> None:
    """Replies are counted on the message and written in the side panel."""

    client.chat_postMessage(channel="C1DESK", text="root")
    page = visit("U1ANA", "C1DESK")
    page.get_by_role("button", name="Reply in thread").click()
    page.locator("#thread-text").fill("my reply")
    page.keyboard.press("Enter")

    expect(page.locator("#thread-messages").get_by_text("my reply")).to_be_visible()
    expect(page.get_by_role("button", name="1 reply")).to_be_visible()


def test_long_histories_are_loaded_in_pieces(server: SandboxServer, visit: Visit) -> None:
    """Only some messages are on the page; scrolling brings the others, both ways."""

    for number in range(600):
        server.workspace.post("C1DESK", "U2BOB", f"message {number}.")
    page = visit("U1ANA", "C1DESK")
    expect(page.locator(".message")).to_have_count(50)
    page.get_by_role("button", name="Show older messages").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("message 500.")).to_be_attached()
    while not page.get_by_text("message 0.", exact=True).count():
        load_more(page, "older")
    assert page.locator(".message").count() <= 250
    server.workspace.post("C1DESK", "U2BOB", "the very latest")
    page.locator("#scroller").evaluate("node => node.scrollTo(0, node.scrollHeight)")
    expect(page.get_by_text("message 249.")).to_be_attached()
    page.get_by_role("button", name="Jump to the latest").click()

    expect(page.get_by_text("the very latest")).to_be_in_viewport()
    texts = page.locator(".message .text").all_inner_texts()
    assert texts == [*(f"message {n}." for n in range(551, 600)), "the very latest"]


def test_the_home_is_shown(app: SampleApp, visit: Visit) -> None:
    """Opening the Home shows what the app publishes."""

    page = visit("U1ANA")
    page.get_by_role("link", name="Baton Home").click()

    expect(page.get_by_role("button", name="Refresh")).to_be_visible()


def test_the_inspector_shows_payloads(app: SampleApp, client: WebClient, visit: Visit) -> None:
    """Every call is listed with status and time, and opens to its payload."""

    client.chat_postMessage(channel="U1ANA", text="look at me")
    page = visit()
    page.get_by_role("button", name="Traffic and faults").click()
    page.locator("#exchanges summary", has_text="chat.postMessage").click()

    expect(page.locator("#exchanges pre")).to_contain_text("look at me")


def test_hostile_text_is_inert(
    app: SampleApp, server: SandboxServer, client: WebClient, visit: Visit
) -> None:
    """Markup in messages, blocks, modals, metadata and traffic stays text and runs nothing."""

    for text in HOSTILE:
        mrkdwn = {"type": "mrkdwn", "text": text}
        plain = {"type": "plain_text", "text": text[:75]}
        server.workspace.post("C1DESK", "U2BOB", text)
        client.chat_postMessage(channel="C1DESK", text=text, blocks=[
            {"type": "section", "text": mrkdwn, "fields": [mrkdwn]},
            {"type": "header", "text": plain},
            {"type": "context", "elements": [mrkdwn]},
            {"type": "actions", "elements": [
                button(text[:75], "x", url="javascript:window.pwned=1"),
                {"type": "static_select", "action_id": "y",
                 "options": [{"text": plain, "value": text[:150]}]}]},
        ])  # fmt: skip
    page = visit("U1ANA", "C1DESK")
    page.get_by_role("button", name="Traffic and faults").click()

    expect(page.locator(".message")).to_have_count(2 * len(HOSTILE))
    page.locator("#exchanges summary", has_text="chat.postMessage").first.click()
    for press in page.locator(".actions button").all():
        press.click()
    assert page.evaluate("window.pwned") is None
    dangerous = "#messages :is(script, iframe, svg, img), [onerror], [onload], [onmouseover]"
    expect(page.locator(dangerous)).to_have_count(0)
    links = page.locator("#messages a").evaluate_all("links => links.map(a => a.protocol)")
    assert set(links) <= {"https:", "http:", "mailto:"}
