"""Drafts and withdrawn articles, and what an article said after each change."""

from __future__ import annotations

import secrets

import sqlalchemy as sa
from alembic import op

revision = "d5c81f0a7b24"
down_revision = "c7d20b64e1f9"
branch_labels = None
depends_on = None

NEW_COLUMNS = (
    "withdrawn_at",
    "withdrawn_because",
    "was_published_at",
    "listed_at",
    "revision",
    "update_notes",
    "shared_hash",
    "uid",
)
NEVER_TWICE = {"sqlite_autoincrement": True}


def upgrade() -> None:
    with op.batch_alter_table("articles", table_kwargs=NEVER_TWICE) as batch:
        batch.alter_column("published_at", existing_type=sa.DateTime(timezone=True), nullable=True)
        for name in ("withdrawn_at", "was_published_at", "listed_at"):
            batch.add_column(sa.Column(name, sa.DateTime(timezone=True), nullable=True))
        for name in ("withdrawn_because", "shared_hash", "uid"):
            batch.add_column(sa.Column(name, sa.Text(), nullable=True))
        batch.create_unique_constraint(op.f("uq_articles_shared_hash"), ["shared_hash"])
        batch.add_column(sa.Column("revision", sa.Integer(), server_default="0", nullable=False))
        batch.add_column(sa.Column("update_notes", sa.JSON(), server_default="[]", nullable=False))
        batch.create_check_constraint(
            op.f("ck_articles_withdrawn_is_not_published"), sa.text("withdrawn_at IS NULL OR published_at IS NULL")
        )
    op.execute("UPDATE articles SET listed_at = published_at")
    _name_all()
    with op.batch_alter_table("articles", table_kwargs=NEVER_TWICE) as batch:
        batch.alter_column("listed_at", existing_type=sa.DateTime(timezone=True), nullable=False)
        batch.alter_column("uid", existing_type=sa.Text(), nullable=False)
        batch.create_unique_constraint(op.f("uq_articles_uid"), ["uid"])
        batch.alter_column("update_notes", existing_type=sa.JSON(), server_default=None)
        batch.create_index("ix_articles_listed_at_id", ["listed_at", "id"])
    op.create_table(
        "article_revisions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("verb", sa.Text(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["articles.id"], name=op.f("fk_article_revisions_article_id_articles"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article_revisions")),
        sa.UniqueConstraint("article_id", "number", name=op.f("uq_article_revisions_article_id_number")),
    )


def _name_all() -> None:
    articles = sa.table("articles", sa.column("id"), sa.column("uid"))
    connection = op.get_bind()
    for article_id in connection.scalars(sa.select(articles.c.id)).all():
        named = sa.update(articles).where(articles.c.id == article_id)
        connection.execute(named.values(uid=secrets.token_hex(16)))


def downgrade() -> None:
    op.drop_table("article_revisions")
    op.execute("UPDATE articles SET published_at = '9999-12-31 00:00:00.000000' WHERE published_at IS NULL")
    with op.batch_alter_table("articles", table_kwargs=NEVER_TWICE) as batch:
        batch.drop_index("ix_articles_listed_at_id")
        batch.drop_constraint(op.f("ck_articles_withdrawn_is_not_published"), type_="check")
        batch.drop_constraint(op.f("uq_articles_uid"), type_="unique")
        batch.drop_constraint(op.f("uq_articles_shared_hash"), type_="unique")
        for name in NEW_COLUMNS:
            batch.drop_column(name)
        batch.alter_column("published_at", existing_type=sa.DateTime(timezone=True), nullable=False)
