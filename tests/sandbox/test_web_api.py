"""The Web API, called by the real slack_sdk client."""

import http.client
import json
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from sandbox import APP_TOKEN, BOT_TOKEN, PersonDriver, SandboxServer
from tests.sandbox.conftest import SCOPES, HandClock, ServerMaker, a_manifest
from tests.sandbox.sample_app import card

METADATA = {"event_type": "lead_card", "event_payload": {"outbox_id": 7}}


def refusal(call: Any, **arguments: Any) -> dict[str, Any]:
    """What Slack says to a call that it refuses."""
    with pytest.raises(SlackApiError) as caught:
        call(**arguments)
    data = caught.value.response.data
    assert isinstance(data, dict)
    return data


def test_the_app_learns_who_it_is(client: WebClient) -> None:
    """auth.test names the bot user, the bot and the team."""

    answer = client.auth_test()

    assert (answer["user_id"], answer["bot_id"]) == ("U0BATON", "B0BATON")
    assert "chat:write" in answer.headers["x-oauth-scopes"]


@pytest.mark.parametrize(
    ("token", "error"),
    [("", "not_authed"), ("xoxb-wrong", "invalid_auth"), (APP_TOKEN, "not_allowed_token_type")],
)
def test_only_the_bot_token_opens_the_web_api(
    server: SandboxServer, token: str, error: str
) -> None:
    """A missing, unknown or app-level token is refused as Slack refuses it."""

    client = WebClient(token=token, base_url=server.api_url)

    assert refusal(client.auth_test)["error"] == error


def test_socket_mode_needs_the_app_token(client: WebClient) -> None:
    """apps.connections.open takes only the app-level token."""

    assert refusal(client.apps_connections_open, app_token=BOT_TOKEN)["error"] == (
        "not_allowed_token_type"
    )
    assert client.apps_connections_open(app_token=APP_TOKEN)["url"].startswith("ws://127.0.0.1")


def test_scopes_are_those_of_the_manifest(make_server: ServerMaker, tmp_path: Path) -> None:
    """A method without its scope in manifest.yml says what is needed and what was provided."""

    manifest = a_manifest(tmp_path, scopes=["commands", "im:history"], events=[])
    client = WebClient(token=BOT_TOKEN, base_url=make_server(manifest).api_url)

    refused = refusal(client.chat_postMessage, channel="C1DESK", text="hello")
    assert refused["error"] == "missing_scope"
    assert refused["needed"] == "chat:write"
    assert refused["provided"] == "commands,im:history"
    assert refusal(client.conversations_history, channel="C1DESK")["needed"] == "channels:history"
    assert client.conversations_history(channel="D1ANA")["messages"] == []


def test_what_is_not_here_is_refused_by_name(client: WebClient) -> None:
    """A method or argument the sandbox lacks is named in `needed`."""

    refused = refusal(client.pins_add, channel="C1DESK", timestamp="1.0")
    assert (refused["error"], refused["needed"]) == ("not_in_sandbox", "pins.add")
    refused = refusal(client.chat_postMessage, channel="C1DESK", text="x", username="Other")
    assert refused["needed"] == "chat.postMessage with username"


def test_a_posted_message_can_be_found_again(client: WebClient) -> None:
    """History gives back text, blocks with ids, and metadata only on request."""

    posted = client.chat_postMessage(
        channel="U1ANA", text="New lead", blocks=card(), metadata=METADATA, unfurl_links=False
    )

    assert posted["channel"] == "D1ANA"
    (found,) = client.conversations_history(channel="D1ANA", include_all_metadata=True)["messages"]
    assert found["metadata"] == METADATA
    assert all(block["block_id"] for block in found["blocks"])
    (found,) = client.conversations_history(channel="D1ANA")["messages"]
    assert "metadata" not in found


def test_channels_are_found_by_id_and_name(client: WebClient) -> None:
    """A message may go to a channel's id or name; an unknown one is refused."""

    for channel in ("C1DESK", "#lead-desk", "lead-desk"):
        assert client.chat_postMessage(channel=channel, text="hello")["channel"] == "C1DESK"
    assert refusal(client.chat_postMessage, channel="C9", text="x")["error"] == "channel_not_found"


def test_an_update_keeps_what_it_does_not_name(client: WebClient) -> None:
    """chat.update with text alone drops the blocks; metadata stays until an empty one comes."""

    ts = client.chat_postMessage(channel="C1DESK", text="one", blocks=card(), metadata=METADATA)[
        "ts"
    ]
    client.chat_update(channel="C1DESK", ts=ts, text="two")

    (found,) = client.conversations_history(channel="C1DESK", include_all_metadata=True)["messages"]
    assert (found["text"], found.get("blocks"), found["metadata"]) == ("two", None, METADATA)
    assert found["edited"]["user"] == "U0BATON"
    client.chat_update(channel="C1DESK", ts=ts, text="three", metadata={})
    (found,) = client.conversations_history(channel="C1DESK", include_all_metadata=True)["messages"]
    assert "metadata" not in found


