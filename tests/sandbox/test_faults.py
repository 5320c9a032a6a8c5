"""Misbehaviour on command, and deliveries that survive dying sockets."""

import http.client
import json
import urllib.error
from collections.abc import Callable

import pytest
from slack_bolt import BoltRequest
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from websockets.sync.client import connect

from sandbox import APP_TOKEN, PersonDriver, SandboxServer
from sandbox.delivery.deliver import ACK_SECONDS
from tests.sandbox.conftest import ServerMaker, connected
from tests.sandbox.sample_app import SampleApp, card


def test_rate_limits_come_with_retry_after(server: SandboxServer, client: WebClient) -> None:
    """The next N calls answer 429 with Retry-After and do nothing; then all is well."""

    server.faults.rate_limit("chat.postMessage", times=2, retry_after=7)

    for _ in range(2):
        with pytest.raises(SlackApiError) as caught:
            client.chat_postMessage(channel="C1DESK", text="x")
        assert caught.value.response.status_code == 429
        assert caught.value.response.headers["retry-after"] == "7"
    client.chat_postMessage(channel="C1DESK", text="through")
    assert len(client.conversations_history(channel="C1DESK")["messages"]) == 1


def test_other_methods_do_not_suffer(server: SandboxServer, client: WebClient) -> None:
    """A fault strikes only its method, until it is cleared."""

    server.faults.fail("chat.postMessage", times=9, status=500)

    assert client.auth_test()["ok"]
    assert server.faults.armed()[0]["times"] == 9
    server.faults.clear()
    assert client.chat_postMessage(channel="C1DESK", text="x")["ok"]


def test_server_errors(server: SandboxServer, client: WebClient) -> None:
    """A 5xx has no JSON and nothing is done."""

    server.driver.fault("fail", method="chat.postMessage", number=503)

    with pytest.raises(SlackApiError) as caught:
        client.chat_postMessage(channel="C1DESK", text="x")
    assert caught.value.response.status_code == 503
    assert client.conversations_history(channel="C1DESK")["messages"] == []


def test_a_dropped_reply_was_done(server: SandboxServer, client: WebClient) -> None:
    """The message is stored although the connection closes without an answer."""

    server.faults.drop_reply("chat.postMessage")

    with pytest.raises((http.client.HTTPException, OSError)):
        client.chat_postMessage(channel="C1DESK", text="there")
    (found,) = client.conversations_history(channel="C1DESK")["messages"]
    assert found["text"] == "there"


def test_a_hanging_call_ends_in_a_time_out(server: SandboxServer, client: WebClient) -> None:
    """The client gives up by itself, and nothing was done."""

    server.faults.hang("chat.postMessage", seconds=30)
    client.timeout = 0.2  # type: ignore[assignment]

    with pytest.raises((TimeoutError, urllib.error.URLError)):
        client.chat_postMessage(channel="C1DESK", text="x")
    assert server.driver.as_("U1ANA").channel("lead-desk") == []


def test_a_hang_is_cut_in_the_end(server: SandboxServer, client: WebClient) -> None:
    """After its seconds the connection closes without an answer."""

    server.faults.hang("auth.test", seconds=0.05)

    with pytest.raises((http.client.HTTPException, OSError)):
        client.auth_test()


def test_a_delivery_can_arrive_twice(
    server: SandboxServer, app: SampleApp, ana: PersonDriver
) -> None:
    """A duplicated event has the same event_id."""

    server.faults.duplicate()
    ana.post("hello")
    ana.wait_for(lambda: app.names().count("message") == 2, what="the second copy")

    first, second = (body["event_id"] for name, body in app.heard if name == "message")
    assert first == second


def test_a_delivery_can_come_late_and_out_of_order(
    server: SandboxServer, app: SampleApp, ana: PersonDriver
) -> None:
    """A held delivery arrives on release, after what was sent later."""

    server.faults.hold()
    ana.post("first")
    ana.post("second")
    ana.wait_for(lambda: app.names().count("message") == 1)
    server.faults.release()
    ana.wait_for(lambda: app.names().count("message") == 2)

    assert [body["event"]["text"] for _, body in app.heard] == ["second", "first"]


def test_each_envelope_goes_to_one_connection(server: SandboxServer) -> None:
    """Two connections of one app share the work; nothing is delivered twice."""

    one, two = SampleApp(server.api_url), SampleApp(server.api_url)
    ana = server.driver.as_("U1ANA")
    with connected(server, one, two):
        for number in range(6):
            assert ana.command(f"/lead {number}") == [f"you said {number}"]

    assert len(one.heard) == len(two.heard) == 3


