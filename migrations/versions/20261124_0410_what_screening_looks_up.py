"""What screening looks up: the same text within a day, the hosts that published comments link to, locked threads."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import urlsplit

import sqlalchemy as sa
from alembic import op

revision = "d58e02b7c614"
down_revision = "e80b6d2f4a17"
branch_labels = None
depends_on = None

AT_ONCE = 1000


def upgrade() -> None:
    op.add_column("comments", sa.Column("text_hash", sa.Text(), nullable=True))
    op.create_index("ix_comments_text_hash_created_at", "comments", ["text_hash", "created_at"])
    is_locked = sa.text("locked_at IS NOT NULL")
    op.create_index(
        "ix_comments_locked", "comments", ["article_id"], sqlite_where=is_locked, postgresql_where=is_locked
    )
    op.create_table(
        "link_hosts",
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("comment_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comments.id"], name=op.f("fk_link_hosts_comment_id_comments"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("host", "comment_id", name=op.f("pk_link_hosts")),
    )
    op.create_index("ix_link_hosts_comment_id", "link_hosts", ["comment_id"])
    _fill()


def downgrade() -> None:
    op.drop_table("link_hosts")
    op.drop_index("ix_comments_locked", "comments")
    op.drop_index("ix_comments_text_hash_created_at", "comments")
    op.drop_column("comments", "text_hash")


def _fill() -> None:
    comments = sa.table("comments", sa.column("id"), sa.column("html"), sa.column("status"))
    link_hosts = sa.table("link_hosts", sa.column("host"), sa.column("comment_id"))
    with_links = (
        sa.select(comments.c.id, comments.c.html)
        .where(comments.c.status == "published", comments.c.html.contains("<a href="))
        .order_by(comments.c.id)
        .limit(AT_ONCE)
    )
    connection, last = op.get_bind(), 0
    while rows := connection.execute(with_links.where(comments.c.id > last)).all():
        found = [{"host": host, "comment_id": row.id} for row in rows for host in sorted(_hosts(row.html))]
        if found:
            op.bulk_insert(link_hosts, found)
        last = rows[-1].id


def _hosts(html: str) -> set[str]:
    return {host for address in re.findall(r'<a href="([^"]*)"', html) if (host := _host(unescape(address)))}


def _host(address: str) -> str:
    try:
        host = (urlsplit(address).hostname or "").rstrip(".").removeprefix("www.")
        return host if host.isascii() else host.encode("idna").decode()
    except ValueError:
        return ""
