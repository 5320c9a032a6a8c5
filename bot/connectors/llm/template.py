"""The summariser that needs no model: fixed words around what is on record."""

from __future__ import annotations

from handlers.flows.ports import WrittenSummary
from prompts.lead_summary import SummaryInput, template


class TemplateSummariser:
    model = "template"

    def summarise(self, lead: SummaryInput) -> WrittenSummary:
        return WrittenSummary(template(lead))

    def close(self) -> None:
        """There is nothing to let go of."""
