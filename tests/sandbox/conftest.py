"""A workspace of three people with the sample app connected."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Literal

import pytest
import yaml
from playwright.sync_api import Browser, Page, expect, sync_playwright
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient

from sandbox import BOT_TOKEN, PersonDriver, SandboxChannel, SandboxPerson, SandboxServer
from tests.sandbox.sample_app import SampleApp

PEOPLE = (
    SandboxPerson("U1ANA", "Ana Ruiz", "ana@example.com", "Europe/Madrid", "SDR"),
    SandboxPerson("U2BOB", "Bob Stone", "bob@example.com", "America/New_York", "AE"),
    SandboxPerson("U3MIA", "Mia Wong", "mia@example.com", title="Manager"),
)
CHANNELS = (
    SandboxChannel("C1DESK", "lead-desk"),
    SandboxChannel("C2MGRS", "lead-managers", ("U3MIA",)),
)
SCOPES = [
    "app_mentions:read",
    "channels:history",
    "channels:read",
    "chat:write",
    "commands",
    "dnd:read",
    "im:history",
    "im:read",
    "im:write",
    "users:read",
    "users:read.email",
]
EVENTS = ["app_home_opened", "app_mention", "message.im"]

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
    "--disable-component-update",
    "--disable-sync",
]

Visit = Callable[..., Page]
ServerMaker = Callable[..., SandboxServer]


class HandClock:
    """A clock that only the test moves."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **span: float) -> None:
        self.now += timedelta(**span)


def a_manifest(path: Path, **changed: Any) -> Path:
    """A manifest file; `scopes`, `events` or `interactive` may be changed."""
    document = {
        "display_information": {"name": "Baton"},
        "features": {
            "bot_user": {"display_name": "Baton"},
            "app_home": {"home_tab_enabled": True},
            "slash_commands": [{"command": "/lead", "description": "Leads", "usage_hint": "why"}],
        },
        "oauth_config": {"scopes": {"bot": changed.get("scopes", SCOPES)}},
        "settings": {
            "event_subscriptions": {"bot_events": changed.get("events", EVENTS)},
            "interactivity": {"is_enabled": changed.get("interactive", True)},
        },
    }
    file = path / "manifest.yml"
    file.write_text(yaml.safe_dump(document))
    return file


@pytest.fixture(scope="session")
def farewell() -> Iterator[Callable[[SandboxServer], None]]:
    """Stop servers beside the next tests: a stop takes 0.2 s of waiting."""
    with ThreadPoolExecutor(4, "farewell") as pool:
        stops: list[Future[None]] = []
        yield lambda server: stops.append(pool.submit(server.stop))
    for stop in stops:
        stop.result()


@pytest.fixture
def make_server(tmp_path: Path, farewell: Callable[[SandboxServer], None]) -> Iterator[ServerMaker]:
    """Start a server with changed arguments; all are stopped at the end."""
    started: list[SandboxServer] = []

    def make(manifest: Path | None = None, **changed: Any) -> SandboxServer:
        arguments = {"people": PEOPLE, "channels": CHANNELS, "port": 0, **changed}
        server = SandboxServer(manifest=manifest or a_manifest(tmp_path), **arguments)
        server.start()
        started.append(server)
        return server

    yield make
    for server in started:
        farewell(server)


@pytest.fixture
def server(make_server: ServerMaker) -> SandboxServer:
    return make_server()


@pytest.fixture
def client(server: SandboxServer) -> WebClient:
    return WebClient(token=BOT_TOKEN, base_url=server.api_url, retry_handlers=[])


@contextmanager
def connected(server: SandboxServer, *apps: SampleApp) -> Iterator[list[SocketModeHandler]]:
    """Each app over Socket Mode, until the block ends."""
    handlers = [app.connect() for app in apps]
    ready = partial(_are_admitted, server, len(apps))
    server.driver.wait_for(ready, what="the sockets")
    try:
        yield handlers
    finally:
        leave(server, *handlers)


def _are_admitted(server: SandboxServer, number: int) -> bool:
    return len(server.hub.connections) >= number


def leave(server: SandboxServer, *handlers: SocketModeHandler) -> None:
    """Close connections without waiting for the client's receive time-outs of three seconds."""
    for handler in handlers:
        handler.client.auto_reconnect_enabled = False
        handler.client.closed = True
        handler.client.enqueue_message("")
    server.faults.disconnect(warn=False)
    for handler in handlers:
        gone = partial(_is_gone, handler)
        server.driver.wait_for(gone, what="the end of the connection")
        handler.close()


def _is_gone(handler: SocketModeHandler) -> bool:
    return not handler.client.is_connected()


@pytest.fixture
def app(server: SandboxServer) -> Iterator[SampleApp]:
    """The sample app over Socket Mode."""
    sample = SampleApp(server.api_url)
    with connected(server, sample):
        yield sample


@pytest.fixture
def ana(server: SandboxServer) -> PersonDriver:
    return server.driver.as_("Ana Ruiz")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        pytest.skip("needs Debian's chromium")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def visit(browser: Browser, server: SandboxServer) -> Iterator[Visit]:
    """Open the page as a person, in a browser of their own; errors on it fail the test.

    `at` is the time of the browser's clock, which goes on from there.
    """
    pages: list[Page] = []
    problems: list[str] = []

    def go(user: str = "U1ANA", place: str = "", at: datetime | None = None, **look: Any) -> Page:
        page = browser.new_page(**look)
        if at is not None:
            page.clock.install(time=at)
        page.set_default_timeout(5000)
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.goto(f"{server.base_url}/?as={user}#{place}")
        expect(page.locator("#title")).not_to_be_empty()
        pages.append(page)
        return page

    yield go
    for page in pages:
        page.close()
    assert problems == []


def load_more(page: Page, which: Literal["older", "newer"]) -> None:
    """Scroll to the end of what is on the page, and wait for the messages beyond it."""
    messages = page.locator("#messages .message")
    outermost = messages.first if which == "older" else messages.last
    ts = outermost.get_attribute("data-ts") or ""
    end = "0" if which == "older" else "node.scrollHeight"
    page.locator("#scroller").evaluate(f"node => node.scrollTo(0, {end})")
    expect(outermost).not_to_have_attribute("data-ts", ts)
