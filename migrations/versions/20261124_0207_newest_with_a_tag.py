"""An index that leads to a tag's newest articles."""

from __future__ import annotations

from alembic import op

revision = "9b27c4e1d350"
down_revision = "4d1f0a6b8c27"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_article_tags_name_article_id", "article_tags", ["name", "article_id"])
    op.drop_index("ix_article_tags_name", "article_tags")


def downgrade() -> None:
    op.create_index("ix_article_tags_name", "article_tags", ["name"])
    op.drop_index("ix_article_tags_name_article_id", "article_tags")
