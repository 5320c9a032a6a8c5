"""What survives a restart, and starting and stopping."""

from pathlib import Path

import pytest
from slack_sdk import WebClient

from sandbox import BOT_TOKEN, ManifestError, PortTakenError, reset_state
from tests.sandbox.conftest import ServerMaker, a_manifest, leave
from tests.sandbox.sample_app import SampleApp, card


def test_yesterdays_message_can_be_clicked_today(make_server: ServerMaker, tmp_path: Path) -> None:
    """Messages, threads, Homes and read marks survive, and edits go on."""

    state = tmp_path / "var" / "sandbox.jsonl"
    server = make_server(state=state)
    client = WebClient(token=BOT_TOKEN, base_url=server.api_url)
    ts = client.chat_postMessage(channel="U1ANA", text="New lead", blocks=card())["ts"]
    client.chat_postMessage(channel="D1ANA", text="reply", thread_ts=ts)
    gone = client.chat_postMessage(channel="C1DESK", text="gone")["ts"]
    client.chat_delete(channel="C1DESK", ts=gone)
    client.views_publish(user_id="U1ANA", view={"type": "home", "blocks": []})
    server.driver.post("read", {"as": "U1ANA", "channel": "D1ANA"})
    server.stop()

    server = make_server(state=state)
    app = SampleApp(server.api_url)
    handler = app.connect()
    ana = server.driver.as_("U1ANA")
    assert ana.unread() == {"lead-desk": 0, "Baton": 0}
    assert [message.text for message in ana.thread(ana.dm()[0])] == ["New lead", "reply"]
    assert ana.home()["type"] == "home"
    ana.click("Acknowledge")
    assert "_acknowledged_" in ana.dm()[0].shown
    leave(server, handler)


def test_a_torn_last_line_is_forgiven(make_server: ServerMaker, tmp_path: Path) -> None:
    """A file cut in the middle of a line loses that line only."""

    state = tmp_path / "sandbox.jsonl"
    server = make_server(state=state)
    server.workspace.post("C1DESK", "U1ANA", "kept")
    server.stop()
    with state.open("a") as file:
        file.write('{"key": ["message", "C1DESK"')

    texts = [message.text for message in make_server(state=state).driver.as_("U1ANA").everything()]
    assert texts == ["kept"]


def test_reset_forgets(make_server: ServerMaker, tmp_path: Path) -> None:
    """After reset_state the workspace is empty."""

    state = tmp_path / "sandbox.jsonl"
    server = make_server(state=state)
    server.workspace.post("C1DESK", "U1ANA", "said")
    server.stop()
    reset_state(state)

    assert make_server(state=state).driver.as_("U1ANA").everything() == []


def test_a_taken_port_is_named(make_server: ServerMaker) -> None:
    """The error says which port, and what to do."""

    port = int(make_server().base_url.rpartition(":")[2])

    with pytest.raises(PortTakenError, match=str(port)):
        make_server(port=port)


def test_a_manifest_tells_all_its_problems(make_server: ServerMaker, tmp_path: Path) -> None:
    """Missing scopes for commands and events are reported together."""

    manifest = a_manifest(tmp_path, scopes=["chat:write"], events=["message.im", "team_join"])

    with pytest.raises(ManifestError, match=r"commands; .*im:history.*team_join"):
        make_server(manifest)