def test_an_envelope_survives_the_death_of_its_connection(server: SandboxServer) -> None:
    """When a connection dies before the acknowledgement another one gets the envelope."""

    server.workspace.post("D1ANA", "U0BATON", "x", blocks=card_with_ids())
    apps = SampleApp(server.api_url), SampleApp(server.api_url)
    with connected(server, *apps) as handlers:
        for app, handler in zip(apps, handlers, strict=True):
            handler.client.auto_reconnect_enabled = False
            die_instead_of_the_first_acknowledgement(app, handler, apps)
        server.driver.as_("U1ANA").click("Choose owner")

    assert sorted(name for app in apps for name in app.names()) == ["choose", "died"]


def die_instead_of_the_first_acknowledgement(
    app: SampleApp, handler: SocketModeHandler, all_apps: tuple[SampleApp, ...]
) -> None:
    """Whichever app hears something first loses its connection; the next one answers."""

    @app.app.middleware
    def die(next_: Callable[[], None]) -> None:
        if any(one.heard for one in all_apps):
            next_()
            return
        app.heard.append(("died", {}))
        connection = handler.client.current_session
        assert connection is not None
        assert connection.sock is not None
        connection.sock.shutdown(2)
        connection.disconnect()


def test_a_disconnect_leads_to_a_new_connection(
    server: SandboxServer, app: SampleApp, ana: PersonDriver
) -> None:
    """Asked to reconnect, the app comes back and clicks still work."""

    (before,) = server.hub.connections
    server.faults.disconnect(warn=True)
    ana.wait_for(
        lambda: [c for c in server.hub.connections if c is not before], what="the new connection"
    )

    assert ana.command("/lead again") == ["you said again"]


def test_connections_are_renewed_and_nothing_is_lost(make_server: ServerMaker) -> None:
    """Warned in time, the app comes back by itself; every post in between reaches it."""

    server = make_server(socket_refresh=0.8, rate_limits=False)
    app = SampleApp(server.api_url)
    ana = server.driver.as_("U1ANA")
    said: list[str] = []

    def renewed_twice() -> bool:
        said.append(ana.post(f"number {len(said)}"))
        return any(connection.number >= 3 for connection in server.hub.connections)

    with connected(server, app):
        ana.wait_for(renewed_twice, 10, "two renewals")
        wanted = set(said)
        ana.wait_for(lambda: wanted <= heard_messages(app), what="every post")


def heard_messages(app: SampleApp) -> set[str]:
    return {body["event"]["ts"] for name, body in list(app.heard) if name == "message"}


def test_who_ignores_the_renewal_is_cut_off(make_server: ServerMaker) -> None:
    """A warning, the request, then the end of the connection."""

    server = make_server(socket_refresh=0.2)
    answer = WebClient(token=APP_TOKEN, base_url=server.api_url).apps_connections_open(
        app_token=APP_TOKEN
    )
    heard = []
    with connect(answer["url"]) as socket:
        for text in socket:
            heard.append(json.loads(text))

    assert [one.get("reason", one["type"]) for one in heard] == [
        "hello", "warning", "refresh_requested",
    ]  # fmt: skip


def test_events_are_retried(server: SandboxServer, app: SampleApp, ana: PersonDriver) -> None:
    """An event without acknowledgement comes again with its number and reason."""

    # Long enough for a busy machine to refuse in order; the third attempt has Slack's own time.
    server.delivery.ack_seconds = 0.5
    server.delivery.retry_delays = (0.0, 0.0, 0.0)
    refused = []

    @app.app.middleware
    def refuse(request: BoltRequest, next_: Callable[[], None]) -> None:
        refused.append(request.headers.get("x-slack-retry-num"))
        if len(refused) == 2:
            server.delivery.ack_seconds = ACK_SECONDS
        if len(refused) > 2:
            next_()

    ana.post("hello")
    ana.wait_for(lambda: "message" in app.names(), what="the third attempt")

    assert refused == [["0"], ["1"], ["2"]]


def card_with_ids() -> list[dict[str, object]]:
    """The card as the Web API would have stored it."""
    return [{"block_id": f"b{number}", **block} for number, block in enumerate(card())]
