"""The Bolt application over Socket Mode or HTTP, with the same listeners."""

from __future__ import annotations

import logging
import secrets

from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient

from bot.settings import Settings
from bot.wiring import slack_client
from handlers.flows.ports import Ports
from handlers.slack.edge import SlackEdge
from handlers.slack.listeners import register_listeners


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


def connect_socket(settings: Settings, app: App) -> SocketModeHandler | None:
    """Open the socket when an app token is set; gives the handler to close at the end."""
    token = settings.slack_app_token
    if token is None:
        return None
    value = token.get_secret_value()
    handler = SocketModeHandler(
        app,
        value,
        web_client=WebClient(token=value, base_url=settings.slack_api_url, retry_handlers=[]),
    )
    handler.connect()
    return handler
