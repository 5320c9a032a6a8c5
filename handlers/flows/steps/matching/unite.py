"""Stored leads that are certainly one become one; what is uncertain becomes a question (I5)."""

from __future__ import annotations

from typing import NamedTuple

from handlers.flows.steps.matching.merging import absorb_stored
from handlers.flows.steps.matching.recognise import ask_later, compared_with, likely_same
from handlers.flows.steps.settlement import Settlement
from handlers.flows.steps.telling import tell
from routing.lead import Lead
from routing.matching.compare import Comparison
from routing.matching.merge import survivor_first


class United(NamedTuple):
    """The lead, or the one it became part of; whether two became one."""

    lead: Lead
    is_new_union: bool


def unite(s: Settlement, lead_id: str, also: tuple[str, ...] = ()) -> United | None:
    """The lead with every other that it certainly is; None when it is gone. `also` are leads to be
    compared whatever they share.

    All that may be touched is held in the order of ids: two leads that look at each other at the
    same moment do not wait for each other.
    """
    known = s.work.leads.get(lead_id)
    if known is None or known.is_doubtful:
        lead = s.work.leads.hold(lead_id)
        return United(lead, False) if lead else None
    found = likely_same(s.work, s.active.policy, known, also)
    certain = [one.right for one in found if one.band == "certain"]
    held = s.work.leads.hold_all({lead_id, *certain})
    lead = held.pop(lead_id, None)
    if lead is None:
        return None
    is_new_union = False
    for other in held.values():
        one = compared_with(s.work, s.active.policy, lead, other)
        if one is not None and one.band == "certain":
            survivor, absorbed = survivor_first(lead, other)
            lead, is_new_union = absorb_stored(s, survivor, absorbed, one.reasons).merged, True
        elif one is not None:
            _ask(s, lead, (one,))
    _ask(s, lead, tuple(one for one in found if one.right not in certain))
    return United(lead, is_new_union)


def _ask(s: Settlement, lead: Lead, unsure: tuple[Comparison, ...]) -> None:
    """Put the question on record; who owns the lead hears of it."""
    for other_id in ask_later(s.work, lead.id, unsure, s.now):
        tell.redraw_cards_of(s.ports.engine, s.work, other_id)
        if lead.place == "owner":
            note = f"It may be the same as {other_id}; see `baton duplicates list`."
            tell.note_on_timeline(s.ports.engine, s.work, lead.id, note, s.now)
