"""The buttons of a proposed change of the policy that ask for a reason: Reject, Stop, Roll back."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from slack_bolt import Ack, App

from handlers.flows.policy.review_policy import reject, stop
from handlers.flows.policy.roll_back_policy import Rollback, roll_back_policy
from handlers.flows.ports import Ports
from handlers.flows.steps.policy.policy_approvers import require_approver
from handlers.slack import ids
from handlers.slack.button_value import ButtonValue
from handlers.slack.cards.policy_card import reason_modal
from handlers.slack.edge import SlackEdge
from handlers.slack.payload import Json, button_of, modal_of, text_in, user_of
from handlers.slack.refuse import answer_form, everything_told
from handlers.slack.review_policy import reviewed
from handlers.slack.who import person_of
from routing.people import Person
from storage.audit import Actor

Deed = Callable[[Ports, ButtonValue, Person, str], object]


def register(app: App, slack: SlackEdge) -> None:
    for action, callback, title, deed in _FORMS:
        _register(app, slack, action, callback, title, deed)


def _register(
    app: App, slack: SlackEdge, action: str, callback: str, title: str, deed: Deed
) -> None:
    def on_press(ack: Ack) -> None:
        ack()

    def open_modal(body: Json) -> None:
        with everything_told(slack, body):
            _require_approver(slack.ports, person_of(slack.ports, user_of(body)), action)
            view = reason_modal(title, title, callback, button_of(body))
            app.client.views_open(trigger_id=body["trigger_id"], view=view)

    def on_reason(ack: Ack, body: Json) -> None:
        answer_form(ack, ids.REASON_INPUT, partial(_done, slack.ports, body, deed))

    app.action(action)(ack=on_press, lazy=[open_modal])
    app.view(callback)(on_reason)


def _require_approver(ports: Ports, person: Person, action: str) -> None:
    """Tell a viewer at once, not after they have written; a proposer may take back their own."""
    if action == ids.POLICY_REJECT and person.may_decide:
        return
    with ports.database.reading() as work:
        require_approver(ports.policies.active(work).policy, person)


def _done(ports: Ports, body: Json, deed: Deed) -> None:
    person = person_of(ports, user_of(body))
    deed(ports, modal_of(body), person, text_in(body, ids.REASON_INPUT) or "")


def _reject(ports: Ports, value: ButtonValue, person: Person, reason: str) -> object:
    return reject(ports, reviewed(value), person, reason)


def _stop(ports: Ports, value: ButtonValue, person: Person, reason: str) -> object:
    return stop(ports, reviewed(value), person, reason)


def _roll_back(ports: Ports, value: ButtonValue, person: Person, reason: str) -> object:
    actor = Actor(kind="person", id=person.id)
    return roll_back_policy(ports, Rollback(actor, reason, of=value.version), person)


_FORMS: tuple[tuple[str, str, str, Deed], ...] = (
    (ids.POLICY_REJECT, ids.POLICY_REJECTED, "Reject", _reject),
    (ids.POLICY_STOP, ids.POLICY_STOPPED, "Stop", _stop),
    (ids.POLICY_ROLL_BACK, ids.POLICY_ROLLED_BACK, "Roll back", _roll_back),
)
"""Button, form, the words on both, and what the reason is for."""
