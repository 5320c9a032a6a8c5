"""The buttons Merge and Keep apart of a case about two leads that may be one."""

from __future__ import annotations

from slack_bolt import Ack, App

from handlers.flows.matching.merge_leads import Question, keep_apart, merge_case
from handlers.slack import ids
from handlers.slack.button_value import needed
from handlers.slack.edge import SlackEdge
from handlers.slack.payload import Json, button_of, user_of
from handlers.slack.refuse import refusals_told
from handlers.slack.who import person_of


def register(app: App, slack: SlackEdge) -> None:
    def on_merge(ack: Ack, body: Json) -> None:
        with refusals_told(slack, body):
            person = person_of(slack.ports, user_of(body))
            merge_case(slack.ports, _question(body), person=person)
        ack()

    def on_keep_apart(ack: Ack, body: Json) -> None:
        with refusals_told(slack, body):
            person = person_of(slack.ports, user_of(body))
            keep_apart(slack.ports, _question(body), person=person)
        ack()

    app.action(ids.CASE_MERGE)(on_merge)
    app.action(ids.CASE_KEEP_APART)(on_keep_apart)


def _question(body: Json) -> Question:
    button = button_of(body)
    return Question(case_id=needed(button.case), other_id=needed(button.other))
