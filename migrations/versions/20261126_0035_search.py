"""What articles, questions and published comments say, as search finds it."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from datetime import UTC, datetime
from functools import lru_cache
from html.parser import HTMLParser

import sqlalchemy as sa
from alembic import op

revision = "a1f46c0e92b8"
down_revision = "b40e6f2d91a7"
branch_labels = None
depends_on = None

BLOCK = 8192
AT_ONCE = 5_000
TEXT_LIMIT = 150_000
PARTS = {
    "search_articles": ("place", ("headline", "summary", "often", "words")),
    "search_questions": ("place", ("headline", "words")),
    "search_comments": ("comment_id", ("words",)),
}

FTS5 = """
    CREATE VIRTUAL TABLE {table}_index USING fts5(
        {parts}, content='{table}', content_rowid='{key}', tokenize='ascii', prefix='2 3 4 5 6', columnsize=0,
        detail={detail}
    )
"""
ADDED = """
    CREATE TRIGGER {table}_added AFTER INSERT ON {table} BEGIN
        INSERT INTO {table}_index (rowid, {parts}) VALUES (new.{key}, {new});
    END
"""
GONE = """
    CREATE TRIGGER {table}_gone AFTER DELETE ON {table} BEGIN
        INSERT INTO {table}_index ({table}_index, rowid, {parts}) VALUES ('delete', old.{key}, {old});
    END
