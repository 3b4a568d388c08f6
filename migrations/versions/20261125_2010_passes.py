"""Readers' passes, and the trust that they bring."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "e81c4d70b2f5"
down_revision = "8b3e6f10d4a7"
branch_labels = None
depends_on = None

NEVER_TWICE = {"sqlite_autoincrement": True}
POLICIES = ("hold all", "hold suspect", "publish")
NEW_POLICIES = ("hold all", "hold unknown", "hold suspect", "publish")
INDEXES = {
    "ix_comments_pass": (["pass_id", "id"], "pass_id IS NOT NULL"),
    "ix_comments_names_of_passes": (["article_id", "signed_as"], "signed_as IS NOT NULL"),
}


def upgrade() -> None:
    op.create_table(
        "passes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("address_hash", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passes")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_passes_token_hash")),
    )
    op.create_index("ix_passes_address_hash_created_at", "passes", ["address_hash", "created_at"])
    op.create_index("ix_passes_created_at", "passes", ["created_at"])
    with op.batch_alter_table("comments", table_kwargs=NEVER_TWICE) as batch:
        batch.add_column(sa.Column("pass_id", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("signed_as", sa.Text(), nullable=True))
        batch.add_column(sa.Column("vouches_from", sa.DateTime(timezone=True), nullable=True))
        batch.create_foreign_key(op.f("fk_comments_pass_id_passes"), "passes", ["pass_id"], ["id"], ondelete="SET NULL")
    for name, (columns, condition) in INDEXES.items():
        where = sa.text(condition)
        op.create_index(name, "comments", columns, sqlite_where=where, postgresql_where=where)
    with op.batch_alter_table("site") as batch:
        batch.add_column(sa.Column("trusted_from", sa.Integer(), server_default="3", nullable=False))
    _allow(NEW_POLICIES)


def downgrade() -> None:
    op.execute("UPDATE site SET policy = 'hold all' WHERE policy = 'hold unknown'")
    _allow(POLICIES)
    with op.batch_alter_table("site") as batch:
        batch.drop_column("trusted_from")
    for name in INDEXES:
        op.drop_index(name, "comments")
    with op.batch_alter_table("comments", table_kwargs=NEVER_TWICE) as batch:
        batch.drop_constraint(op.f("fk_comments_pass_id_passes"), type_="foreignkey")
        for name in ("pass_id", "signed_as", "vouches_from"):
            batch.drop_column(name)
    op.drop_table("passes")


def _allow(policies: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{policy}'" for policy in policies)
    with op.batch_alter_table("site") as batch:
        batch.drop_constraint(op.f("ck_site_policy"), type_="check")
        batch.create_check_constraint(op.f("ck_site_policy"), sa.text(f"policy IN ({listed})"))
