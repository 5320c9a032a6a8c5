"""The buttons Away and Back of the Home: whether a person receives leads (R4, S5)."""

from __future__ import annotations

from functools import partial

from slack_bolt import Ack, App

from handlers.flows.ports import Ports
from handlers.flows.working.set_availability import come_back
from handlers.slack import ids
from handlers.slack.cards.away_modal import away_modal
from handlers.slack.edge import SlackEdge
from handlers.slack.home import publish_home
from handlers.slack.own_availability import absent_until, leave
from handlers.slack.payload import Json, text_in, user_of
from handlers.slack.refuse import answer_form, everything_told, refusals_told
from handlers.slack.who import person_of
from storage.audit import Actor


def register(app: App, slack: SlackEdge) -> None:
    def on_away(ack: Ack) -> None:
        ack()

    def open_modal(body: Json) -> None:
        with everything_told(slack, body):
            person_of(slack.ports, user_of(body))
            app.client.views_open(trigger_id=body["trigger_id"], view=away_modal())

    def on_said(ack: Ack, body: Json) -> None:
        answer_form(ack, ids.UNTIL_INPUT, partial(_leave, slack.ports, body))

    def on_back(ack: Ack, body: Json) -> None:
        with refusals_told(slack, body):
            person = person_of(slack.ports, user_of(body))
            come_back(slack.ports, person.id, actor=Actor(kind="person", id=person.id))
        ack()

    def redraw(body: Json) -> None:
        with everything_told(slack, body):
            publish_home(app, slack.ports, user_of(body))

    app.action(ids.HOME_AWAY)(ack=on_away, lazy=[open_modal])
    app.view(ids.HOME_AWAY_SAID)(ack=on_said, lazy=[redraw])
    app.action(ids.HOME_BACK)(ack=on_back, lazy=[redraw])


def _leave(ports: Ports, body: Json) -> None:
    """They are away from now on."""
    person = person_of(ports, user_of(body))
    until, reason = (text_in(body, one) or "" for one in (ids.UNTIL_INPUT, ids.REASON_INPUT))
    leave(ports, person, absent_until(until, reason, person, ports.clock.now()), by=person)
