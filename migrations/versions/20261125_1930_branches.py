"""How many published comments stand in each branch of a thread."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "c84f1e6a93d7"
down_revision = "b3e9d17f5a06"
branch_labels = None
depends_on = None


def upgrade() -> None:
    path = sa.String(24).with_variant(sa.String(24, collation="C"), "postgresql")
    op.create_table(
        "branches",
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("path", path, nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.CheckConstraint("size > 0", name=op.f("ck_branches_size_positive")),
        sa.ForeignKeyConstraint(
            ["article_id"], ["articles.id"], name=op.f("fk_branches_article_id_articles"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("article_id", "path", name=op.f("pk_branches")),
        sqlite_with_rowid=False,
    )
    # The first eight digits of a path are the opening comment's.
    op.execute(
        "INSERT INTO branches (article_id, path, size)"
        " SELECT article_id, substr(path, 1, 8), count(*) FROM comments"
        " WHERE status = 'published' GROUP BY article_id, substr(path, 1, 8)"
    )
    if op.get_bind().dialect.name == "postgresql":
        # The first pages are planned right after this, and not a minute later.
        op.execute("ANALYZE branches")


def downgrade() -> None:
    op.drop_table("branches")
