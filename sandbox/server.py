"""The server: one process-local Slack on 127.0.0.1, in a thread of its own."""

import asyncio
import socket
from collections.abc import Iterable, MutableMapping
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from sandbox.delivery import Delivery, SocketHub
from sandbox.delivery.socket_mode import REFRESH_SECONDS
from sandbox.driver import Driver
from sandbox.events import Events
from sandbox.faults import Faults
from sandbox.file_transfer import FileTransfer
from sandbox.http_api import CUT, HttpApi, json_response
from sandbox.interactions import Interactions
from sandbox.live import Live
from sandbox.manifest import load_manifest
from sandbox.page_api import PageApi
from sandbox.rate_limits import RateLimits
from sandbox.web_api import Slack
from sandbox.workspace import Workspace
from sandbox.workspace.model import APP_ID, Change, Clock, SandboxChannel, SandboxPerson
from sandbox.workspace.state import StateFile
from sandbox.workspace.surfaces import Surfaces
from sandbox.workspace.traffic import Traffic

PAGE = Path(__file__).parent / "page"
# The page shows text from strangers: even if a renderer failed, nothing foreign could run.
PAGE_POLICY = "default-src 'self'; img-src 'self' data: http: https:; frame-ancestors 'none'"


class PortTakenError(Exception):
    """Another program listens where the sandbox should."""


class SandboxServer:
    """A local Slack workspace. `start` returns when it listens; `stop` when it has ended.

    `clock` gives the present time with a zone; `request_url` is where envelopes are posted when
    no socket is connected; `state` is the file that lets the workspace survive a restart;
    `intake_url` is where the page's sample lead goes; `rate_limits` are Slack's tiers, counted by
    `clock`; `socket_refresh` is how many seconds a Socket Mode connection lasts.
    """

    def __init__(
        self,
        *,
        people: Iterable[SandboxPerson],
        channels: Iterable[SandboxChannel],
        manifest: Path,
        host: str = "127.0.0.1",
        port: int = 8090,
        state: Path | None = None,
        clock: Clock | None = None,
        request_url: str | None = None,
        intake_url: str | None = None,
        rate_limits: bool = True,
        socket_refresh: float = REFRESH_SECONDS,
    ) -> None:
        rights = load_manifest(manifest)
        clock = clock or (lambda: datetime.now(UTC))
        self.faults = Faults()
        self.workspace = Workspace(people, channels, clock, rights.app_name)
        self.surfaces = Surfaces(clock, self.workspace.changes)
        self.traffic = Traffic(clock, self.workspace.changes)
        self.hub = SocketHub(socket_refresh)
        self.delivery = Delivery(self.hub, self.faults, self.traffic, request_url)
        self._events = Events(self.workspace, self.surfaces, rights, self.delivery)
        self._live = Live(self.workspace)
        interactions = Interactions(
            self.workspace,
            self.surfaces,
            rights,
            self.delivery,
            self._events,
            lambda: self.base_url,
        )
        slack = Slack(
            self.workspace, self.surfaces, rights, lambda: self.base_url, self._socket_url
        )
        limits = RateLimits(clock, self.workspace.channel_id) if rate_limits else None
        self._http = HttpApi(slack, self.faults, limits, self.traffic)
        self.page_api = PageApi(
            self.workspace,
            self.surfaces,
            rights,
            interactions,
            self.faults,
            self.traffic,
            intake_url,
        )
        self._state = StateFile(state, self.workspace, self.surfaces) if state else None
        self._address = (host, port)
        self._ready = Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._uvicorn: uvicorn.Server | None = None
        self._thread: Thread | None = None

    @property
    def base_url(self) -> str:
        return f"http://{self._address[0]}:{self._address[1]}"

    @property
    def api_url(self) -> str:
        """What `WebClient(base_url=...)` takes."""
        return self.base_url + "/api/"

    @property
    def driver(self) -> Driver:
        return Driver(self.base_url)

    def start(self) -> None:
        """Raises PortTakenError when the port is in use."""
        listener = self._listen()
        if self._state is not None:
            self._state.start()
        self._thread = Thread(target=self._run, args=(listener,), name="sandbox", daemon=True)
        self._thread.start()
        self._ready.wait()

    def stop(self) -> None:
        if self._uvicorn is None or self._thread is None or self._loop is None:
            return
        self._uvicorn.should_exit = True
        self._thread.join()
        self._uvicorn = self._thread = self._loop = None
        if self._state is not None:
            self._state.stop()

    def _listen(self) -> socket.socket:
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(self._address)
            listener.listen(128)
        except OSError as error:
            listener.close()
            host, port = self._address
            raise PortTakenError(
                f"cannot listen on {host}:{port} ({error.strerror}); "
                "is another sandbox running? Choose another port."
            ) from error
        self._address = listener.getsockname()[:2]
        return listener

    def _run(self, listener: socket.socket) -> None:
        config = uvicorn.Config(
            _Outermost(self._app(), self),
            log_level="warning",
            access_log=False,
            lifespan="off",
            timeout_graceful_shutdown=1,
        )
        self._uvicorn = _ReadyServer(config, self._ready)
        asyncio.run(self._serve(self._uvicorn, listener))

    async def _serve(self, server: uvicorn.Server, listener: socket.socket) -> None:
        self._loop = asyncio.get_running_loop()
        self.faults.connect(self._disconnect, self._release)
        forget = self.workspace.changes.subscribe(self._on_change)
        try:
            await server.serve(sockets=[listener])
        finally:
            forget()
            self.delivery.stop()

    def _on_change(self, change: Change) -> None:
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._spread, change)

    def _spread(self, change: Change) -> None:
        self._live.on_change(change)
        self._events.on_change(change)

    def _disconnect(self, warn: bool) -> None:
        if self._loop is not None:
            asyncio.run_coroutine_threadsafe(self.hub.disconnect(warn), self._loop)

    def _release(self) -> None:
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self.delivery.release)

    def _socket_url(self) -> str:
        host, port = self._address
        return f"ws://{host}:{port}/link/?ticket={self.hub.new_ticket()}&app_id={APP_ID}"

    def _app(self) -> Starlette:
        transfer = FileTransfer(self.workspace.files)
        routes: list[BaseRoute] = [
            Route("/api/{method}", self._http.method, methods=["GET", "POST"]),
            Route("/upload/{ticket}", transfer.upload, methods=["POST"]),
            Route("/files/{file}", transfer.download),
            Route("/response/{token}", self._http.respond, methods=["POST"]),
            WebSocketRoute("/link/", self.hub.serve),
            WebSocketRoute("/sandbox/live", self._live.serve),
            *self.page_api.routes(),
            Route("/healthz", self._healthz),
            Route("/archives/{channel}/{message}", self._permalink),
            Mount("/", StaticFiles(directory=PAGE, html=True)),
        ]
        return Starlette(routes=routes)

    async def _healthz(self, request: Request) -> Response:
        return json_response({"ok": True, "sockets": len(self.hub.connections)})

    async def _permalink(self, request: Request) -> Response:
        return RedirectResponse(f"/#{request.path_params['channel']}")


