"""Decisions on many comments, carried out in steps."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "4f6d0a92c7e5"
down_revision = "7a1c93e5d2b8"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "bulks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("editor_id", sa.Integer(), nullable=False),
        sa.Column("verb", sa.Text(), nullable=False),
        sa.Column("rule_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("passed_over", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["editor_id"], ["editors.id"], name=op.f("fk_bulks_editor_id_editors")),
        sa.ForeignKeyConstraint(
            ["rule_id"], ["house_rules.id"], name=op.f("fk_bulks_rule_id_house_rules"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulks")),
    )
    op.create_index(op.f("ix_bulks_editor_id"), "bulks", ["editor_id"], unique=False)
    op.create_index(op.f("ix_bulks_rule_id"), "bulks", ["rule_id"], unique=False)
    op.create_table(
        "bulk_items",
        sa.Column("bulk_id", sa.Integer(), nullable=False),
        sa.Column("comment_id", sa.Integer(), nullable=False),
        sa.Column("seen", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["bulk_id"], ["bulks.id"], name=op.f("fk_bulk_items_bulk_id_bulks"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comments.id"], name=op.f("fk_bulk_items_comment_id_comments"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("bulk_id", "comment_id", name=op.f("pk_bulk_items")),
    )
    # A comment that is deleted looks for its items by this.
    op.create_index(op.f("ix_bulk_items_comment_id"), "bulk_items", ["comment_id"], unique=False)


def downgrade() -> None:
    op.drop_table("bulk_items")
    op.drop_table("bulks")
