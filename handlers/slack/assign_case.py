"""The button Assign to suggested of a case."""

from __future__ import annotations

from slack_bolt import Ack, App

from handlers.flows.deciding.resolve_case import assign_to_suggested
from handlers.flows.refusals import AwayError, NotAllowedError
from handlers.slack import ids
from handlers.slack.button_value import needed
from handlers.slack.edge import SlackEdge
from handlers.slack.payload import Json, button_of, user_of
from handlers.slack.refuse import refusals_told
from handlers.slack.who import person_of

ALL_THE_SAME = "Use Choose owner to give it to somebody else, or to them all the same."


def register(app: App, slack: SlackEdge) -> None:
    def on_assign(ack: Ack, body: Json) -> None:
        with refusals_told(slack, body):
            person = person_of(slack.ports, user_of(body))
            case = needed(button_of(body).case)
            try:
                assign_to_suggested(slack.ports, case, person=person)
            except AwayError as away:
                raise NotAllowedError(f"{away} {ALL_THE_SAME}") from away
        ack()

    app.action(ids.CASE_ASSIGN)(on_assign)
