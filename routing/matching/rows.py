"""Rows of a lead table (a CSV export) as records, through the normaliser."""

from __future__ import annotations

from collections.abc import Mapping

from routing.matching.record import Record, Written, record_of
from routing.normalise.aliases import DEFAULT_ALIASES, Aliases
from routing.normalise.lead import RawLead, normalise

COLUMNS = (
    "lead_id", "source", "source_id", "full_name", "first_name", "last_name", "email", "phone",
    "company", "website", "job_title", "city", "region", "postal_code", "country",
)  # fmt: skip
"""The columns that are read; any of them may be missing, others are passed over."""


def record_of_row(
    row: Mapping[str, str], lead_id: str, aliases: Aliases = DEFAULT_ALIASES
) -> Record:
    """The record of one row by column name; an empty cell counts as missing."""
    parts = bool(row.get("first_name") and row.get("last_name"))
    raw = RawLead(
        name=None if parts else row.get("full_name"),
        first_name=row.get("first_name"),
        last_name=row.get("last_name"),
        email=row.get("email"),
        company=row.get("company"),
        website=row.get("website"),
        city=row.get("city"),
        region=row.get("region"),
        country=row.get("country"),
        job_title=row.get("job_title"),
    )
    written = Written(
        source=row.get("source"),
        source_id=row.get("source_id"),
        phone=row.get("phone"),
        postal_code=row.get("postal_code"),
        name=row.get("last_name") or row.get("full_name"),
    )
    profile = normalise(raw, aliases=aliases)
    return record_of(profile, lead_id, written, aliases)
