"""Score a lead when something about it changed, and let what follows from it happen (I9, I10)."""

from __future__ import annotations

from datetime import datetime

from handlers.flows.ports import Ports
from handlers.flows.steps.settlement import Settlement
from handlers.flows.steps.telling import tell
from routing.decide.route import route
from routing.lead import INCOMING, SCORE_FAILED, Factor, Lead, Score, facts_of
from routing.policy.model import Policy
from routing.policy.tables.sources import SourcePolicy
from routing.scoring.engagement import DELIVERED, Event, Seen
from routing.scoring.points import score
from routing.scoring.quality import confirmed_at, quality
from routing.values import Band
from storage.records.events import LeadEvent
from storage.unit_of_work import UnitOfWork

EVERY = "every"
"""Which leads a new scoring concerns."""


def note_delivery(
    work: UnitOfWork, lead_id: str, receipt_id: str, source: SourcePolicy, now: datetime
) -> None:
    """Put on record that the lead sent something: each delivery is one event."""
    kind = DELIVERED[source.kind]
    event = LeadEvent(id=receipt_id, lead_id=lead_id, kind=kind, at=now, source=source.id)
    work.events.add(event)


def scored(s: Settlement, lead: Lead) -> Lead:
    """The lead with its score and data quality as of now; the caller holds and saves it.

    A score that fails is null, and the lead carries a flag; a new failure goes on record.
    """
    events = s.work.events.recent(lead.id)
    flags = tuple(flag for flag in lead.flags if flag != SCORE_FAILED)
    lead = lead.model_copy(update={"flags": flags})
    points = score(s.active.policy.scoring, facts_of(lead), Seen(events, s.now))
    good = quality(
        s.active.policy.scoring.quality,
        lead,
        confirmed_at(lead, _deliveries(events)),
        s.now,
    )
    if points.value is None:
        flags = (*flags, SCORE_FAILED)
        if points != lead.score:
            _audit_failure(s, lead, points)
    return lead.model_copy(update={"score": points, "quality": good, "flags": flags})


def _deliveries(events: list[Event]) -> list[datetime]:
    return [event.at for event in events if event.kind in DELIVERED.values()]


def _audit_failure(s: Settlement, lead: Lead, failed: Score) -> None:
    s.on_record(
        lead.id,
        "lead.score_failed",
        about=lead.id,
        reason=f"The rule that could not be judged: {failed.failed}.",
        after={"factors": _by_rule(failed)},
    )


def rescore(s: Settlement, lead: Lead, *, routed: bool = True) -> bool:
    """Score a lead anew that has its place; True when its score or band changed.

    The caller holds the lead and has saved it. An owner keeps it, and so do the people who have
    its case. From nurture it is routed again when its band is no longer low, from a queue when
    its band changed, but not when `routed` is false. A lead that waits for its first routing, or
    for its next, is left alone: it is scored then.
    """
    if lead.place == "suppressed" or _waits_for_routing(lead):
        return False
    after = scored(s, lead)
    before_band, band = _band_now(s.active.policy, lead), _band(s.active.policy, after.score)
    waiting = after.model_copy(update={"band": band})
    leaves = routed and _goes_back(s.active.policy, waiting, before_band)
    if after.score == lead.score and band == before_band and not leaves:
        if after.quality is not None and after.quality != lead.quality:
            s.work.leads.save_quality({lead.id: after.quality})
        return False
    after = waiting.model_copy(update={"place": "queue", "queue": INCOMING}) if leaves else waiting
    s.work.leads.save(after, s.now)
    entry = _audit(s, lead, after)
    if after.queue == INCOMING:
        work_id = f"rescore:{lead.id}:{entry}"
        s.ports.engine.submit(s.work, "work_lead", lead.id, key=lead.id, work_id=work_id)
    tell.redraw_cards_of(s.ports.engine, s.work, lead.id)
    return True


def _waits_for_routing(lead: Lead) -> bool:
    return lead.place == "queue" and (lead.queue == INCOMING or lead.score is None)


def _band_now(policy: Policy, lead: Lead) -> Band | None:
    """The band the lead was routed by; where none was needed, the one its score says."""
    return lead.band or _band(policy, lead.score)


def _band(policy: Policy, points: Score | None) -> Band | None:
    if points is None or points.value is None:
        return None
    return policy.scoring.band(points.value)


def _goes_back(policy: Policy, lead: Lead, before: Band | None) -> bool:
    """Whether the lead waits in a place where nobody works on it for what it has now: another band,
    or in a queue for an attribute that came.
    """
    if lead.stage in policy.done_stages:
        return False
    if lead.place == "queue":
        return lead.band != before or _has_another_target(policy, lead)
    return lead.band not in (before, "low") and lead.place == "nurture"


def _has_another_target(policy: Policy, lead: Lead) -> bool:
    """Whether the rules send a lead somewhere else than to the queue it waits in."""
    way = route(policy, facts_of(lead))
    return way.target is not None and lead.waits_for is None and way.target.id != lead.queue


def _audit(s: Settlement, before: Lead, after: Lead) -> int:
    """One entry with the score before and after, and only the factors that changed."""
    old, new = _by_rule(before.score), _by_rule(after.score)
    changed = {rule for rule in old.keys() | new.keys() if old.get(rule) != new.get(rule)}
    return s.on_record(
        before.id,
        "lead.rescored",
        about=before.id,
        before=_on_record(before, {rule: p for rule, p in old.items() if rule in changed}),
        after=_on_record(after, {rule: p for rule, p in new.items() if rule in changed}),
    )


def _on_record(lead: Lead, factors: dict[str, int]) -> dict[str, object]:
    return {
        "score": lead.score.value if lead.score else None,
        "band": lead.band,
        "place": lead.place,
        "factors": factors,
    }


def _by_rule(points: Score | None) -> dict[str, int]:
    factors: tuple[Factor, ...] = points.factors if points else ()
    return {factor.rule: factor.points for factor in factors}


def submit_rescoring(ports: Ports, work: UnitOfWork, occasion: str, after: str, which: str) -> None:
    """Queue the leads whose id follows `after`."""
    ports.engine.submit(
        work,
        "rescore_leads",
        occasion,
        after,
        which,
        key="rescore_leads",
        work_id=f"rescore_leads:{occasion}:{after}",
    )