class _ReadyServer(uvicorn.Server):
    """Says when it listens."""

    def __init__(self, config: uvicorn.Config, ready: Event) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._ready.set()


class _Outermost:
    """Refuses other sites' pages, adds the page's policy, and can cut a connection."""

    def __init__(self, app: ASGIApp, server: SandboxServer) -> None:
        self._app = app
        self._server = server

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and self._is_foreign(scope):
            await PlainTextResponse("Only this sandbox's own page.", 403)(scope, receive, send)
            return
        scope[CUT] = lambda: _transport(send).abort()

        async def with_policy(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                policy = (b"content-security-policy", PAGE_POLICY.encode())
                message["headers"] = [*message.get("headers", []), policy]
            await send(message)

        await self._app(scope, receive, with_policy)

    def _is_foreign(self, scope: Scope) -> bool:
        """A browser showing another site names that site as the Origin (or reaches us by it)."""
        headers = {key: value.decode("latin-1") for key, value in scope["headers"]}
        origin = headers.get(b"origin")
        host = headers.get(b"host", "").rpartition(":")[0] or headers.get(b"host", "")
        own = ("127.0.0.1", "localhost", self._server.base_url.split("//")[1].split(":")[0])
        foreign_origin = origin is not None and origin.split("//")[-1].split(":")[0] not in own
        return foreign_origin or host not in own


def _transport(send: Send) -> asyncio.Transport:
    """uvicorn's connection behind an ASGI `send`: ASGI itself has no way to hang up."""
    transport: asyncio.Transport = send.__self__.transport  # type: ignore[attr-defined]
    return transport
