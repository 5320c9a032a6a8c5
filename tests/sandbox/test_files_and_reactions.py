"""Files in three steps, reactions, and who is in a channel."""

import base64
import urllib.error
import urllib.request
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect
from slack_sdk import WebClient

from sandbox import BOT_TOKEN, PersonDriver, SandboxServer
from tests.sandbox.conftest import EVENTS, SCOPES, ServerMaker, Visit, a_manifest, connected
from tests.sandbox.sample_app import SampleApp
from tests.sandbox.test_web_api import refusal

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=="
)
MORE_SCOPES = ["files:read", "files:write", "reactions:read", "reactions:write"]
MORE_EVENTS = ["member_joined_channel", "member_left_channel", "reaction_added", "reaction_removed"]


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    return a_manifest(tmp_path, scopes=SCOPES + MORE_SCOPES, events=EVENTS + MORE_EVENTS)


@pytest.fixture
def server(make_server: ServerMaker, manifest: Path) -> SandboxServer:
    return make_server(manifest)


def has_length(items: list[Any], number: int) -> bool:
    return len(items) == number


def fetched(server: SandboxServer, file_id: str) -> tuple[bytes, Any]:
    with urllib.request.urlopen(f"{server.base_url}/files/{file_id}") as answer:
        return answer.read(), answer.headers


def test_a_picture_is_uploaded_and_shown(
    server: SandboxServer, client: WebClient, ana: PersonDriver, visit: Visit
) -> None:
    """The client's own upload shares the file in a channel, and the page shows it."""

    client.files_upload_v2(
        channel="C1DESK", content=PNG, filename="funnel.png", title="Funnel", alt_txt="A funnel",
        initial_comment="This week",
    )  # fmt: skip
    (message,) = ana.channel("lead-desk")

    assert (message.text, message.files[0]["title"]) == ("This week", "Funnel")
    content, headers = fetched(server, message.files[0]["id"])
    assert (content, headers["Content-Type"]) == (PNG, "image/png")
    page = visit("U1ANA", "C1DESK")
    expect(page.get_by_role("img", name="A funnel")).to_have_js_property("naturalWidth", 1)


def test_a_file_goes_into_a_thread(client: WebClient, ana: PersonDriver) -> None:
    """`thread_ts` shares it as a reply."""

    root = client.chat_postMessage(channel="C1DESK", text="root")["ts"]
    client.files_upload_v2(channel="C1DESK", thread_ts=root, content="a,b", filename="leads.csv")

    reply = ana.thread(ana.channel("lead-desk")[0])[1]
    assert reply.files[0]["name"] == "leads.csv"


def test_what_is_no_picture_is_only_downloaded(server: SandboxServer, client: WebClient) -> None:
    """A page with a picture's name is served as a download, never shown."""

    client.files_upload_v2(channel="C1DESK", content="<script>1</script>", filename="x.png")
    (message,) = server.driver.as_("U1ANA").channel("lead-desk")

    _, headers = fetched(server, message.files[0]["id"])
    assert headers["Content-Disposition"] == "attachment"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Type"] == "application/octet-stream"


def uploaded(client: WebClient, content: bytes, name: str) -> dict[str, Any]:
    """The file object of a file that is shared nowhere."""
    file: dict[str, Any] = client.files_upload_v2(content=content, filename=name)["file"]
    return dict(client.files_info(file=file["id"])["file"])


def test_an_uploaded_picture_stands_in_blocks(
    server: SandboxServer, client: WebClient, visit: Visit
) -> None:
    """`slack_file` names it by id or address, in blocks and elements, in messages and views."""

    file = uploaded(client, PNG, "funnel.png")
    by_id, by_url = {"id": file["id"]}, {"url": file["url_private"]}
    blocks: list[dict[str, Any]] = [
        {"type": "image", "alt_text": "By id", "slack_file": by_id},
        {"type": "context", "elements": [
            {"type": "image", "alt_text": "By address", "slack_file": by_url}]},
    ]  # fmt: skip
    client.chat_postMessage(channel="C1DESK", text="x", blocks=blocks)
    client.views_publish(user_id="U1ANA", view={"type": "home", "blocks": blocks})
    pages = [visit("U1ANA", "C1DESK"), visit("U1ANA", "home")]

    for page in pages:
        for name in ("By id", "By address"):
            picture = page.get_by_role("img", name=name)
            picture.scroll_into_view_if_needed()
            expect(picture).to_have_js_property("naturalWidth", 1)


def test_only_uploaded_pictures_stand_in_blocks(client: WebClient) -> None:
    """Unknown files and those that are no picture are refused as Slack does, by place."""

    page = uploaded(client, b"<script>1</script>", "x.png")["id"]
    unfinished = client.files_getUploadURLExternal(filename="a.png", length=len(PNG))
    urllib.request.urlopen(str(unfinished["upload_url"]), PNG).close()
    strangers = [{"id": "F0NOWHERE"}, {"id": page}, {"id": unfinished["file_id"]}]
    for slack_file in [*strangers, {"url": "https://example.com/files/F0NOWHERE"}]:
        block = {"type": "image", "alt_text": "x", "slack_file": slack_file}
        answer = refusal(client.chat_postMessage, channel="C1DESK", text="x", blocks=[block])
        assert answer["error"] == "invalid_blocks"
        assert answer["errors"] == [
            "invalid slack file [json-pointer:/blocks/0/slack_file] (image)"
        ]


