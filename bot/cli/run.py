"""`baton run` and `baton sandbox`: the running program and the local workspace."""

from __future__ import annotations

import signal
import socket
from pathlib import Path
from threading import Event
from typing import Annotated, Any, NoReturn

import typer
import uvicorn
from pydantic import SecretStr
from slack_bolt import App

from bot.cli.desk import built, read_settings
from bot.cli.output import FINDING, console, fail
from bot.local_workspace import local_workspace
from bot.only_one import AlreadyRunningError
from bot.settings import Settings
from bot.slack_app import connect_socket, slack_app
from bot.web.app import web_app
from bot.wiring import Program
from routing.policy.reading.errors import PolicyErrors
from sandbox import (
    APP_TOKEN,
    BOT_TOKEN,
    SIGNING_SECRET,
    ManifestError,
    PortTakenError,
    SandboxServer,
)

GRACE_SECONDS = 5
SERVER_OPTIONS: dict[str, Any] = {
    "log_level": "warning",
    "access_log": False,
    "timeout_graceful_shutdown": GRACE_SECONDS,
    "timeout_keep_alive": 10,
    "limit_concurrency": 500,
    "server_header": False,
}
_PORTS = "BATON_SANDBOX_PORT names it; a second Baton needs its own BATON_HTTP_PORT, too."


def run() -> None:
    """Start Baton; without a Slack token it brings a local workspace of its own."""
    settings = read_settings()
    _leave_on_signals()
    workspace: SandboxServer | None = None
    try:
        if not settings.has_slack:
            workspace = local_workspace(settings)
            workspace.start()
            settings = connected_to(workspace, settings)
        _serve(built(settings), workspace)
    except PolicyErrors as refused:
        fail("\n".join(str(error) for error in refused.errors), FINDING)
    except PortTakenError as error:
        fail(f"{error} {_PORTS}", FINDING)
    except (ManifestError, AlreadyRunningError, FileNotFoundError) as error:
        fail(str(error), FINDING)
    finally:
        if workspace is not None:
            workspace.stop()


def _leave_on_signals() -> None:
    """Both signals end the program through its `finally` blocks, with exit code 0.

    The HTTP server raises the signal again when it has shut down; by default that would end the
    process before the engine has stopped.
    """

    def leave(_signal: int, _frame: object) -> NoReturn:
        raise SystemExit(0)

    signal.signal(signal.SIGTERM, leave)
    signal.signal(signal.SIGINT, leave)


def connected_to(workspace: SandboxServer, settings: Settings) -> Settings:
    """The settings of a bot in this local workspace."""
    return settings.model_copy(
        update={
            "slack_bot_token": SecretStr(BOT_TOKEN),
            "slack_app_token": SecretStr(APP_TOKEN),
            "slack_api_url": workspace.api_url,
        }
    )


def _serve(program: Program, workspace: SandboxServer | None) -> None:
    """Run until a signal: first stop listening, then finish what runs, then leave."""
    settings = program.settings
    listener = _listen(settings)
    app = slack_app(settings, program.ports)
    program.start()
    slack_socket = connect_socket(settings, app)
    _greet(settings, workspace)
    try:
        edge = web_app(program, _over_http(settings, app))
        config = uvicorn.Config(edge, **server_options(settings))
        uvicorn.Server(config).run(sockets=[listener])
    finally:
        if slack_socket is not None:
            slack_socket.close()
        program.stop()


def server_options(settings: Settings) -> dict[str, Any]:
    """The options, and whose X-Forwarded-For names the sender: nobody's unless settings say so."""
    proxies = [str(network) for network in settings.trusted_proxies]
    return SERVER_OPTIONS | {"proxy_headers": bool(proxies), "forwarded_allow_ips": proxies}


def _listen(settings: Settings) -> socket.socket:
    """Take the port before anything starts, so that a second Baton says so and leaves."""
    family = socket.AF_INET6 if ":" in settings.http_host else socket.AF_INET
    # The protocol is named because asyncio turns Nagle's delay off only where it sees TCP.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.http_host, settings.http_port))
        return listener
    except OSError as error:
        place = f"{settings.http_host}:{settings.http_port}"
        fail(f"Cannot listen on {place}: {error.strerror}. Set BATON_HTTP_PORT.", FINDING)


def _over_http(settings: Settings, app: App) -> App | None:
    """Slack may call us over HTTP only where a signing secret tells its calls from others'."""
    return app if settings.slack_signing_secret else None


def _greet(settings: Settings, workspace: SandboxServer | None) -> None:
    address = f"http://{settings.http_host}:{settings.http_port}"
    console.print(f"Baton takes leads at [bold]{address}/intake/web/website[/bold]")
    if workspace is not None:
        console.print(f"Local Slack workspace: [bold]{workspace.base_url}[/bold]")
    console.print("Stop with Ctrl-C.")


def sandbox(
    reset: Annotated[bool, typer.Option("--reset", help="Empty the workspace first.")] = False,
    state: Annotated[Path | None, typer.Option(help="Where the workspace is kept.")] = None,
    rate_limits: Annotated[bool, typer.Option(help="Answer 429 as Slack's rate tiers do.")] = True,
) -> None:
    """Start the local Slack workspace alone, for one or several replicas of Baton."""
    settings = read_settings()
    _leave_on_signals()
    try:
        workspace = local_workspace(settings, state=state, reset=reset, rate_limits=rate_limits)
        workspace.start()
    except PolicyErrors as refused:
        fail("\n".join(str(error) for error in refused.errors), FINDING)
    except PortTakenError as error:
        fail(f"{error} {_PORTS}", FINDING)
    except (ManifestError, FileNotFoundError) as error:
        fail(str(error), FINDING)
    console.print(f"Local Slack workspace: [bold]{workspace.base_url}[/bold]")
    console.print("Connect Baton to it with this environment:")
    console.print(f"  SLACK_BOT_TOKEN={BOT_TOKEN} SLACK_APP_TOKEN={APP_TOKEN}")
    console.print(f"  SLACK_API_URL={workspace.api_url}")
    console.print(f"  (over HTTP: SLACK_SIGNING_SECRET={SIGNING_SECRET} for SLACK_APP_TOKEN)")
    try:
        Event().wait()
    finally:
        workspace.stop()
