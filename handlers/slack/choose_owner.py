"""The button Choose owner of a case, and the modal it opens."""

from __future__ import annotations

from functools import partial

from slack_bolt import Ack, App

from handlers.flows.deciding.resolve_case import Choice, assign_to
from handlers.flows.ports import Ports
from handlers.flows.refusals import NotFoundError, TooLateError
from handlers.flows.steps.permission import require_decider
from handlers.flows.telling.wording import best_name
from handlers.slack import ids
from handlers.slack.button_value import ButtonValue, needed
from handlers.slack.cards.owner_modal import owner_modal
from handlers.slack.edge import SlackEdge
from handlers.slack.move_target import away_now, person_in, possible_owners
from handlers.slack.payload import Json, button_of, modal_of, option_in, text_in, user_of
from handlers.slack.refuse import answer_form, everything_told
from handlers.slack.who import person_of
from routing.people import Person


def register(app: App, slack: SlackEdge) -> None:
    def on_choose_owner(ack: Ack) -> None:
        ack()

    def open_owner_modal(body: Json) -> None:
        with everything_told(slack, body):
            person = person_of(slack.ports, user_of(body))
            view = _modal(slack.ports, button_of(body), person)
            app.client.views_open(trigger_id=body["trigger_id"], view=view)

    def on_owner_chosen(ack: Ack, body: Json) -> None:
        answer_form(ack, ids.OWNER_INPUT, partial(_assign, slack.ports, body))

    app.action(ids.CASE_CHOOSE_OWNER)(ack=on_choose_owner, lazy=[open_owner_modal])
    app.view(ids.CASE_OWNER_CHOSEN)(on_owner_chosen)


def _modal(ports: Ports, button: ButtonValue, person: Person) -> Json:
    require_decider(person)
    with ports.database.reading() as work:
        try:
            case = work.cases.get(needed(button.case))
        except KeyError as error:
            raise NotFoundError("Baton does not know this case any more.") from error
        if case.state != "open":
            raise TooLateError(f"Already resolved: {case.resolution}.")
        lead = work.leads.get(case.lead_id)
        policy = ports.policies.active(work).policy
        away = away_now(work, policy, ports.clock.now())
    groups = possible_owners(policy)
    if not groups:
        raise NotFoundError("The policy has no active people who own leads.")
    name = best_name(policy, lead) if lead else case.lead_id
    return owner_modal(button, name, groups, suggested=case.suggested_person, away=away)


def _assign(ports: Ports, body: Json) -> None:
    owner, is_away_meant = person_in(option_in(body, ids.OWNER_INPUT))
    choice = Choice(owner, text_in(body, ids.REASON_INPUT), is_away_meant)
    person = person_of(ports, user_of(body))
    assign_to(ports, needed(modal_of(body).case), choice, person=person)