def test_a_file_must_arrive_before_it_is_shared(client: WebClient) -> None:
    """Completing without the content, or sending another length, is refused."""

    announced = client.files_getUploadURLExternal(filename="a.txt", length=3).data
    assert isinstance(announced, dict)
    files = [{"id": announced["file_id"]}]
    assert refusal(client.files_completeUploadExternal, files=files)["error"] == "file_not_found"

    with pytest.raises(urllib.error.HTTPError, match="400"):
        urllib.request.urlopen(announced["upload_url"], b"too long")
    urllib.request.urlopen(announced["upload_url"], b"abc").close()
    done = client.files_completeUploadExternal(files=files)
    assert done["files"] == [{"id": announced["file_id"], "title": "a.txt"}]
    assert client.files_info(file=announced["file_id"])["file"]["size"] == 3


def test_files_reactions_and_memberships_survive(
    make_server: ServerMaker, manifest: Path, tmp_path: Path
) -> None:
    """All three are as they were after a restart."""

    state = tmp_path / "state.jsonl"
    server = make_server(manifest, state=state)
    client = WebClient(token=BOT_TOKEN, base_url=server.api_url)
    client.files_upload_v2(channel="C1DESK", content=PNG, filename="a.png")
    ana = server.driver.as_("U1ANA")
    ana.react("eyes", ana.channel("lead-desk")[0])
    ana.join("lead-managers")
    server.stop()

    server = make_server(manifest, state=state)
    ana = server.driver.as_("U1ANA")
    (message,) = ana.channel("lead-desk")
    assert message.reactions == {"eyes": ["U1ANA"]}
    assert fetched(server, message.files[0]["id"])[0] == PNG
    assert "lead-managers" in ana.unread()


def test_the_app_reacts(client: WebClient) -> None:
    """Add, get and remove, with Slack's refusals; a reaction is no edit."""

    ts = client.chat_postMessage(channel="C1DESK", text="x")["ts"]
    place = {"channel": "C1DESK", "timestamp": ts}
    client.reactions_add(name="eyes", **place)

    assert refusal(client.reactions_add, name="eyes", **place)["error"] == "already_reacted"
    assert refusal(client.reactions_add, name="no good", **place)["error"] == "invalid_name"
    message = client.reactions_get(**place)["message"]
    assert message["reactions"] == [{"name": "eyes", "users": ["U0BATON"], "count": 1}]
    assert "edited" not in message
    client.reactions_remove(name="eyes", **place)
    assert refusal(client.reactions_remove, name="eyes", **place)["error"] == "no_reaction"


def test_reactions_are_shown_and_switched(client: WebClient, visit: Visit) -> None:
    """A click on a reaction adds one's own, a second takes it away; others see it at once."""

    ts = client.chat_postMessage(channel="C1DESK", text="x")["ts"]
    client.reactions_add(channel="C1DESK", timestamp=ts, name="thumbsup")
    ana, bob = visit("U1ANA", "C1DESK"), visit("U2BOB", "C1DESK")
    ana.get_by_role("button", name="thumbsup, 1").click()

    expect(bob.locator(".reaction")).to_have_text("👍 2")
    ana.get_by_role("button", name="thumbsup, 2: Baton, Ana Ruiz", pressed=True).click()
    expect(bob.locator(".reaction")).to_have_text("👍 1")
    ana.locator(".message").hover()
    ana.get_by_label("Add a reaction").click()
    ana.get_by_role("button", name="tada").click()
    expect(bob.locator(".reaction").last).to_have_text("🎉 1")


def test_the_app_hears_of_reactions_and_members(
    server: SandboxServer, client: WebClient, ana: PersonDriver
) -> None:
    """Those events come as subscribed, with what Slack puts in them."""

    app = SampleApp(server.api_url)
    heard: list[dict[str, Any]] = []
    for name in MORE_EVENTS:
        app.app.event(name)(lambda event: heard.append(event))
    ts = client.chat_postMessage(channel="C1DESK", text="x")["ts"]
    message = ana.channel("lead-desk")[0]
    acts: list[Callable[[], None]] = [
        lambda: ana.react("eyes", message),
        lambda: ana.react("eyes", message),
        lambda: ana.join("lead-managers"),
        lambda: ana.leave("lead-managers"),
    ]
    with connected(server, app):
        for number, act in enumerate(acts, start=1):
            act()
            ana.wait_for(partial(has_length, heard, number), what="the event")

    assert [event["type"] for event in heard] == [
        "reaction_added", "reaction_removed", "member_joined_channel", "member_left_channel",
    ]  # fmt: skip
    item = {"type": "message", "channel": "C1DESK", "ts": ts}
    assert heard[0] == {
        "type": "reaction_added", "user": "U1ANA", "reaction": "eyes", "item_user": "U0BATON",
        "item": item, "event_ts": heard[0]["event_ts"],
    }  # fmt: skip
    assert (heard[2]["channel"], heard[2]["channel_type"]) == ("C2MGRS", "C")
