"""The buttons of a proposed change of the policy that need no reason (G2)."""

from __future__ import annotations

from collections.abc import Callable

from slack_bolt import Ack, App

from handlers.flows.policy.propose_policy import bring_up_to_date
from handlers.flows.policy.review_policy import Reviewed, activate, approve
from handlers.flows.ports import Ports
from handlers.flows.steps.permission import require_decider
from handlers.flows.telling.redraw_policy import redraw_policy
from handlers.slack import ids
from handlers.slack.button_value import ButtonValue, needed
from handlers.slack.edge import SlackEdge
from handlers.slack.payload import Json, button_of, user_of
from handlers.slack.refuse import refusals_told
from handlers.slack.who import person_of
from routing.people import Person

Deed = Callable[[Reviewed, Person], object]


def register(app: App, slack: SlackEdge) -> None:
    def on(action: str, deed: Deed) -> None:
        def listener(ack: Ack, body: Json) -> None:
            with refusals_told(slack, body):
                person = person_of(slack.ports, user_of(body))
                deed(reviewed(button_of(body)), person)
            ack()

        app.action(action)(listener)

    ports = slack.ports
    on(ids.POLICY_APPROVE, lambda seen, person: approve(ports, seen, person))
    on(ids.POLICY_TRY, lambda seen, person: approve(ports, seen, person, on_share=True))
    on(ids.POLICY_ACTIVATE, lambda seen, person: activate(ports, seen, person))
    on(ids.POLICY_UPDATE, lambda seen, person: _update(ports, seen, person))
    on(ids.POLICY_COMPARE, lambda seen, person: redraw_policy(ports, seen.proposal_id))


def _update(ports: Ports, seen: Reviewed, person: Person) -> None:
    require_decider(person)
    bring_up_to_date(ports, seen.proposal_id)


def reviewed(value: ButtonValue) -> Reviewed:
    """The proposal as it stood on the message that was clicked. Raises NotFoundError."""
    return Reviewed(needed(value.proposal), value.revision)
