"""The same Bolt app over signed HTTP."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from slack_bolt import BoltRequest

from sandbox import PersonDriver, SandboxServer
from tests.sandbox.conftest import ServerMaker
from tests.sandbox.sample_app import SampleApp, card


class BoltOverHttp(ThreadingHTTPServer):
    """Hands every request to the app; keeps the headers it saw."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.sample: SampleApp | None = None
        self.seen: list[dict[str, str]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/slack/events"


class _Handler(BaseHTTPRequestHandler):
    server: BoltOverHttp

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.server.seen.append({key.lower(): value for key, value in self.headers.items()})
        assert self.server.sample is not None
        headers: Any = dict(self.headers.items())
        answer = self.server.sample.app.dispatch(BoltRequest(body=body, headers=headers))
        self.send_response(answer.status)
        for name, values in answer.headers.items():
            self.send_header(name, values[0])
        self.end_headers()
        self.wfile.write((answer.body or "").encode())

    def log_message(self, *arguments: object) -> None:
        """Quiet."""


@pytest.fixture
def http() -> Iterator[BoltOverHttp]:
    endpoint = BoltOverHttp()
    threading.Thread(target=endpoint.serve_forever, args=(0.01,), daemon=True).start()
    yield endpoint
    endpoint.shutdown()
    endpoint.server_close()


@pytest.fixture
def server(make_server: ServerMaker, http: BoltOverHttp) -> SandboxServer:
    server = make_server(request_url=http.url)
    http.sample = SampleApp(server.api_url)
    return server


def test_everything_works_over_http(
    server: SandboxServer, http: BoltOverHttp, ana: PersonDriver
) -> None:
    """Clicks, commands, modals and events pass Bolt's signature check and are answered."""

    sample = http.sample
    assert sample is not None
    sample.client.chat_postMessage(channel="U1ANA", text="New lead", blocks=card())
    ana.click("Acknowledge")
    assert "_acknowledged_" in ana.dm()[-1].shown
    assert ana.command("/lead why") == ["you said why"]
    ana.command("/lead modal")
    assert ana.submit({"Owner": "Bob Stone", "Reason": "bad"}) == {"reason": "Not good enough"}
    assert ana.options("Account", "zen") == ["Zenith"]
    ana.post("hello")
    ana.wait_for(lambda: "message" in sample.names(), what="the event")

    assert all(headers["x-slack-signature"].startswith("v0=") for headers in http.seen)


def test_a_wrong_signature_is_refused_by_the_app(
    server: SandboxServer, http: BoltOverHttp, ana: PersonDriver
) -> None:
    """The app checks signatures: with another secret nothing reaches a listener."""

    assert http.sample is not None
    http.sample.app._middleware_list[1].verifier.signing_secret = "other"  # type: ignore

    assert ana.command("/lead why") == ['/lead failed with the error "http_error"']
    assert http.sample.heard == []


def test_unacknowledged_events_are_retried_with_headers(
    server: SandboxServer, http: BoltOverHttp, ana: PersonDriver
) -> None:
    """A failing endpoint gets the event again with X-Slack-Retry-Num and -Reason."""

    server.delivery.retry_delays = (0.0, 0.0, 0.0)
    sample, http.sample = http.sample, None
    ana.post("hello")
    ana.wait_for(lambda: len(http.seen) >= 2, what="the first retry")
    http.sample = sample
    assert sample is not None

    ana.wait_for(lambda: len(http.seen) == 4 or "message" in sample.names(), what="the event")
    assert http.seen[1]["x-slack-retry-num"] == "1"
    assert http.seen[1]["x-slack-retry-reason"]
