"""`/lead handover`: somebody leaves, and all their open leads go to others (R4)."""

from __future__ import annotations

from functools import partial

from slack_bolt import Ack, App

from handlers.flows.looking.leaving import leaver
from handlers.flows.ports import Ports
from handlers.flows.refusals import NotFoundError
from handlers.flows.steps.find_person import find_leaver
from handlers.flows.steps.permission import require_decider
from handlers.flows.working.start_hand_over import Leaving, Started, start_hand_over
from handlers.slack import ids
from handlers.slack.button_value import LeaverValue
from handlers.slack.cards.form import answer_modal
from handlers.slack.cards.move_modal import hand_over_modal
from handlers.slack.edge import SlackEdge
from handlers.slack.move_target import away_now, order_in, targets
from handlers.slack.payload import Json, carried_by, user_of
from handlers.slack.refuse import answer_form
from handlers.slack.who import person_of
from handlers.slack.whom import mentioned
from routing.people import Person
from routing.policy.model import Policy
from storage.audit import Actor
from storage.unit_of_work import UnitOfWork


def register(app: App, slack: SlackEdge) -> None:
    def on_chosen(ack: Ack, body: Json) -> None:
        answer_form(ack, ids.OWNER_INPUT, partial(_start, slack.ports, body))

    app.view(ids.LEADS_HANDED_OVER)(on_chosen)


def hand_over_form(ports: Ports, person: Person, words: str) -> Json:
    """The form about the person whom the words name. Raises what is refused."""
    require_decider(person)
    with ports.database.reading() as work:
        policy = ports.policies.active(work).policy
        found = leaver(work, policy, _who(work, policy, words))
        away = away_now(work, policy, ports.clock.now())
    return hand_over_modal(found, targets(policy, but=found.person), away)


def _who(work: UnitOfWork, policy: Policy, words: str) -> str:
    """By mention, or as `find_leaver` does."""
    if not words:
        raise NotFoundError("Who leaves? Try /lead handover followed by a name.")
    known = mentioned(policy, words)
    return known.id if known else find_leaver(work, policy, words.removeprefix("@"))


def _start(ports: Ports, body: Json) -> Json:
    """Start it; what it does takes the form's place."""
    person = person_of(ports, user_of(body))
    leaving = Leaving(carried_by(body, LeaverValue).person, order_in(body))
    by = Actor(kind="person", id=person.id)
    started = start_hand_over(ports, leaving, by=by, person=person)
    return answer_modal("Hand over leads", _lines(started))


def _lines(started: Started) -> list[str]:
    away = [f"{started.name} is away until they come back, and receives no leads."]
    if not started.leads:
        nothing = f"{started.name} has no open leads: there is nothing to hand over."
        return [nothing, *(away if started.set_away else [])]
    number = "1 open lead" if started.leads == 1 else f"{started.leads} open leads"
    return [
        f"{number} of {started.name} on the way to others.",
        *(away if started.set_away else []),
        "You get a message when it is done.",
    ]
