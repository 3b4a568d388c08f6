"""The learning filter: its state, weights, trials, and what changes while it is retrained."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "e80b6d2f4a17"
down_revision = "c3f7a15d9e42"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "filter_state",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("ham", sa.Integer(), nullable=False),
        sa.Column("spam", sa.Integer(), nullable=False),
        sa.Column("retraining", sa.Integer(), nullable=True),
        sa.Column("retraining_until", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("id = 1", name=op.f("ck_filter_state_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_filter_state")),
    )
    op.execute("INSERT INTO filter_state (id, generation, ham, spam) VALUES (1, 1, 0, 0)")
    op.create_table(
        "filter_weights",
        sa.Column("generation", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("key", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("weight", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("generation", "key", name=op.f("pk_filter_weights")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "filter_trials",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("probability", sa.Double(), nullable=True),
        sa.Column("spam", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_filter_trials")),
        sa.UniqueConstraint("key", name=op.f("uq_filter_trials_key")),
    )
    op.create_table(
        "filter_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("spam", sa.Boolean(), nullable=False),
        sa.Column("learned", sa.Boolean(), nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_filter_changes")),
    )


def downgrade() -> None:
    for table in ("filter_changes", "filter_trials", "filter_weights", "filter_state"):
        op.drop_table(table)
