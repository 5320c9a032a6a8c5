"""Which lead a record belongs to: one for certain, some perhaps, or none (I5)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from routing.lead import Lead
from routing.matching.compare import Comparison, compare
from routing.matching.keys import BLOCK, keys
from routing.matching.record import Record, Written, record_of
from routing.policy.model import Policy
from storage.records.leads import Key
from storage.records.matches import Verdict, pair_of
from storage.unit_of_work import UnitOfWork

SAME_SOURCE_ID: tuple[str, ...] = ("the source gave both the same id",)
MATCHER = "matcher"
"""Who decided, where the matcher did."""

MOST_COMPARED = 200
"""Candidates looked at for one lead; keys that many leads share contribute none."""


@dataclass(frozen=True)
class Recognised:
    """`lead_id` is the lead it belongs to for certain, None for a new one.

    `unsure` are the comparisons a person must judge, the likeliest first; `also` are other leads
    that what it brings may show to be the same.
    """

    lead_id: str | None
    reasons: tuple[str, ...] = ()
    unsure: tuple[Comparison, ...] = ()
    also: tuple[str, ...] = ()


def recognise(work: UnitOfWork, policy: Policy, fresh: Lead, owners: dict[Key, str]) -> Recognised:
    """Find the lead that `fresh` belongs to; `owners` says whose its certain keys are.

    A known source id decides: the source itself says that it is the same record. Leads of one
    mailbox are never passed over in silence: what is not certain is asked.
    """
    known = {kind: lead_id for (kind, _), lead_id in owners.items() if lead_id != fresh.id}
    claimed, same_mailbox = set(known.values()), known.get("email")
    compared = _compared(work, policy, fresh, claimed)
    certain = [one for one in compared if one.band == "certain"]
    unsure = tuple(
        one
        for one in compared
        if one.band == "review" or (one.band == "no" and one.right == same_mailbox)
    )
    lead_id, reasons = known.get("source_id"), SAME_SOURCE_ID
    if lead_id is None and certain:
        lead_id, reasons = certain[0].right, certain[0].reasons
    others = (*(one.right for one in certain), *sorted(claimed))
    also = tuple(dict.fromkeys(one for one in others if one != lead_id))
    return Recognised(lead_id, reasons, unsure, also)


def likely_same(
    work: UnitOfWork, policy: Policy, lead: Lead, also: Collection[str]
) -> list[Comparison]:
    """The stored leads that a stored one certainly is or may be, but for those kept apart from it:
    certain ones first, then the likeliest. Those in `also` stay whatever the comparison says.
    """
    apart = {v.other_than(lead.id) for v in work.matches.of_lead(lead.id) if v.verdict == "apart"}
    compared = _compared(work, policy, lead, set(also) - {lead.id})
    return [
        one
        for one in compared
        if one.right not in apart and (one.band != "no" or one.right in also)
    ]


def compared_with(work: UnitOfWork, policy: Policy, lead: Lead, other: Lead) -> Comparison | None:
    """How alike the two are; None where a person has said that they are apart."""
    said = work.matches.verdict(pair_of(lead.id, other.id))
    if said is not None and said.verdict == "apart":
        return None
    ours, theirs = matching_record(lead, policy), matching_record(other, policy)
    return compare(ours, theirs, policy.matching)


def _compared(work: UnitOfWork, policy: Policy, fresh: Lead, certain: set[str]) -> list[Comparison]:
    """The lead beside each that may be the same: certain ones first, then the likeliest."""
    ours = matching_record(fresh, policy)
    found = sorted(work.matches.candidates(keys(ours), BLOCK) - {fresh.id})[:MOST_COMPARED]
    others = work.leads.of_ids(certain.union(found))
    compared = [compare(ours, matching_record(lead, policy), policy.matching) for lead in others]
    bands = ("certain", "review", "no")
    return sorted(compared, key=lambda one: (bands.index(one.band), -one.probability, one.right))


def matching_record(lead: Lead, policy: Policy) -> Record:
    """The lead as the matcher sees it."""
    written = Written(
        source=lead.source,
        source_id=lead.source_id if lead.source in policy.sources_with_own_ids else None,
        phone=lead.unread.get("phone"),
        name=lead.full_name,
    )
    return record_of(lead, lead.id, written, policy.vocabularies)


def index(work: UnitOfWork, policy: Policy, lead: Lead) -> None:
    """Let later leads find this one by what it says now."""
    work.matches.index(lead.id, keys(matching_record(lead, policy)))


def ask_later(
    work: UnitOfWork, lead_id: str, unsure: Iterable[Comparison], now: datetime
) -> list[str]:
    """Put on record what a person must judge, unless something was said before; gives the other
    leads of the new questions.
    """
    asked = []
    for one in unsure:
        left, right = pair_of(lead_id, one.right)
        if left == right or work.matches.verdict((left, right)) is not None:
            continue
        asked.append(one.right)
        work.matches.say(
            Verdict(
                left_id=left,
                right_id=right,
                verdict="unsure",
                probability=round(one.probability * 1_000_000),
                reasons=one.reasons,
                decided_by=MATCHER,
                decided_at=now,
            )
        )
    return asked
