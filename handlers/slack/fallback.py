"""What nobody else answers: buttons and modals Baton does not know, and errors."""

from __future__ import annotations

import re

from slack_bolt import Ack, App
from slack_bolt.response import BoltResponse

from handlers.flows.telling.whisper import whisper
from handlers.slack.edge import SlackEdge
from handlers.slack.payload import Json, channel_of, user_of
from handlers.slack.refuse import SORRY, apologise, log_failure

UNKNOWN_BUTTON = (
    "This button is from another version of Baton and does nothing any more. "
    "The lead is safe: try /lead find."
)
UNKNOWN_MODAL = "This form is from another version of Baton. Please close it and start again."
ANYTHING = re.compile(".*")


def register(app: App, slack: SlackEdge) -> None:
    """Register last: Bolt asks its listeners in order."""

    def on_unknown_action(ack: Ack, body: Json) -> None:
        whisper(slack.ports, channel_of(body), user_of(body), UNKNOWN_BUTTON)
        ack()

    def on_unknown_view(ack: Ack, body: Json) -> None:
        place = _first_input(body)
        if place is None:
            ack()
        else:
            ack(response_action="errors", errors={place: UNKNOWN_MODAL})

    def on_error(error: Exception, body: Json) -> BoltResponse | None:
        log_failure(error, body)
        return _apology(slack, body)

    app.action(ANYTHING)(on_unknown_action)
    app.view(ANYTHING)(on_unknown_view)
    app.error(on_error)


def _apology(slack: SlackEdge, body: Json) -> BoltResponse | None:
    """Tell the person in the way their kind of request allows; None lets Slack itself warn."""
    if "command" in body:
        return BoltResponse(status=200, body={"text": SORRY, "response_type": "ephemeral"})
    place = _first_input(body)
    if body.get("type") == "view_submission" and place is not None:
        errors = {"response_action": "errors", "errors": {place: SORRY}}
        return BoltResponse(status=200, body=errors)
    if body.get("type") == "block_actions" and apologise(slack, body, SORRY):
        return BoltResponse(status=200, body="")
    return None


def _first_input(body: Json) -> str | None:
    blocks = (body.get("view") or {}).get("blocks") or []
    return next((block["block_id"] for block in blocks if block["type"] == "input"), None)
