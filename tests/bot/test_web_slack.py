"""`POST /slack/events`: only what Slack itself signed reaches a listener."""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from pydantic import SecretStr

from bot.slack_app import slack_app
from bot.web.slack import MAX_BYTES
from sandbox import BOT_TOKEN, SandboxChannel, SandboxPerson, SandboxServer
from tests.bot.serving import FORM, JSON, Answer, Site, a_program, serving
from tests.conftest import ROOT
from tests.support.databases import SqliteDatabases

SECRET = "shh"
PATH = "/slack/events"
COMMAND = urlencode(
    {"command": "/lead", "text": "help", "user_id": "U0SDRANNA", "channel_id": "C1",
     "team_id": "T1", "trigger_id": "1.2.3", "response_url": "http://127.0.0.1:1/x"}
).encode()  # fmt: skip


@pytest.fixture(scope="module")
def slack(sqlite_databases: SqliteDatabases) -> Iterator[Site]:
    """A site that takes Slack's requests over HTTP; the local workspace is its Slack."""
    anna = SandboxPerson("U0SDRANNA", "Anna Kowalczyk", "anna@meridian.example")
    lead_desk = SandboxChannel("C0LEADDESK", "lead-desk")
    workspace = SandboxServer(
        people=[anna], channels=[lead_desk], manifest=ROOT / "manifest.yml", port=0
    )
    workspace.start()
    program = a_program(sqlite_databases.fresh())
    settings = program.settings.model_copy(
        update={
            "slack_signing_secret": SecretStr(SECRET),
            "slack_bot_token": SecretStr(BOT_TOKEN),
            "slack_api_url": workspace.api_url,
        }
    )
    with serving(program, slack=slack_app(settings, program.ports)) as site:
        yield site
    workspace.stop()


def signature(body: bytes, at: str, secret: str = SECRET) -> str:
    base = b"v0:" + at.encode() + b":" + body
    return "v0=" + hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()


def send(site: Site, body: bytes, media: str = FORM, **changes: str | None) -> Answer:
    """Send it signed as Slack does; `signature` and `timestamp` may be another or None."""
    at = str(int(time.time()))
    stated = changes.get("timestamp", at)
    signed = changes.get("signature", signature(body, stated or at))
    headers = {"Content-Type": media}
    if stated is not None:
        headers["X-Slack-Request-Timestamp"] = stated
    if signed is not None:
        headers["X-Slack-Signature"] = signed
    return site.ask("POST", PATH, body, headers)


def test_signed_command_is_answered(slack: Site) -> None:
    """What Slack signed reaches its listener and is answered at once."""
    answer = send(slack, COMMAND)

    assert answer.status == 200
    assert answer.json["response_type"] == "ephemeral"


@pytest.mark.parametrize(
    "given",
    [None, "", "v0=", "v0=" + "0" * 64, "v1=" + "0" * 64, "nonsense", "v0=é", signature(b"", "1")],
)
def test_wrong_signature_is_refused(slack: Site, given: str | None) -> None:
    """401 for any other signature, readable or not; never an error of the server."""

    assert send(slack, COMMAND, signature=given).status == 401


def test_another_secret_is_refused(slack: Site) -> None:
    """Signed just now, but not by whoever knows the secret."""
    now = str(int(time.time()))
    forged = signature(COMMAND, now, "another secret")

    assert send(slack, COMMAND, timestamp=now, signature=forged).status == 401


@pytest.mark.parametrize(
    "given", [None, "", "0", "1500000000", "-1", "now", "²", "1e9", "9" * 12, "9" * 5_000]
)
def test_wrong_time_is_refused(slack: Site, given: str | None) -> None:
    """An old request is not taken again, even rightly signed; nor one of no time at all."""

    assert send(slack, COMMAND, timestamp=given).status == 401


@pytest.mark.parametrize(
    ("body", "media"),
    [
        (b"", JSON),
        (b"not json", JSON),
        (b"\xff\xfe", JSON),
        (b"[]", JSON),
        (b'{"type": "nosuch"}', JSON),
        (b'{"type": ["nosuch"]}', JSON),
        (b'{"user": 7, "team": [], "channel": "x"}', JSON),
        (b"[" * 100_000, JSON),
        (b"payload=" + b"[" * 100_000, FORM),
        (b"payload=not+json", FORM),
        (b"payload=%7B%7D", FORM),
        (b"command=%2Fnosuch", FORM),
        (b"\x00", "text/plain"),
    ],
)
def test_nonsense_is_no_server_error(slack: Site, body: bytes, media: str) -> None:
    """What cannot be read, signed or not, is answered without a 500: Slack would send it again."""

    assert send(slack, body, media).status < 500
    assert 400 <= send(slack, body, media, signature="v0=x").status < 500


def test_address_check_of_slack_is_answered(slack: Site) -> None:
    """Slack asks a new address to repeat a challenge."""
    answer = send(slack, b'{"type": "url_verification", "challenge": "abc"}', JSON)

    assert answer.status == 200
    assert b"abc" in answer.body


def test_too_large_a_request_is_refused(slack: Site) -> None:
    """413 by its announcement."""
    with slack.line() as line:
        line.sendall(
            f"POST {PATH} HTTP/1.1\r\nHost: x\r\nContent-Length: {MAX_BYTES + 1}\r\n\r\n".encode()
        )
        assert line.recv(4096).startswith(b"HTTP/1.1 413 ")


def test_without_slack_there_is_no_such_endpoint(shared: Site) -> None:
    """A program on Socket Mode has no door for Slack."""

    assert send(shared, COMMAND).status == 404
