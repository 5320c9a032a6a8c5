"""The payloads that Slack sends to an app, field for field."""

import secrets
from dataclasses import dataclass

from sandbox.workspace.model import (
    APP_ID,
    BOT_USER_ID,
    TEAM_DOMAIN,
    TEAM_ID,
    VERIFICATION_TOKEN,
    Conversation,
    Json,
    SandboxPerson,
)

TEAM: Json = {"id": TEAM_ID, "domain": TEAM_DOMAIN}
_APP: Json = {
    "api_app_id": APP_ID,
    "token": VERIFICATION_TOKEN,
    "team": TEAM,
    "enterprise": None,
    "is_enterprise_install": False,
}


@dataclass(frozen=True)
class Spot:
    """Where an interaction happens: a message (perhaps ephemeral), or a view, as Slack shapes."""

    channel: Conversation | None = None
    message: Json | None = None
    view: Json | None = None
    ephemeral: bool = False

    def to_payload(self) -> Json:
        if self.view is not None:
            return {"container": {"type": "view", "view_id": self.view["id"]}, "view": self.view}
        assert self.channel is not None
        assert self.message is not None
        container: Json = {
            "type": "message",
            "message_ts": self.message["ts"],
            "channel_id": self.channel.id,
            "is_ephemeral": self.ephemeral,
        }
        if "thread_ts" in self.message:
            container["thread_ts"] = self.message["thread_ts"]
        shown: Json = {"container": container, "channel": channel_shape(self.channel)}
        # Slack does not send the content of ephemeral messages back.
        return shown if self.ephemeral else shown | {"message": self.message}


def user_shape(person: SandboxPerson) -> Json:
    handle = person.handle
    return {"id": person.user_id, "username": handle, "name": handle, "team_id": TEAM_ID}


def channel_shape(channel: Conversation) -> Json:
    return {"id": channel.id, "name": channel_name(channel)}


def channel_name(channel: Conversation) -> str:
    return {"im": "directmessage", "groups": "privategroup"}.get(channel.kind, channel.name)


def block_actions(
    person: SandboxPerson,
    spot: Spot,
    action: Json,
    state: Json,
    trigger_id: str,
    response_url: str | None,
) -> Json:
    payload = {
        "type": "block_actions",
        **_APP,
        "user": user_shape(person),
        **spot.to_payload(),
        "trigger_id": trigger_id,
        "actions": [action],
    }
    if spot.view is None:
        payload |= {"state": {"values": state}, "response_url": response_url}
    return payload


def block_suggestion(
    person: SandboxPerson, spot: Spot, action_id: str, block_id: str, query: str
) -> Json:
    return {
        "type": "block_suggestion",
        **_APP,
        "user": user_shape(person),
        **spot.to_payload(),
        "action_id": action_id,
        "block_id": block_id,
        "value": query,
    }


def view_submission(person: SandboxPerson, view: Json, trigger_id: str) -> Json:
    return {
        "type": "view_submission",
        **_APP,
        "user": user_shape(person),
        "view": view,
        "trigger_id": trigger_id,
        "response_urls": [],
    }


def view_closed(person: SandboxPerson, view: Json, *, cleared: bool) -> Json:
    return {
        "type": "view_closed",
        **_APP,
        "user": user_shape(person),
        "view": view,
        "is_cleared": cleared,
    }


def slash_command(
    person: SandboxPerson,
    channel: Conversation,
    command: str,
    text: str,
    trigger_id: str,
    response_url: str,
) -> Json:
    """All values are strings, as in the form that Slack posts."""
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": TEAM_ID,
        "team_domain": TEAM_DOMAIN,
        "channel_id": channel.id,
        "channel_name": channel_name(channel),
        "user_id": person.user_id,
        "user_name": person.handle,
        "command": command,
        "text": text,
        "api_app_id": APP_ID,
        "is_enterprise_install": "false",
        "response_url": response_url,
        "trigger_id": trigger_id,
    }


def event_callback(event: Json, epoch_seconds: int) -> Json:
    """The Events API wrapper around an event."""
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": TEAM_ID,
        "api_app_id": APP_ID,
        "event": event,
        "type": "event_callback",
        "event_id": "Ev" + secrets.token_hex(5).upper(),
        "event_time": epoch_seconds,
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": TEAM_ID,
                "user_id": BOT_USER_ID,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": False,
        "event_context": "sandbox",
    }
