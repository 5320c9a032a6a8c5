"""The API beside the page, and that its document is true."""

import json
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from urllib.request import urlopen

import pytest

import sandbox
from sandbox import Driver, DriverError, SandboxServer
from sandbox.web_api import METHODS
from tests.sandbox.conftest import ServerMaker

README = (Path(sandbox.__file__).parent / "README.md").read_text()


class Intake(BaseHTTPRequestHandler):
    """Accepts every form and says what it got."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(202)
        self.end_headers()
        self.wfile.write(b"got " + body)

    def log_message(self, *arguments: object) -> None:
        """Quiet."""


@pytest.fixture
def intake() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Intake)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/intake/web/website"
    server.shutdown()
    server.server_close()


def test_a_sample_lead_is_forwarded(make_server: ServerMaker, intake: str) -> None:
    """The sandbox posts the form to the intake and shows its answer."""

    driver = make_server(intake_url=intake).driver
    answer = driver.post("intake", {"fields": {"email": "a@b.example", "phone": ""}})

    assert (answer["status"], answer["body"]) == (202, "got email=a%40b.example")


def test_a_silent_intake_is_named(make_server: ServerMaker) -> None:
    """When nobody listens the answer says so instead of failing."""

    driver = make_server(intake_url="http://127.0.0.1:9/x").driver

    assert driver.post("intake", {"fields": {}})["body"].startswith("no answer")


def test_refusals_say_why(server: SandboxServer) -> None:
    """Unknown people, channels, faults and malformed bodies are refused by name."""

    driver = server.driver
    with pytest.raises(DriverError, match="Ana Ruiz, Bob Stone, Mia Wong"):
        driver.as_("Zoe")
    assert driver.get("messages", {"as": "U1ANA", "channel": "C2MGRS"})["error"] == "not_in_channel"
    assert driver.post("faults", {"kind": "flood"})["error"] == "unknown_fault"
    assert driver.post("post", {})["error"] == "invalid_request"


def test_health_counts_the_sockets(server: SandboxServer) -> None:
    """GET /healthz answers without knowing anybody."""

    with urlopen(f"{server.base_url}/healthz") as response:
        assert json.load(response) == {"ok": True, "sockets": 0}


def test_a_driver_needs_only_the_address(server: SandboxServer) -> None:
    """Driver(base_url) works as it would on a sandbox in another process."""

    bob = Driver(server.base_url).as_("bob@example.com")
    bob.post("hello", channel="lead-desk")

    assert [message.text for message in bob.channel("#lead-desk")] == ["hello"]


def test_every_documented_endpoint_exists(server: SandboxServer) -> None:
    """The README's table names exactly the endpoints there are."""

    documented = set(re.findall(r"/sandbox/(\w+)`", README))
    routes = {route.path.rpartition("/")[2] for route in server.page_api.routes()}

    assert documented == routes | {"live"}


def test_the_methods_of_the_brief_are_all_here() -> None:
    """What Baton calls is in the registry."""

    needed = """auth.test apps.connections.open chat.postMessage chat.update chat.delete
        chat.postEphemeral chat.getPermalink conversations.open conversations.list
        conversations.info conversations.members conversations.history conversations.replies
        users.info users.list users.lookupByEmail dnd.info
        views.open views.push views.update views.publish"""

    assert set(needed.split()) <= set(METHODS)
