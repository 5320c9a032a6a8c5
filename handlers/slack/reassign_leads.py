"""`/lead reassign`: leads go to somebody else, or to whoever policy chooses (R4, S4)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from slack_bolt import Ack, App

from handlers.flows.looking.look_up import one_lead
from handlers.flows.ports import Ports
from handlers.flows.refusals import NotFoundError
from handlers.flows.steps.deciding.moving import Moved, place_now
from handlers.flows.steps.permission import require_decider
from handlers.flows.working.reassign import Reassignment, reassign
from handlers.slack import ids
from handlers.slack.button_value import SeenLeads
from handlers.slack.cards.form import answer_modal
from handlers.slack.cards.move_modal import reassign_modal
from handlers.slack.edge import SlackEdge
from handlers.slack.move_target import away_now, order_in, targets
from handlers.slack.payload import Json, carried_by, user_of
from handlers.slack.refuse import answer_form
from handlers.slack.who import person_of
from routing.lead import Lead
from routing.people import Person
from storage.audit import Actor
from storage.unit_of_work import UnitOfWork

MOST_LEADS = 20
"""In one form: they are moved while Slack waits."""


def register(app: App, slack: SlackEdge) -> None:
    def on_chosen(ack: Ack, body: Json) -> None:
        answer_form(ack, ids.OWNER_INPUT, partial(_reassign, slack.ports, body))

    app.view(ids.LEADS_REASSIGNED)(on_chosen)


def reassign_form(ports: Ports, person: Person, words: str) -> Json:
    """The form for the leads that the words name. Raises what is refused."""
    require_decider(person)
    with ports.database.reading() as work:
        policy = ports.policies.active(work).policy
        leads = _leads(work, words)
        lines = [f"{one.display_name}: {place_now(work, policy, one)} ({one.id})" for one in leads]
        last = {one.id: work.assignments.last_decision(one.id) for one in leads}
        away = away_now(work, policy, ports.clock.now())
    seen = SeenLeads(leads={lead_id: one.id if one else "" for lead_id, one in last.items()})
    return reassign_modal(seen, lines, targets(policy), away)


def _leads(work: UnitOfWork, words: str) -> Sequence[Lead]:
    """One lead that all the words name, or one for each word."""
    if not words:
        raise NotFoundError("Which leads? Try /lead reassign followed by ids, names or e-mails.")
    if " " in words and len(work.leads.find(words, 2)) == 1:
        return [one_lead(work, words)]
    found = {one.id: one for one in (one_lead(work, word) for word in words.split())}
    if len(found) > MOST_LEADS:
        raise NotFoundError(f"At most {MOST_LEADS} at a time; `baton lead reassign` takes more.")
    return list(found.values())


def _reassign(ports: Ports, body: Json) -> Json:
    """Move them; what became of each takes the form's place."""
    person = person_of(ports, user_of(body))
    seen = carried_by(body, SeenLeads).leads
    wish = Reassignment(list(seen), order_in(body), seen)
    moved = reassign(ports, wish, by=Actor(kind="person", id=person.id), person=person)
    return answer_modal("Reassign leads", [_line(one) for one in moved])


def _line(one: Moved) -> str:
    if one.moved:
        return f"✅ {one.name}: {one.after}. {one.why}"
    return f"⚠️ {one.name} stays {one.before}. {one.why}"
