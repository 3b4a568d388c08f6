"""When an article was announced, and what editors have written and not saved."""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "3fa7c0e51b86"
down_revision = "7b3ac90e5d12"
branch_labels = None
depends_on = None

_ANNOUNCE = "announce an article"
_articles = sa.table("articles", sa.column("id"), sa.column("published_at", sa.DateTime(timezone=True)))
_jobs = sa.table(
    "jobs",
    sa.column("kind"),
    sa.column("key"),
    sa.column("payload", sa.JSON()),
    sa.column("run_at", sa.DateTime(timezone=True)),
    sa.column("attempts"),
)


def upgrade() -> None:
    op.add_column("articles", sa.Column("announced_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "unsaved_texts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("editor_id", sa.Integer(), nullable=False),
        sa.Column("article_id", sa.Integer(), nullable=True),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("window", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["editor_id"], ["editors.id"], name=op.f("fk_unsaved_texts_editor_id_editors"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["article_id"], ["articles.id"], name=op.f("fk_unsaved_texts_article_id_articles"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unsaved_texts")),
        sa.UniqueConstraint("editor_id", "form", name=op.f("uq_unsaved_texts_editor_id_form")),
    )
    op.create_index("ix_unsaved_texts_article_id", "unsaved_texts", ["article_id"])
    op.create_index("ix_unsaved_texts_at", "unsaved_texts", ["at"])
    _ask_for_announcements()


def _ask_for_announcements() -> None:
    """What is scheduled already is announced at its minute; what is out is not."""
    connection = op.get_bind()
    now = datetime.now(UTC)
    if connection.dialect.name == "sqlite":
        now = now.replace(tzinfo=None)
    scheduled = sa.select(_articles).where(_articles.c.published_at > now)
    for article in connection.execute(scheduled).all():
        key = f"{_ANNOUNCE} {article.id}"
        if connection.scalar(sa.select(_jobs.c.key).where(_jobs.c.key == key)) is None:
            connection.execute(
                sa.insert(_jobs).values(
                    kind=_ANNOUNCE, key=key, payload={"article": article.id}, run_at=article.published_at, attempts=0
                )
            )


def downgrade() -> None:
    op.drop_table("unsaved_texts")
    op.drop_column("articles", "announced_at")
