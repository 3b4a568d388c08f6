"""The newsletter as a thing that an address follows, who gets it, and files of addresses that are taken in."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "5e0b9a72d4c1"
down_revision = "a3e7f2c94d10"
branch_labels = None
depends_on = None

KINDS = ("decision", "replies", "thread", "receipt")
STATUSES = ("pending", "confirmed", "unsubscribed", "bounced", "complained")
SOURCES = ("form", "import")
STATES = ("reading", "read", "taking", "done", "failed")


def upgrade() -> None:
    with op.batch_alter_table("follows") as batch:
        batch.alter_column("article_id", existing_type=sa.Integer(), nullable=True)
    _allow((*KINDS, "newsletter"))
    op.create_index("ix_subscribers_letters_since", "subscribers", ["letters_since"])
    op.create_table(
        "newsletter_subscriptions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("follow_id", sa.Integer(), nullable=True),
        sa.Column("email_hash", sa.Text(), nullable=False),
        sa.Column("status", _one_of("status", STATUSES), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("source", _one_of("source", SOURCES), nullable=False),
        sa.Column("asked_on", sa.Text(), nullable=False),
        sa.Column("wording", sa.Text(), nullable=False),
        sa.Column("soft_bounces", sa.Integer(), server_default="0", nullable=False),
        sa.Column("bounced_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["follow_id"],
            ["follows.id"],
            name=op.f("fk_newsletter_subscriptions_follow_id_follows"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_newsletter_subscriptions")),
        sa.UniqueConstraint("email_hash", name=op.f("uq_newsletter_subscriptions_email_hash")),
        sa.UniqueConstraint("follow_id", name=op.f("uq_newsletter_subscriptions_follow_id")),
    )
    for columns in (["status", "id"], ["confirmed_at"], ["ended_at"]):
        op.create_index(f"ix_newsletter_subscriptions_{'_'.join(columns)}", "newsletter_subscriptions", columns)
    op.create_table(
        "newsletter_imports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("editor_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("proof", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("state", _one_of("state", STATES), nullable=False),
        *(
            sa.Column(name, sa.Integer(), server_default="0", nullable=False)
            for name in ("position", "to_take", "known", "ended", "wrong", "taken")
        ),
        sa.Column("problems", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["editor_id"], ["editors.id"], name=op.f("fk_newsletter_imports_editor_id_editors")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_newsletter_imports")),
    )
    op.create_index("ix_newsletter_imports_editor_id", "newsletter_imports", ["editor_id"])


def downgrade() -> None:
    """The newsletter is followed no more."""
    op.drop_table("newsletter_imports")
    op.drop_table("newsletter_subscriptions")
    op.drop_index("ix_subscribers_letters_since", "subscribers")
    op.execute("DELETE FROM follows WHERE kind = 'newsletter'")
    _allow(KINDS)
    with op.batch_alter_table("follows") as batch:
        batch.alter_column("article_id", existing_type=sa.Integer(), nullable=False)


def _one_of(name: str, values: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=16)


def _allow(kinds: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{kind}'" for kind in kinds)
    with op.batch_alter_table("follows") as batch:
        batch.drop_constraint(op.f("ck_follows_kind"), type_="check")
        batch.create_check_constraint(op.f("ck_follows_kind"), sa.text(f"kind IN ({listed})"))
