"""The slash command `/lead` (S4): answers are seen by the asker only."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from slack_bolt import Ack, App

from handlers.flows.looking.look_up import explain, find, one_lead, where
from handlers.flows.ports import Ports
from handlers.flows.refusals import NotFoundError
from handlers.slack import ids
from handlers.slack.cards.answers import (
    FoundLine,
    explanation_answer,
    found_answer,
    help_answer,
    lead_answer,
    line_answer,
)
from handlers.slack.cards.render import Rendered
from handlers.slack.cards.text import one_line
from handlers.slack.edge import SlackEdge
from handlers.slack.hand_over import hand_over_form
from handlers.slack.own_availability import OWN_ANSWERS
from handlers.slack.payload import Json, typed_command, user_of
from handlers.slack.reassign_leads import reassign_form
from handlers.slack.refuse import REFUSALS, everything_told, said
from handlers.slack.who import person_of
from routing.decide.why_not_you import why_not_you
from routing.lead import INCOMING
from routing.people import Person
from storage.unit_of_work import UnitOfWork

LISTED = 10
"""How many leads `find` shows."""


def register(app: App, slack: SlackEdge) -> None:
    def on_lead(ack: Ack, body: Json) -> None:
        answer = _answer(slack.ports, user_of(body), typed_command(body))
        if answer is None:
            ack()
        else:
            ack(text=answer.text, blocks=answer.blocks, response_type="ephemeral")

    def open_form(body: Json) -> None:
        with everything_told(slack, body), suppress(*REFUSALS):  # told with the acknowledgement
            view = _form(slack.ports, user_of(body), typed_command(body))
            if view is not None:
                app.client.views_open(trigger_id=body["trigger_id"], view=view)

    app.command(ids.LEAD_COMMAND)(ack=on_lead, lazy=[open_form])


def _form(ports: Ports, user: str, typed: str) -> Json | None:
    """The form that the typed words ask for, if they ask for one. Raises what is refused."""
    verb, _, words = one_line(typed).partition(" ")
    form = _FORMS.get(verb.lower())
    return form(ports, person_of(ports, user), words) if form else None


def _answer(ports: Ports, user: str, typed: str) -> Rendered | None:
    """What the asker reads at once; None where a form opens instead."""
    verb, _, words = one_line(typed).partition(" ")
    try:
        if _form(ports, user, typed) is not None:
            return None
        person = person_of(ports, user)
        return _ANSWERS.get(verb.lower(), _help)(ports, person, words)
    except REFUSALS as refusal:
        return line_answer(said(refusal))


def _find(ports: Ports, asker: Person, words: str) -> Rendered:
    with ports.database.reading() as work:
        policy = ports.policies.active(work).policy
        found = find(work, words, LISTED + 1)
    lines = [
        FoundLine(
            id=lead.id,
            name=lead.name,
            company=lead.company,
            place=where(policy, lead),
            stage=policy.stage_name(lead.stage),
            score=lead.score,
        )
        for lead in found[:LISTED]
    ]
    return found_answer(words, lines, more=len(found) > LISTED)


def _why(ports: Ports, asker: Person, words: str) -> Rendered:
    with ports.database.reading() as work:
        lead = one_lead(work, _wanted(words, "why"))
        explanation = explain(work, ports.policies, lead, asker.time_zone)
        policy = ports.policies.active(work).policy
    made = explanation.decision
    is_decided = made is not None and (lead.place, lead.queue) != ("queue", INCOMING)
    told = why_not_you(made.decision, policy, asker) if made and is_decided else None
    lines = (told, *explanation.lines) if told else explanation.lines
    return explanation_answer(explanation.name, explanation.lead, explanation.place, lines)


def _show(ports: Ports, asker: Person, words: str) -> Rendered:
    with ports.database.reading() as work:
        return _shown(work, ports, one_lead(work, _wanted(words, "show")).id)


def _shown(work: UnitOfWork, ports: Ports, lead_id: str) -> Rendered:
    lead = one_lead(work, lead_id)
    policy = ports.policies.active(work).policy
    place = explain(work, ports.policies, lead).place
    return lead_answer(lead, place, policy)


def _help(ports: Ports, asker: Person, words: str) -> Rendered:
    return help_answer()


def _wanted(words: str, verb: str) -> str:
    if not words:
        raise NotFoundError(f"Which lead? Try /lead {verb} followed by an id, name or e-mail.")
    return words


_FORMS: dict[str, Callable[[Ports, Person, str], Json]] = {
    "reassign": reassign_form,
    "handover": hand_over_form,
    "hand-over": hand_over_form,
}

_ANSWERS: dict[str, Callable[[Ports, Person, str], Rendered]] = {
    **OWN_ANSWERS,
    "find": _find,
    "why": _why,
    "show": _show,
    "help": _help,
}
