"""Two leads again that a merge made one; what was changed since stays and is reported (I6)."""

from __future__ import annotations

from collections.abc import Iterable

from handlers.flows.ports import Ports
from handlers.flows.refusals import NotFoundError, TooLateError
from handlers.flows.steps.again import done_again
from handlers.flows.steps.deciding.endings import route_again, wait_anew
from handlers.flows.steps.deciding.rescore import rescore
from handlers.flows.steps.matching.merging import KEYS, with_account
from handlers.flows.steps.matching.recognise import index, likely_same
from handlers.flows.steps.settlement import Settlement
from handlers.flows.steps.telling import tell
from routing.lead import INCOMING, Lead
from routing.matching.merge import Conflict, Restored, unmerge
from routing.values import Value
from storage.audit import Actor
from storage.database.base import MissingError
from storage.records.leads import Key
from storage.records.matches import Verdict, pair_of
from storage.records.merges import Merge


class Undone(Value):
    """One merge taken back: the two leads, and the fields that stayed as they are now."""

    merge: str
    survivor: str
    restored: str
    conflicts: tuple[Conflict, ...]


def in_order_of_undoing(ports: Ports, merge_ids: Iterable[str]) -> list[Merge]:
    """The merges, the newest first: what was built on another comes before it.

    Raises NotFoundError for an id that is no merge's.
    """
    found = []
    with ports.database.reading() as work:
        for merge_id in dict.fromkeys(merge_ids):
            try:
                found.append(work.merges.get(merge_id))
            except MissingError:
                raise NotFoundError(f"There is no merge {merge_id}. See `merge list`.") from None
    return sorted(found, key=lambda merge: (merge.merged_at, merge.number), reverse=True)


class _OnlyTried(Exception):
    """Takes back what a dry run did."""


def preview_undo(ports: Ports, merges: Iterable[Merge], *, actor: Actor) -> list[Undone]:
    """What `undo_merge` would do now to these merges, in this order. Raises as it does."""
    undone: list[Undone] = []
    try:
        with ports.database.writing() as work:
            now = ports.clock.now()
            s = Settlement(ports, work, ports.policies.active(work), now, actor)
            undone = [_undo(s, merge.id, "dry run") for merge in merges]
            raise _OnlyTried
    except _OnlyTried:
        return undone


def undo_merge(ports: Ports, merge: Merge, *, actor: Actor, reason: str) -> Undone:
    """Take a merge back. The restored lead goes back to where it was, or is routed anew where it
    had an owner or a case; the pair is kept apart from then on.

    Raises TooLateError when it was undone before, or stands under a later merge.
    """

    def undone() -> Undone:
        with ports.database.writing() as work:
            now = ports.clock.now()
            s = Settlement(ports, work, ports.policies.active(work), now, actor)
            return _undo(s, merge.id, reason)

    return done_again(undone)


def _undo(s: Settlement, merge_id: str, reason: str) -> Undone:
    work = s.work
    now = work.leads.hold(work.merges.get(merge_id).survivor_id)
    merge = work.merges.get(merge_id)
    _check(merge, work.merges.built_on(merge))
    if now is None:
        raise NotFoundError(f"Lead {merge.survivor_id} is gone.")
    restored = unmerge(now, merge.before, merge.merged)
    if not work.merges.undo(merge.id, s.actor.id, restored.conflicts, s.now):
        raise TooLateError(f"Merge {merge.id} was undone meanwhile.")
    lead = _bring_back(s, merge)
    survivor = _as_it_was(s, merge, restored.lead)
    for one in (survivor, lead):
        index(work, s.active.policy, one)
        _audit(s, merge, one.id, reason)
    work.matches.take_back(merge.absorbed_id, merge.survivor_id, merge.verdicts)
    _keep_apart(s, merge, lead, reason)
    _route_both(s, merge, survivor, lead)
    return _told(merge, restored)


def _check(merge: Merge, later: str | None) -> None:
    if merge.undone_at is not None:
        raise TooLateError(f"Merge {merge.id} was undone before, by {merge.undone_by}.")
    if later is not None:
        raise TooLateError(
            f"Merge {later} was built on {merge.id}. Undo it first, or name both: they are "
            "undone in the right order."
        )


def _told(merge: Merge, restored: Restored) -> Undone:
    return Undone(
        merge=merge.id,
        survivor=merge.survivor_id,
        restored=merge.absorbed_id,
        conflicts=restored.conflicts,
    )


def _bring_back(s: Settlement, merge: Merge) -> Lead:
    """The absorbed lead with all that was its own; nobody owns it yet, no case asks about it."""
    lead = merge.absorbed
    if lead.place in ("owner", "case"):
        lead = wait_anew(lead)
    s.work.leads.add(lead, s.now)
    s.work.merges.give(merge.moved, lead.id)
    s.work.merges.give_imports(merge)
    s.work.leads.give_keys((_key(text) for text in merge.moved.get(KEYS, ())), lead.id)
    return lead


def _key(text: str) -> Key:
    kind, _, value = text.partition(":")
    return kind, value


def _as_it_was(s: Settlement, merge: Merge, survivor: Lead) -> Lead:
    """The survivor's fields put back; one that only the absorbed lead had suppressed is so no
    more.
    """
    freed = survivor.place == "suppressed" and merge.before.place != "suppressed"
    survivor = with_account(s, wait_anew(survivor) if freed else survivor)
    s.work.leads.save(survivor, s.now)
    return survivor


def _keep_apart(s: Settlement, merge: Merge, lead: Lead, reason: str) -> None:
    """The restored lead joins nobody by itself that it would join at this moment."""
    found = likely_same(s.work, s.active.policy, lead, ())
    certain = {one.right for one in found if one.band == "certain"}
    for other_id in sorted({merge.survivor_id, *certain}):
        left, right = pair_of(lead.id, other_id)
        s.work.matches.say(
            Verdict(
                left_id=left,
                right_id=right,
                verdict="apart",
                probability=None,
                reasons=merge.reasons,
                decided_by=s.actor.id,
                decided_at=s.now,
                note=reason,
            )
        )


def _audit(s: Settlement, merge: Merge, lead_id: str, reason: str) -> None:
    s.on_record(
        lead_id,
        "lead.unmerged",
        about=merge.id,
        reason=reason,
        after={"survivor": merge.survivor_id, "restored": merge.absorbed_id},
    )


def _route_both(s: Settlement, merge: Merge, survivor: Lead, restored: Lead) -> None:
    for lead in (survivor, restored):
        if lead.queue == INCOMING:
            route_again(s, lead, f"{merge.id}:undone:{lead.id}")
        else:
            rescore(s, lead)
    tell.redraw_cards_of(s.ports.engine, s.work, survivor.id)
    note = f"A merge was undone: {restored.id} is a lead of its own again."
    tell.note_on_timeline(s.ports.engine, s.work, survivor.id, note, s.now)
