"""The button Send me the cards of an import's digest."""

from __future__ import annotations

from slack_bolt import Ack, App

from handlers.flows.telling.send_import_cards import send_import_cards
from handlers.slack import ids
from handlers.slack.button_value import needed
from handlers.slack.edge import SlackEdge
from handlers.slack.payload import Json, button_of, channel_of, user_of
from handlers.slack.refuse import refusals_told
from handlers.slack.who import person_of


def register(app: App, slack: SlackEdge) -> None:
    def on_cards(ack: Ack, body: Json) -> None:
        with refusals_told(slack, body):
            person = person_of(slack.ports, user_of(body))
            send_import_cards(slack.ports, needed(button_of(body).run), person, channel_of(body))
        ack()

    app.action(ids.IMPORT_CARDS)(on_cards)
