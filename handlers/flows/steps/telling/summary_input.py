"""What a summary may speak of: the facts on record, and nothing else."""

from __future__ import annotations

from prompts.lead_summary import SummaryInput
from routing.lead import Lead
from routing.policy.model import Policy


def summary_input(lead: Lead, policy: Policy) -> SummaryInput:
    """The lead as the summary's writer sees it, whoever that is."""
    return SummaryInput(
        name=lead.full_name,
        title=lead.title,
        company=lead.company,
        company_size=lead.company_size,
        industry=lead.industry,
        city=lead.city,
        country=lead.country,
        source=policy.source_name(lead.source),
        message=lead.message,
    )
