"""The inbox: deliveries stored before they are taken in."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("receipts") as batch:
        batch.alter_column("lead_id", existing_type=sa.String(length=40), nullable=True)
        batch.add_column(sa.Column("draft", sa.Text(), nullable=True))
        batch.add_column(sa.Column("waits", sa.String(length=10), nullable=True))
    op.create_index(
        "ix_receipts_waits",
        "receipts",
        ["waits", "received_at", "id"],
        sqlite_where=sa.text("waits IS NOT NULL"),
        postgresql_where=sa.text("waits IS NOT NULL"),
    )
