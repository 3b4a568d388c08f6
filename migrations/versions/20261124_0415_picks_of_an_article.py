"""An index that leads to the editor's picks of one article."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "7a1c93e5d2b8"
down_revision = "d58e02b7c614"
branch_labels = None
depends_on = None


def upgrade() -> None:
    is_pick = sa.text("featured_at IS NOT NULL")
    op.create_index(
        "ix_comments_picks_of_article",
        "comments",
        ["article_id", "path"],
        sqlite_where=is_pick,
        postgresql_where=is_pick,
    )


def downgrade() -> None:
    op.drop_index("ix_comments_picks_of_article", "comments")
