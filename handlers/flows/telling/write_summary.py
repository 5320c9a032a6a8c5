"""Let a language model write the owner's summary, after everything that matters is done (A1).

The card is already owed, with the template's words on it. A summary that comes replaces them on
the card; one that fails changes nothing.
"""

from __future__ import annotations

from time import monotonic

from handlers.flows.ports import Ports, Summariser, SummaryFailedError, WrittenSummary
from handlers.flows.steps.telling import tell
from handlers.flows.steps.telling.summary_input import summary_input
from prompts.lead_summary import VERSION, SummaryInput
from storage.database.base import new_id
from storage.telling.ai_calls import AiCall


def write_summary(ports: Ports, assignment_id: str) -> None:
    """Ask the model once and put its words on the card; every call is on record."""
    with ports.database.reading() as work:
        assignment = work.assignments.get(assignment_id)
        lead = work.leads.get(assignment.lead_id)
        policy = ports.policies.active(work).policy
    is_written = assignment.summary_by != ports.template.model
    if ports.ai is None or lead is None or assignment.ended_at or is_written:
        return
    written, call = _ask(ports, ports.ai, summary_input(lead, policy), lead.id)
    with ports.database.writing() as work:
        work.ai_calls.add(call)
        if written is not None:
            work.assignments.describe(assignment_id, written.text, call.model)
            tell.redraw(ports.engine, work, assignment_id, "lead_card")


def _ask(
    ports: Ports, model: Summariser, facts: SummaryInput, lead_id: str
) -> tuple[WrittenSummary | None, AiCall]:
    """The model's words or None, and the record of the call."""
    started = monotonic()
    written: WrittenSummary | None = None
    outcome = "ok"
    try:
        written = model.summarise(facts)
    except SummaryFailedError as failure:
        outcome = failure.outcome
    call = AiCall(
        id=new_id("ai"),
        lead_id=lead_id,
        prompt=VERSION,
        model=model.model,
        at=ports.clock.now(),
        milliseconds=round((monotonic() - started) * 1000),
        input_tokens=written.input_tokens if written else None,
        output_tokens=written.output_tokens if written else None,
        outcome=outcome,
    )
    return written, call
