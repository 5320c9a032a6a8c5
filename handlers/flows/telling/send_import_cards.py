"""Somebody asks for the cards of the leads a digest told them (I1, S1, S2)."""

from __future__ import annotations

from handlers.flows.ports import Ports
from handlers.flows.refusals import TooLateError
from handlers.flows.steps.permission import require_decider
from handlers.flows.steps.telling.cards import owe_case_card, owe_lead_card
from handlers.flows.steps.telling.digest import owe_digest
from routing.people import Person
from storage.taking_in.imported_leads import DigestEntry
from storage.unit_of_work import UnitOfWork

AT_ONCE = 20
"""Cards that one press sends."""


def send_import_cards(ports: Ports, import_id: str, person: Person, channel: str) -> int:
    """Owe the next cards of the digest, the highest score first; gives how many.

    In a channel (its Slack id) the cards are of cases and go there, elsewhere they are the
    person's own leads. Raises NotAllowedError, or TooLateError when all cards were sent.
    """
    with ports.database.writing() as work:
        work.imports.lock(import_id)
        recipients = work.imported_leads.recipients(import_id)
        recipient = channel if channel in recipients else person.slack_user
        if recipient == channel:
            require_decider(person)
        entries = work.imported_leads.entries(import_id, recipient, AT_ONCE, carded=False)
        if not entries:
            raise TooLateError("All the cards of this list were sent. Try `/lead find`.")
        work.imported_leads.mark_carded(import_id, [entry.lead_id for entry in entries])
        sent = sum(_send(ports, work, entry, recipient) for entry in entries)
        owe_digest(ports, work, import_id, recipient)
        return sent


def _send(ports: Ports, work: UnitOfWork, entry: DigestEntry, recipient: str) -> bool:
    """Owe one card unless the matter is settled or somebody else's by now."""
    now = ports.clock.now()
    assert entry.subject_id is not None
    if entry.kind == "case_card":
        case = work.cases.get(entry.subject_id)
        if case.state == "open":
            owe_case_card(ports, work, case, now)
        return case.state == "open"
    assignment = work.assignments.get(entry.subject_id)
    if assignment.ended_at is None:
        owe_lead_card(ports, work, assignment, recipient, now)
    return assignment.ended_at is None
