"""Merges: how alike leads are found, what was said of each pair, and what became one."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("leads", sa.Column("account", sa.String(length=400), nullable=True))
    op.create_index("ix_leads_account", "leads", ["account"])
    op.create_table(
        "match_keys",
        sa.Column("hash", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("lead_id", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["lead_id"], ["leads.id"], name=op.f("fk_match_keys_lead_id")),
        sa.PrimaryKeyConstraint("hash", "lead_id", name=op.f("pk_match_keys")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_match_keys_lead_id", "match_keys", ["lead_id"])
    op.create_table(
        "match_verdicts",
        sa.Column("left_id", sa.String(length=40), nullable=False),
        sa.Column("right_id", sa.String(length=40), nullable=False),
        sa.Column("verdict", sa.String(length=20), nullable=False),
        sa.Column("probability", sa.Integer(), nullable=True),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.String(length=80), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("left_id", "right_id", name=op.f("pk_match_verdicts")),
    )
    op.create_index("ix_match_verdicts_right_id", "match_verdicts", ["right_id"])
    _create_merges()
    _create_unread_words()


def _create_merges() -> None:
    op.create_table(
        "merges",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("survivor_id", sa.String(length=40), nullable=False),
        sa.Column("absorbed_id", sa.String(length=40), nullable=False),
        sa.Column("merged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("merged_by", sa.String(length=80), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("absorbed", sa.Text(), nullable=False),
        sa.Column("merged", sa.Text(), nullable=False),
        sa.Column("moved", sa.Text(), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by", sa.String(length=80), nullable=True),
        sa.Column("conflicts", sa.Text(), nullable=False),
        sa.Column("verdicts", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merges")),
    )
    op.create_index("ix_merges_number", "merges", ["number"])
    op.create_index("ix_merges_survivor_id", "merges", ["survivor_id"])
    op.create_index("ix_merges_absorbed_id", "merges", ["absorbed_id"])


def _create_unread_words() -> None:
    op.create_table(
        "unread_words",
        sa.Column("vocabulary", sa.String(length=40), nullable=False),
        sa.Column("word", sa.String(length=200), nullable=False),
        sa.Column("raw", sa.String(length=200), nullable=False),
        sa.Column("seen", sa.Integer(), nullable=False),
        sa.Column("first_seen", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("value", sa.String(length=200), nullable=True),
        sa.Column("decided_by", sa.String(length=80), nullable=True),
        sa.PrimaryKeyConstraint("vocabulary", "word", name=op.f("pk_unread_words")),
    )
    op.create_index("ix_unread_words_state", "unread_words", ["state", "seen"])
