"""Issues of the newsletter, and letters of theirs that were put off."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "a83c1f6d2e90"
down_revision = "5e0b9a72d4c1"
branch_labels = None
depends_on = None

STATES = ("draft", "scheduled", "sending", "paused", "sent", "cancelled")


def upgrade() -> None:
    op.create_table(
        "newsletter_issues",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), server_default="1", nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("subject", "preheader", "source", "html")),
        sa.Column("markup_version", sa.Integer(), nullable=False),
        sa.Column("articles", sa.JSON(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(*STATES, name="state", native_enum=False, create_constraint=True, length=16),
            nullable=False,
        ),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("send_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("send_with", sa.Integer(), nullable=True),
        sa.Column("slug", sa.Text(), nullable=True),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        *(sa.Column(name, sa.Text(), nullable=True) for name in ("text_mailed", "html_mailed", "problem")),
        *(
            sa.Column(name, sa.Integer(), server_default="0", nullable=False)
            for name in ("cursor", "last_id", "total", "sent", "refused", "refused_in_a_row")
        ),
        sa.ForeignKeyConstraint(
            ["send_with"], ["articles.id"], name=op.f("fk_newsletter_issues_send_with_articles"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_newsletter_issues")),
        sa.UniqueConstraint("slug", name=op.f("uq_newsletter_issues_slug")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_newsletter_issues_began_at_id", "newsletter_issues", ["began_at", "id"])
    op.create_index("ix_newsletter_issues_send_with", "newsletter_issues", ["send_with"])
    op.create_table(
        "newsletter_deferrals",
        sa.Column("issue_id", sa.Integer(), nullable=False),
        sa.Column("subscription_id", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["issue_id"],
            ["newsletter_issues.id"],
            name=op.f("fk_newsletter_deferrals_issue_id_newsletter_issues"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["subscription_id"],
            ["newsletter_subscriptions.id"],
            name=op.f("fk_newsletter_deferrals_subscription_id_newsletter_subscriptions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("issue_id", "subscription_id", name=op.f("pk_newsletter_deferrals")),
    )
    op.create_index("ix_newsletter_deferrals_issue_id_next_at", "newsletter_deferrals", ["issue_id", "next_at"])
    op.create_index("ix_newsletter_deferrals_subscription_id", "newsletter_deferrals", ["subscription_id"])


def downgrade() -> None:
    op.drop_table("newsletter_deferrals")
    op.drop_table("newsletter_issues")
