"""What one recipient's digest of an import says now (I1)."""

from __future__ import annotations

from handlers.flows.telling.messages import DigestLine, ImportDigest
from handlers.flows.telling.wording import CASE_TITLES
from routing.policy.model import Policy
from storage.taking_in.imported_leads import DigestEntry
from storage.telling.outbox import OutboxMessage
from storage.unit_of_work import UnitOfWork

LINES = 20
"""Leads a digest names."""


def import_digest(work: UnitOfWork, policy: Policy, owed: OutboxMessage) -> ImportDigest | None:
    run = work.imports.get(owed.subject_id)
    counts = work.imported_leads.counts(run.id, owed.recipient)
    entries = work.imported_leads.entries(run.id, owed.recipient, LINES)
    if not entries:
        return None
    return ImportDigest(
        import_id=run.id,
        about="cases" if entries[0].kind == "case_card" else "leads",
        source=policy.source_name(run.source),
        file_name=run.file_name,
        total=sum(counts.values()),
        lines=tuple(line for e in entries if (line := _digest_line(work, e))),
        reasons=tuple((CASE_TITLES[kind], n) for kind, n in counts.items() if kind in CASE_TITLES),
        clocks=run.handling.clocks,
        cards_left=work.imported_leads.uncarded(run.id, owed.recipient),
    )


def _digest_line(work: UnitOfWork, entry: DigestEntry) -> DigestLine | None:
    """None for a lead that is not on record any more."""
    lead = work.leads.get(entry.lead_id)
    if lead is None or entry.subject_id is None:
        return None
    if entry.kind == "case_card":
        done = work.cases.get(entry.subject_id).state != "open"
    else:
        assignment = work.assignments.get(entry.subject_id)
        done = assignment.acknowledged_at is not None or assignment.ended_at is not None
    return DigestLine(name=lead.display_name, company=lead.company, score=entry.score, done=done)
