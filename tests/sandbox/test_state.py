"""What survives a restart, and starting and stopping."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.webhook import WebhookClient

from bot.local_workspace import local_workspace
from bot.settings import Settings
from sandbox import (
    BOT_TOKEN,
    Driver,
    ManifestError,
    PortTakenError,
    SandboxServer,
    reset_state,
)
from tests.sandbox.conftest import HandClock, ServerMaker, a_manifest, connected
from tests.sandbox.sample_app import SampleApp, card, owner_modal
from tests.sandbox.test_web_api import refusal

ROOT = Path(__file__).parents[2]


CHANNELS = ("C0LEADDESK", "C0CHANGES", "C0KEYDESK")


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
    ana = server.driver.as_("U1ANA")
    assert ana.unread() == {"lead-desk": 0, "Baton": 0}
    assert [message.text for message in ana.thread(ana.dm()[0])] == ["New lead", "reply"]
    assert ana.home()["type"] == "home"
    with connected(server, SampleApp(server.api_url)):
        ana.click("Acknowledge")
    assert "_acknowledged_" in ana.dm()[0].shown


def test_response_urls_outlive_a_restart(make_server: ServerMaker, tmp_path: Path) -> None:
    """One handed out before keeps its uses and minutes, and is forgotten when they are over."""

    clock, state = HandClock(), tmp_path / "sandbox.jsonl"
    server = make_server(state=state, clock=clock)
    ts = server.workspace.post("D1ANA", "U0BATON", "New lead").ts
    token = server.workspace.responses.new("D1ANA", "U1ANA", message_ts=ts)
    assert [answer(server, token, text="two uses") for _ in range(2)] == [200] * 2
    server.stop()

    server = make_server(state=state, clock=clock)
    clock.advance(minutes=29)
    later = server.workspace.responses.new("D1ANA", "U1ANA")
    assert answer(server, token, text="Taken", replace_original=True) == 200
    assert server.driver.as_("U1ANA").dm()[0].text == "Taken"
    assert [answer(server, token, text="more") for _ in range(3)] == [200, 200, 404]
    server.stop()

    server = make_server(state=state, clock=clock)
    clock.advance(minutes=2)
    assert answer(server, token, text="late") == 404
    assert answer(server, later, text="in time") == 200
    server.workspace.responses.new("D1ANA", "U1ANA")
    server.stop()
    make_server(state=state, clock=clock)
    assert token not in state.read_text()
    assert later in state.read_text()


def answer(server: SandboxServer, token: str, **body: Any) -> int:
    """Use a response URL; the HTTP status."""
    return WebhookClient(f"{server.base_url}/response/{token}").send(**body).status_code


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


def test_what_a_restart_loses_is_what_a_reload_loses(
    make_server: ServerMaker, tmp_path: Path
) -> None:
    """Ephemeral messages and open modals are gone, as in Slack when its client is reloaded."""

    state = tmp_path / "sandbox.jsonl"
    server = make_server(state=state)
    client = WebClient(token=BOT_TOKEN, base_url=server.api_url, retry_handlers=[])
    client.chat_postEphemeral(channel="C1DESK", user="U1ANA", text="only you")
    trigger = server.surfaces.new_trigger("U1ANA")
    view = client.views_open(trigger_id=trigger, view=owner_modal())["view"]
    server.stop()

    server = make_server(state=state)
    client = WebClient(token=BOT_TOKEN, base_url=server.api_url, retry_handlers=[])
    ana = server.driver.as_("U1ANA")
    assert ana.everything() == []
    assert ana.modal() is None
    answer = refusal(client.views_update, view_id=view["id"], view=owner_modal())
    assert answer["error"] == "not_found"


def test_the_command_keeps_and_empties_the_workspace(tmp_path: Path) -> None:
    """`baton sandbox` finds what was said before; with `--reset` it begins anew."""

    state = tmp_path / "var" / "sandbox.jsonl"
    yesterday = local_workspace(settings_of(ROOT / "policy"), state=state)
    yesterday.start()
    yesterday.driver.as_("Anna Kowalczyk").post("said yesterday")
    yesterday.stop()
    with baton_sandbox(tmp_path) as driver:
        assert [m.text for m in driver.as_("Anna Kowalczyk").dm()] == ["said yesterday"]
    with baton_sandbox(tmp_path, "--reset") as driver:
        assert driver.as_("Anna Kowalczyk").dm() == []
    assert state.read_text() == ""


def test_every_channel_of_the_policy_is_there(tmp_path: Path) -> None:
    """Where cases of high value go and where policy changes are told, too."""

    policy = shutil.copytree(ROOT / "policy", tmp_path / "policy")
    company = policy / "company.yml"
    company.write_text(company.read_text() + "policy_changes: {channel: C0CHANGES}\n")
    exceptions = policy / "exceptions.yml"
    said = exceptions.read_text().replace(
        "  age_limit: 2h", "  age_limit: 2h\n  channel: C0KEYDESK"
    )
    exceptions.write_text(said)
    settings = settings_of(policy)
    kept = tmp_path / "sandbox.jsonl"
    workspace = local_workspace(settings, state=kept)
    workspace.start()
    try:
        client = WebClient(token=BOT_TOKEN, base_url=workspace.api_url, retry_handlers=[])
        for channel in CHANNELS:
            client.chat_postMessage(channel=channel, text=f"said in {channel}")
    finally:
        workspace.stop()
    assert all(f"said in {channel}" in kept.read_text() for channel in CHANNELS)


def settings_of(policy: Path) -> Settings:
    """The program's, with this policy and a free port."""
    return Settings.model_validate({"BATON_POLICY_DIR": policy, "BATON_SANDBOX_PORT": 0})


@contextmanager
def baton_sandbox(folder: Path, *options: str) -> Iterator[Driver]:
    """The command as a person runs it, in `folder`, until the block ends."""
    settings = {"BATON_POLICY_DIR": str(ROOT / "policy"), "BATON_SANDBOX_PORT": "0"}
    command = [str(Path(sys.executable).with_name("baton")), "sandbox", *options]
    environment = {**os.environ, **settings}
    with subprocess.Popen(
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        try:
            _, _, address = process.stdout.readline().strip().rpartition(" ")
            assert address, "the command ended before it listened"
            yield Driver(address)
        finally:
            process.terminate()
            assert process.wait(10) == 0


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
