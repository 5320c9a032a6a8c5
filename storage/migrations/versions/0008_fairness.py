"""Fairness: what each member of a pool is owed; everybody starts level."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("pool_members") as table:
        table.add_column(sa.Column("owed", sa.Text(), nullable=False, server_default="0"))
        table.drop_column("calibration")
    with op.batch_alter_table("pool_members") as table:
        table.alter_column("owed", server_default=None)
