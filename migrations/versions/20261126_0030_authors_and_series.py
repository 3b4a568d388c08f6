"""Authors and series, addresses of tags, and what an article is like."""

from __future__ import annotations

import re
import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "b40e6f2d91a7"
down_revision = "d5c81f0a7b24"
branch_labels = None
depends_on = None

NEVER_TWICE = {"sqlite_autoincrement": True}
TAG_LIMIT = 100
"""Characters in a tag's slug."""


def upgrade() -> None:
    """Bylines stay as they are: who is behind one, a person, two or an agency, only an editor can tell."""
    with op.batch_alter_table("articles", table_kwargs=NEVER_TWICE) as batch:
        batch.add_column(sa.Column("authors", sa.JSON(), server_default="[]", nullable=False))
    with op.batch_alter_table("articles", table_kwargs=NEVER_TWICE) as batch:
        batch.alter_column("authors", existing_type=sa.JSON(), server_default=None)
    op.add_column("articles", sa.Column("words_version", sa.Integer(), server_default="0", nullable=False))
    op.add_column("articles", sa.Column("leads_since", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_articles_leads_since", "articles", ["leads_since"])
    _described("authors", ["name_skeleton"], ["link", "email"])
    op.create_index("ix_authors_name_skeleton", "authors", ["name_skeleton"])
    _described("series", [], [])
    op.create_table(
        "article_authors",
        _article("article_authors"),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["author_id"], ["authors.id"], name=op.f("fk_article_authors_author_id_authors")),
        sa.PrimaryKeyConstraint("article_id", "author_id", name=op.f("pk_article_authors")),
    )
    op.create_index(
        "ix_article_authors_author_id_published_at_article_id",
        "article_authors",
        ["author_id", "published_at", "article_id"],
    )
    op.create_table(
        "series_parts",
        _article("series_parts"),
        sa.Column("series_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["series_id"], ["series.id"], name=op.f("fk_series_parts_series_id_series")),
        sa.PrimaryKeyConstraint("article_id", name=op.f("pk_series_parts")),
    )
    op.create_index(
        "ix_series_parts_series_id_number_article_id", "series_parts", ["series_id", "number", "article_id"]
    )
    op.create_table(
        "related_articles",
        _article("related_articles"),
        _article("related_articles", "other_id"),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("tags", sa.JSON(), nullable=False),
        sa.Column("words", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("article_id", "other_id", name=op.f("pk_related_articles")),
    )
    op.create_index("ix_related_articles_other_id", "related_articles", ["other_id"])
    op.create_table(
        "article_words",
        _article("article_words"),
        sa.Column("word", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("article_id", "word", name=op.f("pk_article_words")),
    )
    op.create_index("ix_article_words_word_article_id", "article_words", ["word", "article_id"])
    _replace_tags()


def _described(table: str, needed: list[str], optional: list[str]) -> None:
    op.create_table(
        table,
        *(sa.Column(name, sa.Text(), nullable=False) for name in needed),
        *(sa.Column(name, sa.Text(), nullable=True) for name in optional),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("markup_version", sa.Integer(), nullable=False),
        sa.Column("loaded_digest", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("slug", name=op.f(f"uq_{table}_slug")),
    )


def _article(table: str, name: str = "article_id") -> sa.Column[int]:
    key = sa.ForeignKey("articles.id", name=op.f(f"fk_{table}_{name}_articles"), ondelete="CASCADE")
    return sa.Column(name, sa.Integer(), key, nullable=False)


def _tags(*columns: sa.schema.SchemaItem) -> sa.Table:
    return op.create_table(
        "article_tags",
        _article("article_tags"),
        *columns,
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
    )


def _replace_tags() -> None:
    """Of names of one article that make the same slug the first stays: it is one tag."""
    connection = op.get_bind()
    rows = connection.execute(
        sa.text("SELECT article_id, name, position FROM article_tags ORDER BY article_id, position")
    ).all()
    op.drop_table("article_tags")
    tags = _tags(
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("article_id", "slug", name=op.f("pk_article_tags")),
    )
    op.create_index(
        "ix_article_tags_slug_published_at_article_id", "article_tags", ["slug", "published_at", "article_id"]
    )
    kept: dict[tuple[int, str], dict[str, object]] = {}
    for article_id, name, position in rows:
        slug = _slug(name)
        kept.setdefault(
            (article_id, slug), {"article_id": article_id, "slug": slug, "name": name, "position": position}
        )
    if kept:
        op.bulk_insert(tags, list(kept.values()))
    op.execute(
        "UPDATE article_tags SET published_at = (SELECT published_at FROM articles WHERE articles.id = article_id)"
    )


def _slug(name: str) -> str:
    text = name
    for _twice in range(2):
        text = unicodedata.normalize("NFKC", unicodedata.normalize("NFD", text).casefold())
    slug = "-".join(filter(None, re.split(r"[\s/\\_-]+", text)))[:TAG_LIMIT].strip("-")
    return slug if slug.strip(".") else "-".join(f"{ord(char):x}" for char in name)[:TAG_LIMIT].strip("-")


def downgrade() -> None:
    """What an article had from its authors' names alone it keeps as its byline."""
    connection = op.get_bind()
    named = connection.execute(
        sa.text(
            "SELECT article_authors.article_id, authors.name FROM article_authors"
            " JOIN authors ON authors.id = author_id JOIN articles ON articles.id = article_authors.article_id"
            " WHERE articles.byline = '' ORDER BY article_authors.article_id, article_authors.position"
        )
    ).all()
    bylines: dict[int, list[str]] = {}
    for article_id, name in named:
        bylines.setdefault(article_id, []).append(name)
    for article_id, names in bylines.items():
        given = {"byline": ", ".join(names), "id": article_id}
        connection.execute(sa.text("UPDATE articles SET byline = :byline WHERE id = :id"), given)
    rows = connection.execute(sa.text("SELECT article_id, name, position FROM article_tags")).mappings().all()
    op.drop_table("article_tags")
    tags = _tags(sa.PrimaryKeyConstraint("article_id", "name", name=op.f("pk_article_tags")))
    op.create_index("ix_article_tags_name_article_id", "article_tags", ["name", "article_id"])
    if rows:
        op.bulk_insert(tags, [dict(row) for row in rows])
    for table in ("article_words", "related_articles", "series_parts", "article_authors", "series", "authors"):
        op.drop_table(table)
    op.drop_index("ix_articles_leads_since", "articles")
    with op.batch_alter_table("articles", table_kwargs=NEVER_TWICE) as batch:
        batch.drop_column("leads_since")
        batch.drop_column("words_version")
        batch.drop_column("authors")
