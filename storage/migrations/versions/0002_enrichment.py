"""Where a value comes from becomes structured; raw values that a country makes readable are kept.

Before, `provenance` held `directory 2026-11-22` for a field: the provider and the UTC day.
"""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_leads = sa.table("leads", sa.column("id", sa.String), sa.column("provenance", sa.Text))


def upgrade() -> None:
    op.add_column("leads", sa.Column("unread", sa.Text(), nullable=False, server_default="{}"))
    connection = op.get_bind()
    query = sa.select(_leads.c.id, _leads.c.provenance).where(_leads.c.provenance != "{}")
    for lead_id, text in connection.execute(query).all():
        structured = {field: _structured(old) for field, old in json.loads(text).items()}
        statement = sa.update(_leads).where(_leads.c.id == lead_id)
        connection.execute(statement.values(provenance=json.dumps(structured)))


def _structured(text: str) -> dict[str, str]:
    provider, _, day = text.rpartition(" ")
    return {
        "origin": "provider",
        "by": provider,
        "at": f"{day}T00:00:00Z",
        "confidence": "medium",
    }
