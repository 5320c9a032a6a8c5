"""Policy changes: proposals, sign-offs, shares and what came of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("policies") as policies:
        policies.alter_column(
            "activated_at", existing_type=sa.DateTime(timezone=True), nullable=True
        )
        policies.alter_column("activated_by", existing_type=sa.String(length=80), nullable=True)
        policies.add_column(sa.Column("proposal_id", sa.String(length=40), nullable=True))
        policies.add_column(sa.Column("restores", sa.Integer(), nullable=True))
    op.create_index("ix_decisions_decided_at", "decisions", ["decided_at", "id"])
    _create_proposals()
    op.create_table(
        "policy_sign_offs",
        sa.Column("proposal_id", sa.String(length=40), nullable=False),
        sa.Column("revision", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("person", sa.String(length=80), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint(
            "proposal_id", "revision", "person", name=op.f("pk_policy_sign_offs")
        ),
    )


def _create_proposals() -> None:
    op.create_table(
        "policy_proposals",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("base_version", sa.Integer(), nullable=False),
        sa.Column("files", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("source_digest", sa.String(length=64), nullable=False),
        sa.Column("proposer", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("findings", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("percent", sa.Integer(), nullable=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_proposals")),
    )
    op.create_index("ix_policy_proposals_digest", "policy_proposals", ["source_digest"])
    op.create_index(
        "uq_policy_proposals_one_share",
        "policy_proposals",
        ["state"],
        unique=True,
        sqlite_where=sa.text("state = 'on_share'"),
        postgresql_where=sa.text("state = 'on_share'"),
    )
