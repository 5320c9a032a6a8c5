"""Tell the new owner: write the summary, then owe them the card (S1, A1)."""

from __future__ import annotations

from time import monotonic

from handlers.flows.ports import Ports, Summariser, SummaryFailedError, WrittenSummary
from handlers.flows.steps import tell
from prompts.lead_summary import VERSION, SummaryInput
from routing.lead import Lead
from routing.policy.model import Policy
from storage.ai_calls import AiCall
from storage.base import new_id
from storage.outbox import OutboxMessage


def notify_owner(ports: Ports, assignment_id: str) -> None:
    """Queue the owner's card once; the assignment stands whatever the summary does."""
    now = ports.clock.now()
    with ports.database.reading() as work:
        assignment = work.assignments.get(assignment_id)
        if assignment.ended_at or work.outbox.of_subject(assignment_id, "lead_card"):
            return
        lead = work.leads.get(assignment.lead_id)
        assert lead is not None
        active = ports.policies.active(work)
        writer = ports.ai if ports.ai and work.switches.is_on("ai") else None
    text, author, call = _summary(ports, writer, lead, active.policy)
    with ports.database.writing() as work:
        if call is not None:
            work.ai_calls.add(call)
        if work.outbox.of_subject(assignment_id, "lead_card"):
            return
        work.assignments.describe(assignment_id, text, author)
        tell.send(
            ports.engine,
            work,
            OutboxMessage(
                id=new_id("msg"),
                kind="lead_card",
                subject_id=assignment_id,
                lead_id=lead.id,
                recipient=active.policy.person_by_id[assignment.person].slack_user,
                created_at=now,
            ),
        )


def _summary(
    ports: Ports, writer: Summariser | None, lead: Lead, policy: Policy
) -> tuple[str, str, AiCall | None]:
    """The text, who wrote it, and the record of a model's call if there was one."""
    facts = summary_input(lead, policy)
    fallback = ports.template.summarise(facts).text
    if writer is None:
        return fallback, ports.template.model, None
    started = monotonic()
    written: WrittenSummary | None = None
    outcome = "ok"
    try:
        written = writer.summarise(facts)
    except SummaryFailedError as failure:
        outcome = failure.outcome
    call = AiCall(
        id=new_id("ai"),
        lead_id=lead.id,
        prompt=VERSION,
        model=writer.model,
        at=ports.clock.now(),
        milliseconds=round((monotonic() - started) * 1000),
        input_tokens=written.input_tokens if written else None,
        output_tokens=written.output_tokens if written else None,
        outcome=outcome,
    )
    if written is None:
        return fallback, ports.template.model, call
    return written.text, writer.model, call


def summary_input(lead: Lead, policy: Policy) -> SummaryInput:
    """What the summary may speak of."""
    source = next((s.name for s in policy.sources if s.id == lead.source), lead.source)
    return SummaryInput(
        name=lead.full_name,
        title=lead.title,
        company=lead.company,
        company_size=lead.company_size,
        industry=lead.industry,
        city=lead.city,
        country=lead.country,
        source=source,
        message=lead.message,
    )
