"""A person shares files in the page, as in Slack: with the paperclip, a text, in a thread."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import FilePayload, Page, expect
from slack_sdk import WebClient

from sandbox import PersonDriver, SandboxServer
from tests.sandbox.conftest import EVENTS, SCOPES, ServerMaker, Visit, a_manifest
from tests.sandbox.sample_app import SampleApp
from tests.sandbox.test_files_and_reactions import PNG, fetched

PEOPLE = FilePayload(name="people.csv", mimeType="text/csv", buffer="id,name\nä,Ä\n".encode())


@pytest.fixture
def server(make_server: ServerMaker, tmp_path: Path) -> SandboxServer:
    events = [*EVENTS, "message.channels", "file_shared"]
    return make_server(a_manifest(tmp_path, scopes=[*SCOPES, "files:read"], events=events))


def choose(page: Page, button: str, *files: FilePayload) -> None:
    """Press a paperclip and choose these files."""
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name=button, exact=True).click()
    chooser.value.set_files(files)


def events(server: SandboxServer) -> list[dict[str, Any]]:
    """What the app was told, the first first."""
    bodies = [e["request"] for e in server.driver.traffic() if isinstance(e["request"], dict)]
    return [b.get("payload", b)["event"] for b in bodies if "event" in b.get("payload", b)]


def test_a_file_is_shared_with_the_paperclip(
    app: SampleApp, server: SandboxServer, visit: Visit, ana: PersonDriver
) -> None:
    """With what stands in the composer; the app hears of the message and of the file."""
    page = visit("U1ANA", "C1DESK")
    page.locator("#composer-text").fill("our *people*")
    choose(page, "Share files", PEOPLE)

    expect(page.locator(".message a.file")).to_contain_text("people.csv (14 B)")
    expect(page.locator(".message strong", has_text="people")).to_be_visible()
    expect(page.locator("#composer-text")).to_have_value("")
    ana.wait_for(lambda: len(events(server)) == 2, what="both events")
    message, shared = sorted(events(server), key=lambda event: event["type"], reverse=True)
    assert (message["type"], message["subtype"], message["text"]) == (
        "message", "file_share", "our *people*"
    )  # fmt: skip
    (file,) = message["files"]
    assert (shared["type"], shared["file_id"], shared["user_id"], shared["channel_id"]) == (
        "file_shared", file["id"], "U1ANA", "C1DESK"
    )  # fmt: skip
    assert fetched(server, file["id"])[0] == PEOPLE["buffer"]


def test_several_files_in_a_thread(server: SandboxServer, client: WebClient, visit: Visit) -> None:
    """Chosen together they are one reply; a picture is shown, the same file may come again."""
    client.chat_postMessage(channel="C1DESK", text="root")
    page = visit("U1ANA", "C1DESK")
    page.get_by_role("button", name="Reply in thread").click()
    picture = FilePayload(name="a.png", mimeType="image/png", buffer=PNG)
    for number in (1, 2):
        choose(page, "Share files in the thread", PEOPLE, picture)
        expect(page.locator("#thread-messages .message")).to_have_count(1 + number)

    reply = page.locator("#thread-messages .message").last
    expect(reply.locator("a.file")).to_contain_text("people.csv")
    expect(reply.locator("img")).to_have_attribute("alt", "a.png")


def test_a_file_too_large_is_refused_in_words(
    server: SandboxServer, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before it is sent, and by the server; what was typed stays."""
    page = visit("U1ANA", "C1DESK")
    page.locator("#composer-text").fill("mine")
    page.evaluate("async () => (await import('/api.js')).directory.largestFile = 10")
    choose(page, "Share files", PEOPLE)
    expect(page.locator("#composer-hint")).to_contain_text("people.csv is not shared")

    page.evaluate("async () => (await import('/api.js')).directory.largestFile = 1e9")
    monkeypatch.setattr("sandbox.interactions.LARGEST", 13)
    choose(page, "Share files", PEOPLE)
    expect(page.locator("#composer-hint")).to_contain_text("a file is at most")
    expect(page.locator("#composer-text")).to_have_value("mine")
    expect(page.locator(".message")).to_have_count(0)


def test_a_file_is_where_the_app_reaches_it(server: SandboxServer, visit: Visit) -> None:
    """Its address is the workspace's own, by whatever name the browser came."""
    address = server.base_url.replace("127.0.0.1", "localhost")
    page = visit("U1ANA", "C1DESK")
    page.goto(f"{address}/?as=U1ANA#C1DESK")
    expect(page.locator("#title")).to_have_text("# lead-desk")
    choose(page, "Share files", PEOPLE)
    expect(page.locator(".message a.file")).to_be_visible()

    (message,) = server.workspace.history("C1DESK").messages
    assert message.files[0]["url_private"].startswith(f"{server.base_url}/files/F")
