"""Browsing the record by actor, verb, subject and time, and the months of the public report."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "b3e9d17f5a06"
down_revision = "4f6d0a92c7e5"
branch_labels = None
depends_on = None

NEW_INDEXES = {
    "ix_audit_entries_at_id": ("audit_entries", ["at", "id"]),
    "ix_audit_entries_actor_at_id": ("audit_entries", ["actor", "at", "id"]),
    "ix_audit_entries_verb_at_id": ("audit_entries", ["verb", "at", "id"]),
    "ix_audit_entries_subject_at_id": ("audit_entries", ["subject", "at", "id"]),
    "ix_appeals_created_at": ("appeals", ["created_at"]),
    "ix_appeals_outcome_decided_at": ("appeals", ["outcome", "decided_at"]),
    "ix_reports_created_at": ("reports", ["created_at"]),
    "ix_reports_outcome_decided_at": ("reports", ["outcome", "decided_at"]),
}


def upgrade() -> None:
    op.create_table(
        "report_months",
        sa.Column("month", sa.Text(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("month", name=op.f("pk_report_months")),
    )
    op.drop_index("ix_audit_entries_subject", "audit_entries")
    for name, (table, columns) in NEW_INDEXES.items():
        op.create_index(name, table, columns)


def downgrade() -> None:
    for name, (table, _columns) in NEW_INDEXES.items():
        op.drop_index(name, table)
    op.create_index("ix_audit_entries_subject", "audit_entries", ["subject"])
    op.drop_table("report_months")
