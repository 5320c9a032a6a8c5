"""The real HTTP edge on a real port, and a client that can misbehave."""

from __future__ import annotations

import json
import shutil
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from threading import Thread
from typing import Any

import uvicorn
from slack_bolt import App

from bot.cli.run import server_options
from bot.settings import Settings
from bot.web.app import web_app
from bot.wiring import Program, adopt_policy, build
from tests.conftest import POLICY
from tests.flows.builders import all_leads
from tests.support.messenger import KeepingMessenger

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
WEBSITE = "/intake/web/website"
TOKEN = "let-me-in"
OPTIONS: dict[str, Any] = {"log_level": "critical", "timeout_graceful_shutdown": 1}
SECONDS = 10.0
"""How long a client waits for what should take a fraction of a second."""


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def media(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0]


@dataclass(frozen=True)
class Site:
    """A program behind its HTTP edge, on a port of this machine."""

    program: Program
    port: int

    def ask(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        line = HTTPConnection("127.0.0.1", self.port, timeout=SECONDS)
        try:
            line.request(method, path, body=body, headers=dict(headers or {}))
            return _read(line.getresponse())
        finally:
            line.close()

    def get(self, path: str, **headers: str) -> Answer:
        return self.ask("GET", path, headers=headers)

    def post(self, path: str, fields: object, **headers: str) -> Answer:
        """Post JSON; a keyword such as `idempotency_key` is a header."""
        sent = {"Content-Type": JSON} | {k.replace("_", "-"): v for k, v in headers.items()}
        return self.ask("POST", path, json.dumps(fields).encode(), sent)

    @contextmanager
    def line(self) -> Iterator[socket.socket]:
        """A bare connection."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=SECONDS) as line:
            yield line

    def receipts(self) -> int:
        with self.program.ports.database.reading() as work:
            return int(
                work.connection.exec_driver_sql("SELECT count(*) FROM receipts").scalar_one()
            )

    def leads(self) -> int:
        return len(all_leads(self.program.ports))


def head(method: str, path: str, *fields: str) -> bytes:
    """The start of a request up to its body."""
    lines = [f"{method} {path} HTTP/1.1", "Host: baton", *fields, "", ""]
    return "\r\n".join(lines).encode()


def answer_on(line: socket.socket) -> Answer:
    """The next answer on a bare connection."""
    response = HTTPResponse(line)
    response.begin()
    return _read(response)


def is_closed(line: socket.socket) -> bool:
    """Whether the server ends the connection; waits for it."""
    try:
        return line.recv(1) == b""
    except ConnectionError:
        return True
    except TimeoutError:
        return False


def _read(response: HTTPResponse) -> Answer:
    headers = {name.lower(): value for name, value in response.getheaders()}
    return Answer(response.status, headers, response.read())


def a_program(
    database_url: str,
    *,
    adopted: bool = True,
    token: str | None = TOKEN,
    policy: Path = POLICY,
    trusted_proxies: str = "",
) -> Program:
    """The wired program on this database; its engine takes submissions and runs nothing."""
    values: dict[str, Any] = {
        "BATON_DATABASE_URL": database_url,
        "BATON_POLICY_DIR": policy,
        "BATON_ADMIN_TOKEN": token,
        "BATON_TRUSTED_PROXIES": trusted_proxies,
    }
    program = build(Settings(_env_file=None, **values), messenger=KeepingMessenger())
    if adopted:
        adopt_policy(program.ports, policy)
    return program


def policy_with(folder: Path, sources: str) -> Path:
    """A copy of the example policy with these further sources, written as in `sources.yml`."""
    copy = folder / "policy"
    shutil.copytree(POLICY, copy)
    with (copy / "sources.yml").open("a", encoding="utf-8") as file:
        file.write(f"\n{sources}")
    return copy


@contextmanager
def serving(
    program: Program, *, slack: App | None = None, read_seconds: float = SECONDS
) -> Iterator[Site]:
    """The program behind uvicorn, on a thread, until the block ends."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(128)
        app = web_app(program, slack, read_seconds=read_seconds)
        options = server_options(program.settings) | OPTIONS
        config = uvicorn.Config(app, **options)
        server = uvicorn.Server(config)
        thread = Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        try:
            yield Site(program, listener.getsockname()[1])
        finally:
            server.should_exit = True
            thread.join()
            program.stop()
            program.ports.database.engine.dispose()
