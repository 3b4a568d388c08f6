"""The desk: policy, house rules, reasons, appeals, reports, bans, versions, findings, corrections."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from alembic.operations import BatchOperations

revision = "c3f7a15d9e42"
down_revision = "9b27c4e1d350"
branch_labels = None
depends_on = None

WITHOUT_RETURNED = ("pending", "published", "rejected", "spam")
WITH_RETURNED = (*WITHOUT_RETURNED, "returned")
NEVER_TWICE = {"sqlite_autoincrement": True}
FIRST_RULES = [
    ("Stay with the subject", "Write about the article, or about a comment under it."),
    ("Argue with what was said, not with who said it", "No insults, no threats, no contempt for a group of people."),
    ("Respect privacy", "Publish nobody’s address, telephone number, letters or health, nor your own."),
    ("Say how you know", "Mark an opinion as one. A grave claim about a person needs a source."),
    ("Do not advertise", "No sales, no campaigns in many copies, no link that serves neither argument nor reader."),
    ("Keep to the law", "Nothing that it is an offence to publish."),
]


def upgrade() -> None:
    _make_tables()
    rules = sa.table("house_rules", sa.column("number"), sa.column("title"), sa.column("text"))
    op.bulk_insert(
        rules, [{"number": number, "title": title, "text": text} for number, (title, text) in enumerate(FIRST_RULES, 1)]
    )
    _add_to_comments()
    op.execute(
        "INSERT INTO findings (comment_id, phase, verdict, reason, marks)"
        " SELECT id, 'trap', 'spam', 'The hidden field, which people leave empty, was filled in.', '[]'"
        " FROM comments WHERE held_because IS NOT NULL"
    )
    with op.batch_alter_table("comments", table_kwargs=NEVER_TWICE) as batch:
        batch.drop_column("held_because")
    with op.batch_alter_table("comment_tallies") as batch:
        _allow(batch, "comment_tallies", "status", WITH_RETURNED)
    op.execute("INSERT INTO comment_tallies (status, count) VALUES ('returned', 0)")
    _add_to_decisions()
    with op.batch_alter_table("articles", table_kwargs=NEVER_TWICE) as batch:
        batch.add_column(sa.Column("comments", sa.String(length=16), server_default="open", nullable=False))
        _allow(batch, "articles", "comments", ("open", "closed", "off"), is_new=True)
    with op.batch_alter_table("faq_entries") as batch:
        batch.add_column(sa.Column("asked_in_id", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("credit", sa.Text(), nullable=True))
        batch.create_index("ix_faq_entries_asked_in_id", ["asked_in_id"])
        batch.create_foreign_key(
            op.f("fk_faq_entries_asked_in_id_comments"), "comments", ["asked_in_id"], ["id"], ondelete="SET NULL"
        )
    op.add_column("editors", sa.Column("shortcuts", sa.Boolean(), server_default=sa.true(), nullable=False))
    op.add_column("editors", sa.Column("digest_hours", sa.JSON(), server_default="[]", nullable=False))
    op.add_column("editors", sa.Column("digested_at", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("editors", table_kwargs=NEVER_TWICE) as batch:
        batch.alter_column("digest_hours", server_default=None)
    _add_to_site()


def downgrade() -> None:
    with op.batch_alter_table("site") as batch:
        batch.drop_constraint(op.f("ck_site_policy"), type_="check")
        for name in SITE_COLUMNS:
            batch.drop_column(name)
    for name in ("shortcuts", "digest_hours", "digested_at"):
        op.drop_column("editors", name)
    with op.batch_alter_table("faq_entries") as batch:
        batch.drop_constraint(op.f("fk_faq_entries_asked_in_id_comments"), type_="foreignkey")
        batch.drop_index("ix_faq_entries_asked_in_id")
        batch.drop_column("asked_in_id")
        batch.drop_column("credit")
    with op.batch_alter_table("articles", table_kwargs=NEVER_TWICE) as batch:
        batch.drop_constraint(op.f("ck_articles_comments"), type_="check")
        batch.drop_column("comments")
    _take_from_decisions()
    op.execute(
        "UPDATE comment_tallies SET count = count + (SELECT count FROM comment_tallies WHERE status = 'returned')"
        " WHERE status = 'pending'"
    )
    op.execute("DELETE FROM comment_tallies WHERE status = 'returned'")
    with op.batch_alter_table("comment_tallies") as batch:
        _allow(batch, "comment_tallies", "status", WITHOUT_RETURNED)
    _take_from_comments()
    for name in TABLES:
        op.drop_table(name)


def _allow(batch: BatchOperations, table: str, column: str, values: tuple[str, ...], *, is_new: bool = False) -> None:
    name = op.f(f"ck_{table}_{column}")
    if not is_new:
        batch.drop_constraint(name, type_="check")
    listed = ", ".join(f"'{value}'" for value in values)
    batch.create_check_constraint(name, sa.text(f"{column} IN ({listed})"))


def _add_to_comments() -> None:
    with op.batch_alter_table("comments", table_kwargs=NEVER_TWICE) as batch:
        _allow(batch, "comments", "status", WITH_RETURNED)
        batch.add_column(sa.Column("version", sa.Integer(), server_default="1", nullable=False))
        for name in COMMENT_TIMES:
            batch.add_column(sa.Column(name, sa.DateTime(timezone=True), nullable=True))
        batch.add_column(sa.Column("report_rank", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("spam_score", sa.Double(), nullable=True))
    for name, columns in COMMENT_INDEXES.items():
        op.create_index(name, "comments", columns)
    for name, columns in PARTIAL_INDEXES.items():
        condition = sa.text(f"{columns[0]} IS NOT NULL")
        op.create_index(name, "comments", columns, sqlite_where=condition, postgresql_where=condition)


def _take_from_comments() -> None:
    op.execute("UPDATE comments SET status = 'pending', status_at = created_at WHERE status = 'returned'")
    for name in (*COMMENT_INDEXES, *PARTIAL_INDEXES):
        op.drop_index(name, "comments")
    with op.batch_alter_table("comments", table_kwargs=NEVER_TWICE) as batch:
        batch.add_column(sa.Column("held_because", sa.Text(), nullable=True))
        _allow(batch, "comments", "status", WITHOUT_RETURNED)
        for name in ("version", *COMMENT_TIMES, "report_rank", "spam_score"):
            batch.drop_column(name)
    op.execute(
        "UPDATE comments SET held_because = 'trap' WHERE id IN (SELECT comment_id FROM findings WHERE phase = 'trap')"
    )


def _add_to_decisions() -> None:
    with op.batch_alter_table("decisions") as batch:
        _allow(batch, "decisions", "from_status", WITH_RETURNED)
        _allow(batch, "decisions", "to_status", WITH_RETURNED)
        batch.add_column(sa.Column("comment_version", sa.Integer(), server_default="1", nullable=False))
        batch.add_column(sa.Column("rule_id", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("rule_number", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("rule_title", sa.Text(), nullable=True))
        batch.add_column(sa.Column("note", sa.Text(), nullable=True))
        batch.create_index("ix_decisions_at", ["at"])
        batch.create_index("ix_decisions_rule_id", ["rule_id"])
        batch.create_foreign_key(
            op.f("fk_decisions_rule_id_house_rules"), "house_rules", ["rule_id"], ["id"], ondelete="SET NULL"
        )


def _take_from_decisions() -> None:
    op.execute("UPDATE decisions SET from_status = 'pending' WHERE from_status = 'returned'")
    op.execute("UPDATE decisions SET to_status = 'pending' WHERE to_status = 'returned'")
    with op.batch_alter_table("decisions") as batch:
        batch.drop_constraint(op.f("fk_decisions_rule_id_house_rules"), type_="foreignkey")
        batch.drop_index("ix_decisions_rule_id")
        batch.drop_index("ix_decisions_at")
        _allow(batch, "decisions", "from_status", WITHOUT_RETURNED)
        _allow(batch, "decisions", "to_status", WITHOUT_RETURNED)
        for name in ("comment_version", "rule_id", "rule_number", "rule_title", "note"):
            batch.drop_column(name)


def _add_to_site() -> None:
    with op.batch_alter_table("site") as batch:
        batch.add_column(sa.Column("policy", sa.String(length=16), server_default="hold all", nullable=False))
        _allow(batch, "site", "policy", ("hold all", "hold suspect", "publish"), is_new=True)
        batch.add_column(sa.Column("link_limit", sa.Integer(), server_default="2", nullable=False))
        batch.add_column(sa.Column("publish_below", sa.Double(), server_default="0", nullable=False))
        batch.add_column(sa.Column("spam_above", sa.Double(), server_default="1", nullable=False))
        batch.add_column(sa.Column("reports_to_hold", sa.Integer(), server_default="3", nullable=False))
        batch.add_column(sa.Column("close_after_days", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("appeal_days", sa.Integer(), server_default="30", nullable=False))
        batch.add_column(sa.Column("keep_days", sa.Integer(), server_default="60", nullable=False))
        batch.add_column(sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True))
        batch.add_column(sa.Column("paused_reason", sa.Text(), nullable=True))


def _make_tables() -> None:
    op.create_table(
        "house_rules",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_house_rules")),
    )
    op.create_index(op.f("ix_house_rules_number"), "house_rules", ["number"], unique=False)
    op.create_table(
        "phrases",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column(
            "verdict",
            sa.Enum("publish", "hold", "spam", name="verdict", native_enum=False, create_constraint=True, length=16),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phrases")),
        sa.UniqueConstraint("folded", name=op.f("uq_phrases_folded")),
    )
    op.create_table(
        "bans",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject_hash", sa.Text(), nullable=False),
        sa.Column("is_email", sa.Boolean(), nullable=False),
        sa.Column("comment_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("editor_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comments.id"], name=op.f("fk_bans_comment_id_comments"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["editor_id"], ["editors.id"], name=op.f("fk_bans_editor_id_editors"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bans")),
    )
    op.create_index(op.f("ix_bans_comment_id"), "bans", ["comment_id"], unique=False)
    op.create_index(op.f("ix_bans_editor_id"), "bans", ["editor_id"], unique=False)
    op.create_index(op.f("ix_bans_subject_hash"), "bans", ["subject_hash"], unique=False)
    op.create_index(op.f("ix_bans_until"), "bans", ["until"], unique=False)
    op.create_table(
        "comment_versions",
        sa.Column("comment_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("markup_version", sa.Integer(), nullable=False),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("replaced_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comments.id"], name=op.f("fk_comment_versions_comment_id_comments"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["replaced_by_id"],
            ["editors.id"],
            name=op.f("fk_comment_versions_replaced_by_id_editors"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("comment_id", "number", name=op.f("pk_comment_versions")),
    )
    op.create_index(op.f("ix_comment_versions_replaced_by_id"), "comment_versions", ["replaced_by_id"], unique=False)
    op.create_table(
        "corrections",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("markup_version", sa.Integer(), nullable=False),
        sa.Column("found_in_id", sa.Integer(), nullable=True),
        sa.Column("credit", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["article_id"], ["articles.id"], name=op.f("fk_corrections_article_id_articles"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["found_in_id"], ["comments.id"], name=op.f("fk_corrections_found_in_id_comments"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_corrections")),
    )
    op.create_index(op.f("ix_corrections_article_id_at"), "corrections", ["article_id", "at"], unique=False)
    op.create_index(op.f("ix_corrections_at_id"), "corrections", ["at", "id"], unique=False)
    op.create_index(op.f("ix_corrections_found_in_id"), "corrections", ["found_in_id"], unique=False)
    op.create_table(
        "desk_links",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("editor_id", sa.Integer(), nullable=False),
        sa.Column("comment_id", sa.Integer(), nullable=False),
        sa.Column("comment_version", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("spent_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comments.id"], name=op.f("fk_desk_links_comment_id_comments"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["editor_id"], ["editors.id"], name=op.f("fk_desk_links_editor_id_editors"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_links")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_desk_links_token_hash")),
    )
    op.create_index(op.f("ix_desk_links_comment_id"), "desk_links", ["comment_id"], unique=False)
    op.create_index(op.f("ix_desk_links_editor_id"), "desk_links", ["editor_id"], unique=False)
    op.create_index(op.f("ix_desk_links_expires_at"), "desk_links", ["expires_at"], unique=False)
    op.create_table(
        "findings",
        sa.Column("comment_id", sa.Integer(), nullable=False),
        sa.Column("phase", sa.Text(), nullable=False),
        sa.Column(
            "verdict",
            sa.Enum("publish", "hold", "spam", name="verdict", native_enum=False, create_constraint=True, length=16),
            nullable=False,
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("marks", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comments.id"], name=op.f("fk_findings_comment_id_comments"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("comment_id", "phase", name=op.f("pk_findings")),
    )
    op.create_index(op.f("ix_findings_phase_comment_id"), "findings", ["phase", "comment_id"], unique=False)
    op.create_table(
        "follows",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("comment_id", sa.Integer(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("email_hash", sa.Text(), nullable=False),
        sa.Column("sender_hash", sa.Text(), nullable=True),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comments.id"], name=op.f("fk_follows_comment_id_comments"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follows")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_follows_token_hash")),
    )
    op.create_index(op.f("ix_follows_comment_id"), "follows", ["comment_id"], unique=False)
    op.create_index(op.f("ix_follows_email_hash_created_at"), "follows", ["email_hash", "created_at"], unique=False)
    op.create_index(op.f("ix_follows_sender_hash_created_at"), "follows", ["sender_hash", "created_at"], unique=False)
    op.create_table(
        "reports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("comment_id", sa.Integer(), nullable=False),
        sa.Column(
            "reason",
            sa.Enum(
                "unlawful",
                "abuse",
                "private",
                "spam",
                "other",
                name="reason",
                native_enum=False,
                create_constraint=True,
                length=16,
            ),
            nullable=False,
        ),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("address_hash", sa.Text(), nullable=True),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum("kept", "removed", name="outcome", native_enum=False, create_constraint=True, length=16),
            nullable=True,
        ),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comments.id"], name=op.f("fk_reports_comment_id_comments"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reports")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_reports_token_hash")),
    )
    op.create_index(op.f("ix_reports_address_hash_created_at"), "reports", ["address_hash", "created_at"], unique=False)
    op.create_index(op.f("ix_reports_comment_id_outcome"), "reports", ["comment_id", "outcome"], unique=False)
    op.create_table(
        "appeals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("comment_id", sa.Integer(), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum("upheld", "dismissed", name="outcome", native_enum=False, create_constraint=True, length=16),
            nullable=True,
        ),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("editor_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comments.id"], name=op.f("fk_appeals_comment_id_comments"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decisions.id"], name=op.f("fk_appeals_decision_id_decisions"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["editor_id"], ["editors.id"], name=op.f("fk_appeals_editor_id_editors")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appeals")),
        sa.UniqueConstraint("comment_id", name=op.f("uq_appeals_comment_id")),
    )
    op.create_index(op.f("ix_appeals_decision_id"), "appeals", ["decision_id"], unique=False)
    op.create_index(op.f("ix_appeals_editor_id"), "appeals", ["editor_id"], unique=False)
    op.create_index(op.f("ix_appeals_outcome_created_at_id"), "appeals", ["outcome", "created_at", "id"], unique=False)


SITE_COLUMNS = (
    "policy",
    "link_limit",
    "publish_below",
    "spam_above",
    "reports_to_hold",
    "close_after_days",
    "appeal_days",
    "keep_days",
    "paused_at",
    "paused_reason",
)
COMMENT_TIMES = ("edited_at", "featured_at", "locked_at", "cleared_at", "erased_at", "reported_at")
COMMENT_INDEXES = {
    "ix_comments_queue_by_spam": ["status", "spam_score", "id"],
    "ix_comments_queue_of_article": ["article_id", "status", "status_at", "id"],
}
PARTIAL_INDEXES = {
    "ix_comments_reported": ["report_rank", "reported_at", "id"],
    "ix_comments_picks": ["featured_at"],
}
TABLES = (
    "appeals",
    "reports",
    "follows",
    "findings",
    "desk_links",
    "corrections",
    "comment_versions",
    "bans",
    "phrases",
    "house_rules",
)
