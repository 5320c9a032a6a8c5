"""Who owned a lead before is found without going through all assignments."""

from __future__ import annotations

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_assignments_lead_id", "assignments", ["lead_id", "assigned_at"])
