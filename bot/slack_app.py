"""The Bolt application over Socket Mode or HTTP, with the same listeners."""

from __future__ import annotations

import logging
import secrets
from threading import Event, Thread

import structlog
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient

from bot.log import where_raised
from bot.settings import Settings
from bot.wiring import slack_client
from handlers.flows.ports import Ports
from handlers.slack.edge import SlackEdge
from handlers.slack.listeners import register_listeners

log = structlog.get_logger(__name__)

RECONNECT_SECONDS = 5.0


def slack_app(settings: Settings, ports: Ports) -> App:
    """Bolt with every listener. Requests over HTTP are checked against the signing secret;
    without one (Socket Mode needs none) no request can be signed right.
    """
    secret = settings.slack_signing_secret
    app = App(
        logger=logging.getLogger("slack_bolt"),
        client=slack_client(settings),
        signing_secret=secret.get_secret_value() if secret else secrets.token_hex(32),
        process_before_response=True,
        token_verification_enabled=False,
        ignoring_self_events_enabled=True,
    )
    register_listeners(app, SlackEdge(ports=ports))
    return app


class SocketConnection:
    """Socket Mode, connected as soon as Slack answers: intake never waits for it."""

    def __init__(self, handler: SocketModeHandler) -> None:
        self._handler = handler
        self._closing = Event()
        self._thread = Thread(target=self._connect, name="slack-socket", daemon=True)
        self._thread.start()

    def _connect(self) -> None:
        while not self._closing.is_set():
            try:
                self._handler.connect()
                return
            except Exception as error:  # whatever keeps Slack away, it is tried again
                log.warning("slack_not_connected", error=where_raised(error))
            self._closing.wait(RECONNECT_SECONDS)

    def close(self) -> None:
        self._closing.set()
        self._handler.close()


def connect_socket(settings: Settings, app: App) -> SocketConnection | None:
    """Open the socket when an app token is set; gives the connection to close at the end."""
    token = settings.slack_app_token
    if token is None:
        return None
    value = token.get_secret_value()
    client = WebClient(token=value, base_url=settings.slack_api_url, retry_handlers=[])
    return SocketConnection(SocketModeHandler(app, value, web_client=client))
