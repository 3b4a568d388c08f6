"""Comments that their authors withdraw, and other texts for published ones."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "8b3e6f10d4a7"
down_revision = "91d4c07be2a8"
branch_labels = None
depends_on = None

STATUSES = ("pending", "published", "rejected", "spam", "returned")
CHECKED: list[tuple[str, str, tuple[str, ...], dict[str, bool]]] = [
    # table, column, values before, table_kwargs
    ("comments", "status", STATUSES, {"sqlite_autoincrement": True}),
    ("comment_tallies", "status", STATUSES, {}),
    ("decisions", "from_status", STATUSES, {}),
    ("decisions", "to_status", STATUSES, {}),
    ("reports", "outcome", ("kept", "removed"), {}),
    ("appeals", "outcome", ("upheld", "dismissed"), {}),
]


def upgrade() -> None:
    _add_to_comments()
    for table, column, values, kwargs in CHECKED:
        _allow(table, column, (*values, "withdrawn"), kwargs)
    op.execute("INSERT INTO comment_tallies (status, count) VALUES ('withdrawn', 0)")
    op.add_column("site", sa.Column("edit_minutes", sa.Integer(), server_default="15", nullable=False))
    _make_proposed_edits()


def downgrade() -> None:
    op.drop_table("proposed_edits")
    op.drop_column("site", "edit_minutes")
    # What its author took back is not to be shown again.
    op.execute("UPDATE comments SET status = 'rejected' WHERE status = 'withdrawn'")
    op.execute(
        "UPDATE comment_tallies SET count = count + (SELECT count FROM comment_tallies WHERE status = 'withdrawn')"
        " WHERE status = 'rejected'"
    )
    op.execute("DELETE FROM comment_tallies WHERE status = 'withdrawn'")
    op.execute("UPDATE reports SET outcome = 'removed' WHERE outcome = 'withdrawn'")
    op.execute("UPDATE appeals SET outcome = 'dismissed' WHERE outcome = 'withdrawn'")
    for table, column, values, kwargs in CHECKED:
        _allow(table, column, values, kwargs)
    op.drop_index("ix_comments_thread", "comments")
    op.drop_column("comments", "in_thread")
    op.execute("DELETE FROM branches")
    op.execute(
        "INSERT INTO branches (article_id, path, size) SELECT article_id, substr(path, 1, 8), count(*)"
        " FROM comments WHERE status = 'published' GROUP BY article_id, substr(path, 1, 8)"
    )
    op.drop_column("comments", "revised_at")
    is_published = sa.text("status = 'published'")
    op.create_index(
        "ix_comments_thread",
        "comments",
        ["article_id", "path"],
        sqlite_where=is_published,
        postgresql_where=is_published,
    )


def _add_to_comments() -> None:
    op.drop_index("ix_comments_thread", "comments")
    op.add_column("comments", sa.Column("in_thread", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("comments", sa.Column("revised_at", sa.DateTime(timezone=True), nullable=True))
    comments = sa.table("comments", sa.column("status", sa.Text()), sa.column("in_thread", sa.Boolean()))
    op.execute(comments.update().where(comments.c.status == "published").values(in_thread=sa.true()))
    op.create_index(
        "ix_comments_thread",
        "comments",
        ["article_id", "path"],
        sqlite_where=sa.text("in_thread = 1"),
        postgresql_where=sa.text("in_thread"),
    )


def _allow(table: str, column: str, values: tuple[str, ...], kwargs: dict[str, bool]) -> None:
    name = op.f(f"ck_{table}_{column}")
    listed = ", ".join(f"'{value}'" for value in values)
    with op.batch_alter_table(table, table_kwargs=kwargs) as batch:
        batch.drop_constraint(name, type_="check")
        batch.create_check_constraint(name, sa.text(f"{column} IN ({listed})"))


def _make_proposed_edits() -> None:
    op.create_table(
        "proposed_edits",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("comment_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("markup_version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("spam_score", sa.Double(), nullable=True),
        sa.Column("findings", sa.JSON(), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum(
                "accepted", "refused", "spam", name="outcome", native_enum=False, create_constraint=True, length=16
            ),
            nullable=True,
        ),
        sa.Column("became_version", sa.Integer(), nullable=True),
        sa.Column("rule_number", sa.Integer(), nullable=True),
        sa.Column("rule_title", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("editor_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comments.id"], name=op.f("fk_proposed_edits_comment_id_comments"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["editor_id"], ["editors.id"], name=op.f("fk_proposed_edits_editor_id_editors"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposed_edits")),
        # A form at the desk names it by its id, which is never given to another text.
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_proposed_edits_comment_id"), "proposed_edits", ["comment_id"], unique=False)
    op.create_index(op.f("ix_proposed_edits_editor_id"), "proposed_edits", ["editor_id"], unique=False)
    waits = sa.text("outcome IS NULL")
    for name, columns in {
        "ix_proposed_edits_waiting": ["created_at", "comment_id"],
        "ix_proposed_edits_waiting_by_spam": ["spam_score", "comment_id"],
    }.items():
        op.create_index(name, "proposed_edits", columns, sqlite_where=waits, postgresql_where=waits)
    op.create_index(
        "uq_proposed_edits_one_waits",
        "proposed_edits",
        ["comment_id"],
        unique=True,
        sqlite_where=waits,
        postgresql_where=waits,
    )
