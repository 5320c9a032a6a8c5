"""The button Acknowledge of the owner's card."""

from __future__ import annotations

from slack_bolt import Ack, App

from handlers.flows.working.record_touch import acknowledge
from handlers.slack import ids
from handlers.slack.button_value import needed
from handlers.slack.edge import SlackEdge
from handlers.slack.payload import Json, button_of, user_of
from handlers.slack.refuse import refusals_told
from handlers.slack.who import person_of


def register(app: App, slack: SlackEdge) -> None:
    def on_acknowledge(ack: Ack, body: Json) -> None:
        with refusals_told(slack, body):
            person = person_of(slack.ports, user_of(body))
            acknowledge(slack.ports, needed(button_of(body).assignment), person)
        ack()

    app.action(ids.LEAD_ACKNOWLEDGE)(on_acknowledge)
