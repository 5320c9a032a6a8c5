"""A file is shared with Baton, or in the channel where policy changes are told (G2)."""

from __future__ import annotations

from slack_bolt import App

from handlers.flows.policy.take_policy_file import offer_policy_file
from handlers.slack import ids
from handlers.slack.edge import SlackEdge
from handlers.slack.payload import Json


def register(app: App, slack: SlackEdge) -> None:
    def on_file(event: Json) -> None:
        offer_policy_file(
            slack.ports,
            str(event["file_id"]),
            user=str(event["user_id"]),
            channel=str(event["channel_id"]),
        )

    app.event(ids.FILE_SHARED)(on_file)
