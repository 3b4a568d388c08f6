"""Addresses that follow, what each follows, and which comments were announced to them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "c7d20b64e1f9"
down_revision = "e81c4d70b2f5"
branch_labels = None
depends_on = None

KINDS = ("decision", "replies", "thread", "receipt")


def upgrade() -> None:
    op.create_table(
        "subscribers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("email_hash", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("letters_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("letters", sa.Integer(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscribers")),
        sa.UniqueConstraint("email_hash", name=op.f("uq_subscribers_email_hash")),
    )
    op.execute(
        "INSERT INTO subscribers (email, email_hash, created_at, confirmed_at, letters_since, letters)"
        " SELECT min(email), email_hash, min(created_at), min(confirmed_at), max(created_at), 1"
        " FROM follows GROUP BY email_hash"
    )
    op.create_table(
        "announcements",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("comment_id", sa.Integer(), nullable=False),
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("ancestors", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["articles.id"], name=op.f("fk_announcements_article_id_articles"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comments.id"], name=op.f("fk_announcements_comment_id_comments"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_announcements")),
        sa.UniqueConstraint("comment_id", name=op.f("uq_announcements_comment_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_announcements_article_id_id", "announcements", ["article_id", "id"])
    # What is published by now was news before anyone could follow it.
    op.execute(
        "INSERT INTO announcements (comment_id, article_id, ancestors)"
        " SELECT id, article_id, '[]' FROM comments WHERE status = 'published' ORDER BY id"
    )
    op.drop_index("ix_follows_email_hash_created_at", "follows")
    with op.batch_alter_table("follows") as follows:
        follows.add_column(sa.Column("subscriber_id", sa.Integer(), nullable=True))
        follows.add_column(sa.Column("article_id", sa.Integer(), nullable=True))
        follows.add_column(sa.Column("kind", sa.String(16), nullable=True))
        follows.add_column(sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True))
        follows.add_column(sa.Column("told_at", sa.DateTime(timezone=True), nullable=True))
        follows.add_column(sa.Column("since", sa.Integer(), server_default="0", nullable=False))
        follows.add_column(sa.Column("told_to", sa.Integer(), server_default="0", nullable=False))
    op.execute(
        "UPDATE follows SET kind = 'decision',"
        " subscriber_id = (SELECT id FROM subscribers WHERE subscribers.email_hash = follows.email_hash),"
        " article_id = (SELECT article_id FROM comments WHERE comments.id = follows.comment_id)"
    )
    kind = sa.Enum(*KINDS, name="kind", native_enum=False, create_constraint=True, length=16)
    with op.batch_alter_table("follows") as follows:
        follows.alter_column("subscriber_id", existing_type=sa.Integer(), nullable=False)
        follows.alter_column("article_id", existing_type=sa.Integer(), nullable=False)
        follows.alter_column("comment_id", existing_type=sa.Integer(), nullable=True)
        follows.alter_column("kind", existing_type=sa.String(16), type_=kind, nullable=False)
        follows.drop_column("email")
        follows.drop_column("email_hash")
        follows.create_foreign_key(
            op.f("fk_follows_subscriber_id_subscribers"), "subscribers", ["subscriber_id"], ["id"], ondelete="CASCADE"
        )
        follows.create_foreign_key(
            op.f("fk_follows_article_id_articles"), "articles", ["article_id"], ["id"], ondelete="CASCADE"
        )
    op.create_index("ix_follows_subscriber_id_created_at", "follows", ["subscriber_id", "created_at"])
    op.create_index("ix_follows_article_id_id", "follows", ["article_id", "id"])


def downgrade() -> None:
    """What could not be followed before is followed no more, and an address that was erased stays so."""
    op.execute("DELETE FROM follows WHERE kind <> 'decision'")
    op.execute(
        "DELETE FROM follows WHERE subscriber_id IN (SELECT id FROM subscribers WHERE subscribers.email IS NULL)"
    )
    op.drop_index("ix_follows_article_id_id", "follows")
    op.drop_index("ix_follows_subscriber_id_created_at", "follows")
    with op.batch_alter_table("follows") as follows:
        follows.add_column(sa.Column("email", sa.Text(), nullable=True))
        follows.add_column(sa.Column("email_hash", sa.Text(), nullable=True))
    for column in ("email", "email_hash"):
        op.execute(
            f"UPDATE follows SET {column} = (SELECT {column} FROM subscribers WHERE subscribers.id = subscriber_id)"  # noqa: S608
        )
    with op.batch_alter_table("follows") as follows:
        follows.alter_column("email", existing_type=sa.Text(), nullable=False)
        follows.alter_column("email_hash", existing_type=sa.Text(), nullable=False)
        follows.alter_column("comment_id", existing_type=sa.Integer(), nullable=False)
        follows.drop_constraint(op.f("fk_follows_subscriber_id_subscribers"), type_="foreignkey")
        follows.drop_constraint(op.f("fk_follows_article_id_articles"), type_="foreignkey")
        follows.drop_constraint(op.f("ck_follows_kind"), type_="check")
        for column in ("subscriber_id", "article_id", "kind", "stopped_at", "told_at", "since", "told_to"):
            follows.drop_column(column)
    op.create_index("ix_follows_email_hash_created_at", "follows", ["email_hash", "created_at"])
    op.drop_table("announcements")
    op.drop_table("subscribers")
