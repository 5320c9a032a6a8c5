"""Make two records of one lead one, in the caller's transaction, so that it can be undone (I6)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypedDict

from handlers.flows.steps.deciding.endings import end_assignment, resolve, route_again
from handlers.flows.steps.deciding.rescore import rescore
from handlers.flows.steps.matching.recognise import index
from handlers.flows.steps.settlement import Settlement
from handlers.flows.steps.telling import tell
from routing.lead import Lead
from routing.matching.accounts import account_key
from routing.matching.merge import changes, merge
from storage.database.base import new_id
from storage.records.leads import Key
from storage.records.merges import Merge

KEYS = "lead_keys"
"""The name under which a merge remembers the keys that moved, each as `kind:value`."""


Children = dict[str, tuple[str, ...]]
"""Ids of what belongs to a lead, by table."""


@dataclass(frozen=True)
class Absorption:
    """What becomes part of the survivor, and why.

    `children` are the rows, by table, that the absorbed record alone has so far; a lead that is
    stored brings its own.
    """

    absorbed: Lead
    reasons: tuple[str, ...]
    keys: tuple[Key, ...] = ()
    children: Children = field(default_factory=dict)


def absorb_stored(s: Settlement, survivor: Lead, absorbed: Lead, reasons: tuple[str, ...]) -> Merge:
    """Make one of two stored leads, which the caller holds locked; the absorbed one is gone."""
    end_assignment(s, absorbed.id)
    _close_cases(s, absorbed.id, survivor.id)
    keys = tuple(s.work.leads.keys_of(absorbed.id))
    s.work.matches.index(absorbed.id, ())
    children = s.work.merges.move_children(absorbed.id, survivor.id)
    done = absorb(s, survivor, Absorption(absorbed, reasons, keys, children))
    s.work.leads.remove(absorbed.id)
    s.on_record(
        survivor.id,
        "lead.merged",
        about=done.id,
        reason="; ".join(reasons),
        **before_and_after(done, done.merged),
    )
    s.on_record(
        absorbed.id,
        "lead.absorbed",
        about=done.id,
        reason="; ".join(reasons),
        after={"survivor": survivor.id},
    )
    return done


def absorb(s: Settlement, survivor: Lead, what: Absorption) -> Merge:
    """The survivor takes in the absorbed record; the caller holds the survivor, and puts it on
    record.
    """
    lead = with_account(s, merge(survivor, what.absorbed))
    if what.absorbed.place == "suppressed" and lead.place != "suppressed":
        end_assignment(s, survivor.id)
        _close_cases(s, survivor.id, survivor.id)
        lead = lead.model_copy(update={"place": "suppressed", "queue": None, "owner": None})
    done = Merge(
        id=new_id("mrg"),
        survivor_id=survivor.id,
        absorbed_id=what.absorbed.id,
        merged_at=s.now,
        merged_by=s.actor.id,
        reasons=what.reasons,
        before=survivor,
        absorbed=what.absorbed,
        merged=lead,
        moved=what.children | {KEYS: tuple(f"{kind}:{value}" for kind, value in what.keys)},
    )
    s.work.leads.give_keys(what.keys, survivor.id)
    said = s.work.matches.hand_over(what.absorbed.id, survivor.id)
    s.work.merges.add(done.model_copy(update={"verdicts": said}))
    s.work.leads.save(lead, s.now)
    index(s.work, s.active.policy, lead)
    return done


class BeforeAndAfter(TypedDict):
    before: dict[str, object]
    after: dict[str, object]


def before_and_after(done: Merge, lead: Lead) -> BeforeAndAfter:
    """For the record: what the merge changed in the survivor, which stands as `lead` now."""
    changed = set(changes(done.before, lead))
    return {
        "before": done.before.model_dump(mode="json", include=changed),
        "after": lead.model_dump(mode="json", include=changed) | {"absorbed": done.absorbed_id},
    }


def with_account(s: Settlement, lead: Lead) -> Lead:
    """The lead with the account that its company says."""
    return lead.model_copy(update={"account": account_key(lead, s.active.policy.vocabularies)})


def _close_cases(s: Settlement, lead_id: str, survivor: str) -> None:
    """Close what was asked about a lead that is one with the survivor now."""
    while (case := s.work.cases.open_of(lead_id)) is not None:
        resolve(s, case, f"Merged into {survivor}", reason=None, after={"lead": survivor})


def carry_on(s: Settlement, lead: Lead, why: str) -> None:
    """After another stored lead became part of it: an owner keeps the lead and is told, a lead that
    nobody works is routed; `why` tells this time apart.
    """
    rescore(s, lead)
    if lead.place == "owner":
        tell.redraw_cards_of(s.ports.engine, s.work, lead.id)
        note = "Another lead was the same person; it is part of this one now."
        tell.note_on_timeline(s.ports.engine, s.work, lead.id, note, s.now)
    elif lead.place != "suppressed" and not _still_asked(s, lead):
        route_again(s, lead, why)


def _still_asked(s: Settlement, lead: Lead) -> bool:
    """Whether a person still has to decide something else than about duplicates: that question is
    asked anew where the merge has not answered it.
    """
    case = s.work.cases.open_of(lead.id)
    if case is None or case.kind != "uncertain_duplicate":
        return case is not None
    resolve(s, case, "Settled by a merge", reason=None)
    return False