def test_only_own_messages_can_be_changed(client: WebClient, ana: PersonDriver) -> None:
    """The app may not edit or delete what a person said, nor what does not exist."""

    ts = ana.post("mine", channel="lead-desk")

    channel = {"channel": "C1DESK"}
    assert refusal(client.chat_update, **channel, ts=ts, text="x")["error"] == "cant_update_message"
    assert refusal(client.chat_delete, **channel, ts=ts)["error"] == "cant_delete_message"
    assert refusal(client.chat_update, **channel, ts="1.0", text="x")["error"] == (
        "message_not_found"
    )


def test_a_deleted_message_is_gone(client: WebClient, ana: PersonDriver) -> None:
    """chat.delete removes the message for everybody."""

    ts = client.chat_postMessage(channel="C1DESK", text="oops")["ts"]
    client.chat_delete(channel="C1DESK", ts=ts)

    assert ana.channel("lead-desk") == []


def test_ephemeral_messages_are_seen_by_one_and_cannot_be_updated(
    client: WebClient, server: SandboxServer, ana: PersonDriver
) -> None:
    """An ephemeral message is in no history, and chat.update does not find it."""

    ts = client.chat_postEphemeral(channel="C1DESK", user="U1ANA", text="psst")["message_ts"]

    assert [message.text for message in ana.ephemerals()] == ["psst"]
    assert server.driver.as_("Bob Stone").channel("lead-desk") == []
    assert client.conversations_history(channel="C1DESK")["messages"] == []
    assert refusal(client.chat_update, channel="C1DESK", ts=ts, text="x")["error"] == (
        "message_not_found"
    )
    assert (
        refusal(client.chat_postEphemeral, channel="C2MGRS", user="U1ANA", text="x")["error"]
        == "user_not_in_channel"
    )


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({}, "no_text"),
        ({"text": "x" * 40_001}, "msg_too_long"),
        ({"text": "x", "thread_ts": "1.0"}, "thread_not_found"),
        ({"text": "x", "metadata": {"event_type": "x"}}, "invalid_metadata_schema"),
        ({"text": "x", "metadata": "{"}, "invalid_metadata_format"),
        ({"text": "x", "blocks": "nonsense"}, "invalid_blocks_format"),
        (
            {"text": "x", "metadata": {"event_type": "x", "event_payload": {"a": "x" * 8000}}},
            "metadata_too_large",
        ),
    ],
)
def test_malformed_messages_are_refused(
    client: WebClient, arguments: dict[str, Any], error: str
) -> None:
    """Each malformed message is refused with Slack's own word for it."""

    answer = refusal(
        client.api_call, api_method="chat.postMessage", json={"channel": "C1DESK", **arguments}
    )

    assert answer["error"] == error


def test_history_is_walked_by_cursor(client: WebClient) -> None:
    """Pages come newest first and together hold every message once."""

    for number in range(7):
        client.chat_postMessage(channel="C1DESK", text=str(number))
    seen: list[str] = []
    cursor = None
    while True:
        page = client.conversations_history(channel="C1DESK", limit=3, cursor=cursor)
        seen += [message["text"] for message in page["messages"]]
        cursor = page["response_metadata"]["next_cursor"]
        if not page["has_more"]:
            break

    assert seen == list("6543210")
    assert refusal(client.conversations_history, channel="C1DESK", cursor="x!")["error"] == (
        "invalid_cursor"
    )


def test_history_keeps_to_its_window(client: WebClient) -> None:
    """oldest and latest leave their own messages out unless inclusive is set."""

    ts = [client.chat_postMessage(channel="C1DESK", text=str(n))["ts"] for n in range(4)]

    def texts(**window: Any) -> list[str]:
        page = client.conversations_history(channel="C1DESK", **window)
        return [message["text"] for message in page["messages"]]

    assert texts(oldest=ts[0], latest=ts[3]) == ["2", "1"]
    assert texts(oldest=ts[0], latest=ts[3], inclusive=True) == ["3", "2", "1", "0"]


def test_replies_stay_in_their_thread(client: WebClient) -> None:
    """A reply is in conversations.replies and counted on its parent, not in the history."""

    root = client.chat_postMessage(channel="C1DESK", text="root")["ts"]
    reply = client.chat_postMessage(channel="C1DESK", text="reply", thread_ts=root)["ts"]
    client.chat_postMessage(channel="C1DESK", text="to the reply", thread_ts=reply)

    (parent,) = client.conversations_history(channel="C1DESK")["messages"]
    assert (parent["reply_count"], parent["thread_ts"]) == (2, root)
    thread = client.conversations_replies(channel="C1DESK", ts=root)["messages"]
    assert [message["text"] for message in thread] == ["root", "reply", "to the reply"]
    assert refusal(client.conversations_replies, channel="C1DESK", ts="9.9")["error"] == (
        "thread_not_found"
    )