"""


def upgrade() -> None:
    place = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    _create_table("search_articles", "article_id", "articles", place)
    _create_table("search_questions", "entry_id", "faq_entries", place)
    _create_table("search_comments", "comment_id", "comments", None)
    if op.get_bind().dialect.name == "sqlite":
        _index_by_fts5()
    _fill_articles()
    _fill_questions()
    _fill_comments()
    if op.get_bind().dialect.name == "postgresql":
        # Faster than one row after the other.
        _index_by_tsvector()
        # The first searches are planned right after this, and not a minute later.
        for table in PARTS:
            op.execute(f"ANALYZE {table}")


def downgrade() -> None:
    for table in PARTS:
        if op.get_bind().dialect.name == "sqlite":
            op.execute(f"DROP TABLE {table}_index")
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION search_terms")


def _create_table(name: str, of: str, whose: str, place: sa.types.TypeEngine[int] | None) -> None:
    key, parts = PARTS[name]
    owner = sa.Column(of, sa.Integer(), nullable=False, autoincrement=False)
    columns = [owner] if place is None else [sa.Column("place", place, nullable=False, autoincrement=False), owner]
    unique = [] if place is None else [sa.UniqueConstraint(of, name=op.f(f"uq_{name}_{of}"))]
    op.create_table(
        name,
        *columns,
        *(sa.Column(part, sa.Text(), nullable=False) for part in parts),
        sa.ForeignKeyConstraint([of], [f"{whose}.id"], name=op.f(f"fk_{name}_{of}_{whose}"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint(key, name=op.f(f"pk_{name}")),
        *unique,
    )


def _index_by_fts5() -> None:
    for table, (key, parts) in PARTS.items():
        names = {"table": table, "key": key, "parts": ", ".join(parts)}
        names["detail"] = "none" if len(parts) == 1 else "column"
        for row in ("new", "old"):
            names[row] = ", ".join(f"{row}.{part}" for part in parts)
        for statement in (FTS5, ADDED, GONE):
            op.execute(statement.format(**names))


def _index_by_tsvector() -> None:
    op.execute(
        """
        CREATE FUNCTION search_terms(mark text, words text) RETURNS tsvector
        LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 1000 AS $$
            SELECT coalesce(array_to_tsvector(array_agg(mark || term)), '') FROM (
                SELECT word AS term FROM unnest(string_to_array(words, ' ')) AS word WHERE word <> ''
                UNION ALL
                SELECT left(word, length) || '*' FROM unnest(string_to_array(words, ' ')) AS word,
                    generate_series(2, least(6, length(word))) AS length
            ) AS terms
        $$
        """
    )
    for table, (_key, parts) in PARTS.items():
        marks = {part: "" if part == "words" else f"{part[0]}:" for part in parts}
        terms = " || ".join(f"search_terms('{mark}', {part})" for part, mark in marks.items())
        if table == "search_comments":
            terms += f" || array_to_tsvector(ARRAY['#' || comment_id / {BLOCK}])"
        op.execute(f"CREATE INDEX ix_{table}_terms ON {table} USING gin (({terms})) WITH (fastupdate = off)")
        op.execute(f"ALTER INDEX ix_{table}_terms ALTER COLUMN 1 SET STATISTICS 0")


def _fill_articles() -> None:
    connection = op.get_bind()
    columns = [*map(sa.column, ("id", "title", "standfirst", "byline", "html")), sa.column("authors", sa.JSON())]
    articles = sa.table("articles", *columns, _published_at())
    tags = sa.table("article_tags", sa.column("article_id"), sa.column("name"), sa.column("position"))
    named: dict[int, list[str]] = {}
    for article_id, name in connection.execute(sa.select(tags.c.article_id, tags.c.name).order_by(tags.c.position)):
        named.setdefault(article_id, []).append(name)
    for article in connection.execute(sa.select(articles).where(articles.c.published_at.is_not(None))).all():
        headline, body = _fold(article.title), _fold(_plain_text(article.html))
        names = [*(name for _slug, name in article.authors), *named.get(article.id, [])]
        summary = [_fold(part) for part in (article.standfirst, article.byline, *names)]
        row = {
            "place": _place(article.published_at, article.id),
            "article_id": article.id,
            "headline": _indexed([headline]),
            "summary": _indexed(summary),
            "often": _indexed([[word for word, times in Counter(body).items() if times >= 3]]),
            "words": _indexed([headline, *summary, body]),
        }
        connection.execute(sa.insert(_table("search_articles", "article_id")), row)


def _fill_questions() -> None:
    connection = op.get_bind()
    articles = sa.table("articles", sa.column("id"), _published_at())
    entries = sa.table("faq_entries", *map(sa.column, ("id", "article_id", "question", "html")))
    dated = sa.select(entries, articles.c.published_at).join(articles, articles.c.id == entries.c.article_id)
    for entry in connection.execute(dated.where(articles.c.published_at.is_not(None))).all():
        headline = _fold(entry.question)
        row = {
            "place": _place(entry.published_at, entry.id),
            "entry_id": entry.id,
            "headline": _indexed([headline]),
            "words": _indexed([headline, _fold(_plain_text(entry.html))]),
        }
        connection.execute(sa.insert(_table("search_questions", "entry_id")), row)


def _fill_comments() -> None:
    connection, after = op.get_bind(), 0
    comments = sa.table("comments", sa.column("id"), sa.column("html"), sa.column("status"))
    published = sa.select(comments.c.id, comments.c.html).where(comments.c.status == "published")
    while True:
        page = published.where(comments.c.id > after).order_by(comments.c.id).limit(AT_ONCE)
        rows = [
            {"comment_id": row.id, "words": _indexed([_fold(_plain_text(row.html))])}
            for row in connection.execute(page)
        ]
        if not rows:
            return
        connection.execute(sa.insert(_table("search_comments")), rows)
        after = rows[-1]["comment_id"]


def _published_at() -> sa.ColumnClause[datetime]:
    return sa.column("published_at", sa.DateTime(timezone=True))


def _table(name: str, *owner: str) -> sa.TableClause:
    key, parts = PARTS[name]
    return sa.table(name, *map(sa.column, (key, *owner, *parts)))


def _place(moment: datetime, row_id: int) -> int:
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return (max(-(2**32), min(int(aware.timestamp()), 2**32 - 1)) << 31) + row_id


# The rest is how words were folded when this was written.


def _plain_text(html: str) -> str:
    reader = _VisibleText()
    reader.feed(html)
    reader.close()
    return "".join(reader.parts)


class _VisibleText(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._drawings = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._drawings += tag == "svg"
        self._break(tag)

    def handle_endtag(self, tag: str) -> None:
        self._drawings -= tag == "svg" and self._drawings > 0
        self._break(tag)

    def handle_data(self, data: str) -> None:
        if not self._drawings:
            self.parts.append(data)

    def _break(self, tag: str) -> None:
        if tag not in {"a", "em", "strong", "code", "span", "cite"} and not self._drawings:
            self.parts.append("\n")


def _marks() -> str:
    found, begun = [], None
    for code in range(0x300, 0x1F000):
        if unicodedata.category(chr(code)) in {"Mn", "Mc"} and not 0xFE00 <= code <= 0xFE0F:
            begun = code if begun is None else begun
        elif begun is not None:
            found.append(f"{chr(begun)}-{chr(code - 1)}")
            begun = None
    return "".join(found)


_MARKS = _marks()
_WORD = re.compile(f"[^\\W_](?:[^\\W_]|[{_MARKS}])*")
_UNSPACED = re.compile(
    "((?:[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf"
    f"\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff])[{_MARKS}]*)"
)
_PLAIN = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ħ": "h", "ŧ": "t", "ı": "i", "ð": "d", "æ": "ae", "œ": "oe"})


def _fold(text: str) -> list[str]:
    return [word for found in _WORD.finditer(text) for word in _fold_word(found[0])]


@lru_cache(maxsize=20_000)
def _fold_word(word: str) -> tuple[str, ...]:
    if word.isascii():
        return (word.lower()[:64],)
    bare = _without_accents(_without_accents(word).casefold().translate(_PLAIN))
    whole = unicodedata.normalize("NFC", bare)
    pieces = _UNSPACED.sub(r" \1 ", " ".join(_WORD.findall(whole))).split()
    return tuple(piece[:64] for piece in pieces)


def _without_accents(text: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFKD", text) if not _is_accent(unicodedata.combining(char)))


def _is_accent(place: int) -> bool:
    return place >= 200 or place == 1 or 10 <= place <= 36


def _indexed(parts: list[list[str]]) -> str:
    text = " / ".join(" ".join(part) for part in parts if part)
    if len(text.encode()) <= TEXT_LIMIT:
        return text
    return text.encode()[:TEXT_LIMIT].decode(errors="ignore").rpartition(" ")[0]
