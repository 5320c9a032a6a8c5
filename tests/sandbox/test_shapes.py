"""What the sandbox says, read by slack_sdk's own models and by Bolt's own extractors."""

from typing import Any

import pytest
from slack_bolt.request.internals import (
    extract_channel_id,
    extract_function_execution_id,
    extract_team_id,
    extract_user_id,
)
from slack_sdk import WebClient
from slack_sdk.models.blocks import Block
from slack_sdk.models.metadata import Metadata
from slack_sdk.models.views import View, ViewState
from slack_sdk.socket_mode.request import SocketModeRequest

from sandbox import PersonDriver, SandboxServer
from sandbox.delivery.envelope import EVENT, INTERACTIVE, Envelope
from tests.sandbox.sample_app import SampleApp, card, owner_modal
from tests.sandbox.test_elements import FIELDS

Json = dict[str, Any]
# The fields that the payload reference names, by payload; more may be there.
# https://docs.slack.dev/reference/interaction-payloads/ and .../apis/events-api/
PAYLOADS = {
    "acknowledge": {
        *("type", "team", "user", "api_app_id", "token", "container", "trigger_id", "channel"),
        *("message", "response_url", "actions", "state", "enterprise", "is_enterprise_install"),
    },
    "submit": {"type", "team", "user", "api_app_id", "token", "view", "trigger_id", "enterprise"},
    "closed": {"type", "team", "user", "api_app_id", "token", "view", "is_cleared"},
    "options": {"type", "team", "user", "api_app_id", "token", "container", "action_id"}
    | {"block_id", "value", "view"},
    "command": {
        *("token", "team_id", "team_domain", "channel_id", "channel_name", "user_id", "user_name"),
        *("command", "text", "api_app_id", "response_url", "trigger_id", "is_enterprise_install"),
    },
    "message": {
        *("token", "team_id", "api_app_id", "event", "type", "event_id", "event_time"),
        *("authorizations", "is_ext_shared_channel", "event_context"),
    },
}


@pytest.fixture
def heard(app: SampleApp, client: WebClient, ana: PersonDriver) -> dict[str, Json]:
    """One payload of each kind, as the app received it."""
    client.chat_postMessage(channel="U1ANA", text="New lead", blocks=card())
    ana.command("/lead modal")
    ana.options("Account", "acme")
    ana.submit({"Owner": "Bob Stone", "Reason": "bad"})
    ana.close()
    ana.click("Acknowledge")
    ana.post("hello")
    ana.wait_for(lambda: "message" in app.names())
    return dict(app.heard)


def test_payloads_have_the_published_fields(heard: dict[str, Json]) -> None:
    """Every payload kind carries the fields of Slack's reference."""

    for kind, fields in PAYLOADS.items():
        assert fields <= set(heard[kind]), kind
    action = heard["acknowledge"]["actions"][0]
    assert {"type", "block_id", "action_id", "text", "value", "style", "action_ts"} <= set(action)


def test_bolt_finds_who_and_where(heard: dict[str, Json]) -> None:
    """Bolt's extractors read team, user and channel out of every payload."""

    for kind, body in heard.items():
        if kind != "options":
            assert extract_team_id(body) == "T0SANDBOX", kind
            assert extract_user_id(body) == "U1ANA", kind
            assert extract_function_execution_id(body) is None
    for kind in ("acknowledge", "command", "message"):
        assert extract_channel_id(heard[kind]) == "D1ANA", kind


def test_views_are_read_by_the_sdk(heard: dict[str, Json]) -> None:
    """`View` and `ViewState` take what a submission carries, and give it back unchanged."""

    view = heard["submit"]["view"]
    read = View(**view)
    values = ViewState(values=view["state"]["values"]).to_dict()["values"]

    assert (read.callback_id, read.private_metadata, read.hash) == (
        "owner", "lead 7", view["hash"],
    )  # fmt: skip
    assert values["owner"]["value"]["selected_user"] == "U2BOB"
    assert [block["type"] for block in read.to_dict()["blocks"]] == ["input"] * 4


def test_stored_blocks_are_valid_for_the_sdk(
    server: SandboxServer, client: WebClient, ana: PersonDriver
) -> None:
    """Blocks come back as the SDK's models, with every limit that those check."""

    metadata = {"event_type": "x", "event_payload": {"id": 7}}
    client.chat_postMessage(channel="U1ANA", text="New lead", blocks=card(), metadata=metadata)
    found = client.conversations_history(channel="D1ANA", include_all_metadata=True)
    message = found["messages"][0]
    view = {**owner_modal(), "blocks": FIELDS}
    trigger = server.surfaces.new_trigger("U1ANA")
    opened = client.views_open(trigger_id=trigger, view=view)["view"]

    assert Metadata(**message["metadata"]).to_dict() == metadata
    for block in [*message["blocks"], *opened["blocks"]]:
        read = Block.parse(block)
        assert read is not None
        assert read.to_dict() == block
        read.validate_json()


def test_what_the_sdk_builds_is_accepted(client: WebClient) -> None:
    """The SDK's own block objects pass the sandbox's checks."""

    blocks = [block for block in map(Block.parse, card()) if block is not None]
    assert client.chat_postMessage(channel="C1DESK", text="x", blocks=blocks)["ok"]


def test_envelopes_are_read_by_the_sdk() -> None:
    """Socket Mode envelopes have the fields the SDK's request has; retries count from 0."""

    event = SocketModeRequest.from_dict(Envelope(EVENT, {"a": 1}, 2, "timeout").to_socket())
    click = SocketModeRequest.from_dict(Envelope(INTERACTIVE, {"b": 2}).to_socket())

    assert event is not None
    assert click is not None
    assert (event.type, event.payload, event.retry_attempt) == ("events_api", {"a": 1}, 2)
    assert (event.accepts_response_payload, click.accepts_response_payload) == (False, True)


def test_people_conversations_and_messages_have_the_published_fields(client: WebClient) -> None:
    """The fields that Slack's reference shows for these objects."""

    user = client.users_info(user="U1ANA")["user"]
    assert {"id", "team_id", "name", "deleted", "real_name", "tz", "tz_label", "tz_offset"} | {
        "profile", "is_admin", "is_bot", "is_restricted", "updated", "is_app_user",
    } <= set(user)  # fmt: skip
    channel = client.conversations_info(channel="C1DESK")["channel"]
    assert {"id", "name", "is_channel", "is_group", "is_im", "is_mpim", "is_private"} | {
        "created", "is_archived", "is_general", "name_normalized", "is_member", "topic", "purpose",
    } <= set(channel)  # fmt: skip
    posted = client.chat_postMessage(channel="C1DESK", text="x")
    assert {"ok", "channel", "ts", "message"} <= set(posted.data)
    assert {"type", "user", "ts", "text", "team", "bot_id", "app_id"} <= set(posted["message"])
