"""Revisions, by which a made page knows whether it still holds."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "4d1f0a6b8c27"
down_revision = "22548c21f2cc"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "revisions",
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("subject", name=op.f("pk_revisions")),
    )


def downgrade() -> None:
    op.drop_table("revisions")