def test_people_are_found(client: WebClient) -> None:
    """users.info, list and lookupByEmail show the people with zone and e-mail address."""

    ana = client.users_info(user="U1ANA")["user"]
    assert (ana["tz"], ana["tz_offset"] in (3600, 7200)) == ("Europe/Madrid", True)
    assert client.users_lookupByEmail(email="BOB@example.com")["user"]["id"] == "U2BOB"
    assert len(client.users_list()["members"]) == 4
    assert refusal(client.users_info, user="U9")["error"] == "user_not_found"
    assert refusal(client.users_lookupByEmail, email="x@y.zz")["error"] == "users_not_found"
    assert client.dnd_info(user="U1ANA")["dnd_enabled"] is False


def test_addresses_need_their_scope(make_server: ServerMaker, tmp_path: Path) -> None:
    """Without users:read.email the profile has no address."""

    scopes = [scope for scope in SCOPES if scope != "users:read.email"]
    server = make_server(a_manifest(tmp_path, scopes=scopes))
    client = WebClient(token=BOT_TOKEN, base_url=server.api_url)

    assert "email" not in client.users_info(user="U1ANA")["user"]["profile"]


def test_conversations_are_listed(client: WebClient) -> None:
    """Channels, members and direct messages are shown as Slack shows them."""

    assert client.conversations_open(users="U1ANA")["channel"]["id"] == "D1ANA"
    names = [channel["name"] for channel in client.conversations_list()["channels"]]
    assert names == ["lead-desk", "lead-managers"]
    assert client.conversations_members(channel="C2MGRS")["members"] == ["U3MIA", "U0BATON"]
    assert client.conversations_info(channel="D1ANA")["channel"]["is_im"] is True
    assert refusal(client.conversations_open, users="U0BATON")["error"] == "cannot_dm_bot"


def test_a_permalink_leads_to_the_page(client: WebClient, server: SandboxServer) -> None:
    """chat.getPermalink gives an address of this workspace."""

    ts = client.chat_postMessage(channel="C1DESK", text="hello")["ts"]

    link = client.chat_getPermalink(channel="C1DESK", message_ts=ts)["permalink"]
    assert link == f"{server.base_url}/archives/C1DESK/p{ts.replace('.', '')}"


def test_bodies_come_in_every_encoding(server: SandboxServer) -> None:
    """JSON, form and multipart bodies, and the token as an argument, all mean the same."""

    client = WebClient(token=BOT_TOKEN, base_url=server.api_url)
    fields = {"channel": "C1DESK", "text": "hello"}

    assert client.api_call("chat.postMessage", json=fields)["ok"]
    assert client.api_call("chat.postMessage", data=fields)["ok"]
    assert client.api_call("chat.postMessage", params=fields)["ok"]
    refused = refusal(
        client.api_call, api_method="chat.postMessage", data=fields, files={"f": b"x"}
    )
    assert refused["needed"] == "chat.postMessage with f"
    token = urlencode({"token": BOT_TOKEN})
    with urlopen(f"{server.api_url}auth.test", token.encode()) as response:
        assert json.load(response)["ok"]


def test_unreadable_json_is_refused(server: SandboxServer) -> None:
    """A body that is not a JSON object is refused, not guessed at."""

    connection = http.client.HTTPConnection("127.0.0.1", int(server.base_url.rpartition(":")[2]))
    for body, error in ((b"{", "invalid_json"), (b"[]", "json_not_object")):
        connection.request("POST", "/api/auth.test", body, {"Content-Type": "application/json"})
        assert json.loads(connection.getresponse().read())["error"] == error
    connection.close()


def test_other_sites_are_kept_out(server: SandboxServer) -> None:
    """A browser page of another origin gets nothing."""

    connection = http.client.HTTPConnection("127.0.0.1", int(server.base_url.rpartition(":")[2]))
    headers = {"Origin": "https://evil.example", "Content-Type": "application/json"}
    connection.request("POST", "/sandbox/post", urlencode({"a": 1}), headers)
    assert connection.getresponse().status == 403
    connection.close()


def test_timestamps_are_unique_even_when_the_clock_stands(make_server: ServerMaker) -> None:
    """Messages posted at one instant still have increasing ts."""

    client = WebClient(token=BOT_TOKEN, base_url=make_server(clock=HandClock()).api_url)

    ts = [client.chat_postMessage(channel="C1DESK", text="x")["ts"] for _ in range(5)]
    assert ts == sorted(set(ts))
