"""The button Move stage of the owner's card, and the modal it opens."""

from __future__ import annotations

from slack_bolt import Ack, App

from handlers.flows.ports import Ports
from handlers.flows.refusals import NotFoundError, TooLateError
from handlers.flows.steps.permission import require_owner_or_decider
from handlers.flows.working.move_stage import move_stage
from handlers.slack import ids
from handlers.slack.button_value import ButtonValue, needed
from handlers.slack.cards.stage_modal import stage_modal
from handlers.slack.edge import SlackEdge
from handlers.slack.payload import Json, button_of, modal_of, option_in, text_in, user_of
from handlers.slack.refuse import REFUSALS, everything_told
from handlers.slack.who import person_of
from routing.lifecycle.stages import MoveRefused, next_stages
from routing.people import Person


def register(app: App, slack: SlackEdge) -> None:
    def on_move_stage(ack: Ack) -> None:
        ack()

    def open_stage_modal(body: Json) -> None:
        with everything_told(slack, body):
            person = person_of(slack.ports, user_of(body))
            view = _modal(slack.ports, button_of(body), person)
            app.client.views_open(trigger_id=body["trigger_id"], view=view)

    def on_stage_chosen(ack: Ack, body: Json) -> None:
        errors = _move(slack.ports, body)
        if errors:
            ack(response_action="errors", errors=errors)
        else:
            ack()

    app.action(ids.LEAD_MOVE_STAGE)(ack=on_move_stage, lazy=[open_stage_modal])
    app.view(ids.LEAD_STAGE_CHOSEN)(on_stage_chosen)


def _modal(ports: Ports, button: ButtonValue, person: Person) -> Json:
    with ports.database.reading() as work:
        lead = work.leads.get(needed(button.lead))
        if lead is None:
            raise NotFoundError("Baton does not know this lead any more.")
        assignment = work.assignments.current(lead.id)
        if assignment is None:
            raise TooLateError("This lead has no owner now.")
        policy = ports.policies.active(work).policy
    require_owner_or_decider(person, assignment, policy)
    stages = next_stages(policy.lifecycle, lead.stage, "person")
    name = policy.stage_name(lead.stage)
    if not stages:
        raise TooLateError(f"From {name} no stage follows.")
    return stage_modal(button, lead.display_name, name, stages)


def _move(ports: Ports, body: Json) -> dict[str, str]:
    """Move the lead; what keeps it from moving, by input."""
    reason = text_in(body, ids.REASON_INPUT)
    try:
        target = option_in(body, ids.STAGE_INPUT)
        person = person_of(ports, user_of(body))
        move_stage(ports, needed(modal_of(body).lead), target, person=person, reason=reason)
    except MoveRefused as refusal:
        stage = ports.policies.latest_known().policy.stage_by_id.get(target)
        lacks_reason = stage is not None and stage.needs_reason and reason is None
        return {ids.REASON_INPUT if lacks_reason else ids.STAGE_INPUT: str(refusal)}
    except REFUSALS as refusal:
        return {ids.STAGE_INPUT: str(refusal)}
    return {}
