"""Where articles were before: an old address leads to the article for ever."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "91d4c07be2a8"
down_revision = "c84f1e6a93d7"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "former_slugs",
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["articles.id"], name=op.f("fk_former_slugs_article_id_articles"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("slug", name=op.f("pk_former_slugs")),
    )
    op.create_index(op.f("ix_former_slugs_article_id"), "former_slugs", ["article_id"])


def downgrade() -> None:
    op.drop_table("former_slugs")
