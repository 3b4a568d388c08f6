"""Fills a prepared site with as many articles and comments as a newspaper gathers in years."""

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.articles.models import Article, ArticleTag, article_url
from app.comments.models import ID_WIDTH, LEVELS, Branch, Comment, CommentTally, Status
from app.core import clock
from app.core.db import transaction
from app.core.markup import RULES_VERSION, comment_html, plain_text
from app.search.folding import fold, indexed
from app.search.indexing import index_article
from app.search.models import CommentWords
from bench.broadsheet import SLUG, application
from bench.samples import posted_text

AT_ONCE = 20_000
TAGS = 40
REMEMBERED = 0.02
"""The share of comments young enough to have an address, and of those that wait."""


@dataclass(frozen=True)
class Size:
    articles: int
    comments: int
    on_one: int
    """How many of the comments stand under the article `SLUG`."""


def grow(data_dir: Path, size: Size) -> list[str]:
    """Adds what is missing to a site that Broadsheet has prepared, counters included. Returns its articles' paths."""
    with application(data_dir), transaction() as session:
        _add_articles(session, size.articles)
        ids = list(session.scalars(sa.select(Article.id)))
        the_one = session.scalars(sa.select(Article.id).where(Article.slug == SLUG)).one()
        rows = _comments(session, size, the_one, [one for one in ids if one != the_one])
        while chunk := list(islice(rows, AT_ONCE)):
            session.execute(sa.insert(Comment), chunk)
            session.execute(sa.insert(CommentWords), list(_words(chunk)))
        for one in ids:
            index_article(session, one)
        _count(session)
        return [article_url(slug) for slug in session.scalars(sa.select(Article.slug))]


def _words(rows: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """What is indexed of those that are published, whose texts differ in a number alone."""
    template = indexed([fold(plain_text(comment_html(posted_text())))])
    for row in rows:
        if row["status"] is Status.PUBLISHED:
            yield {"comment_id": row["id"], "words": template.replace(" n ", f" {row['id']} ")}


def _add_articles(session: Session, number: int) -> None:
    columns = [column for column in Article.__table__.columns if column.name not in {"id", "uid"}]
    pattern = dict(session.execute(sa.select(*columns).where(Article.slug == SLUG)).mappings().one())
    dice = random.Random(number)
    rows = [
        {**pattern, "slug": f"{SLUG}-{place}", "published_at": clock.now() - timedelta(hours=place), "comment_count": 0}
        for place in range(1, number)
    ]
    table = cast(sa.Table, Article.__table__)
    found = session.execute(sa.insert(table).returning(table.c.id, table.c.published_at), rows).all()
    tags = [
        {
            "article_id": one,
            "slug": f"subject-{tag}",
            "name": f"subject {tag}",
            "position": position,
            "published_at": published,
        }
        for one, published in found
        for position, tag in enumerate(dice.sample(range(TAGS), 2))
    ]
    session.execute(sa.insert(ArticleTag), tags)


def _comments(session: Session, size: Size, the_one: int, others: list[int]) -> Iterator[dict[str, Any]]:
    """One in three answers an earlier one under the same article; the newest ones wait or have an address."""
    dice = random.Random(size.comments)
    first = (session.scalar(sa.select(sa.func.max(Comment.id))) or 0) + 1
    began = clock.now() - timedelta(seconds=size.comments)
    text, parents = posted_text(), dict[int, tuple[int, str]]()
    html = comment_html(text)
    for number in range(size.comments):
        comment_id = first + number
        # Spread over the whole time, as are those under all the others.
        is_on_one = number * size.on_one // size.comments != (number + 1) * size.on_one // size.comments
        article_id = the_one if is_on_one else dice.choice(others)
        parent = parents.get(article_id) if number % 3 == 2 else None
        path = (parent[1][: ID_WIDTH * (LEVELS - 1)] if parent else "") + f"{comment_id:0{ID_WIDTH}x}"
        status = _status(dice, number >= size.comments * (1 - REMEMBERED))
        if status is Status.PUBLISHED:
            parents[article_id] = comment_id, path
        row = _row(comment_id, article_id, path, status, began + timedelta(seconds=number))
        row |= {"parent_id": parent[0] if parent else None}
        row |= {"source": text.replace("{n}", str(comment_id)), "html": html.replace("{n}", str(comment_id))}
        if number >= size.comments * (1 - REMEMBERED):
            row |= {"address_hash": f"address {number // 3}", "fingerprint": f"fingerprint {number}"}
        yield row


def _status(dice: random.Random, is_young: bool) -> Status:
    if is_young and dice.random() < 0.5:
        return Status.PENDING
    return dice.choices([Status.PUBLISHED, Status.REJECTED, Status.SPAM], [94, 3, 3])[0]


def _row(comment_id: int, article_id: int, path: str, status: Status, at: datetime) -> dict[str, Any]:
    is_decided = status is not Status.PENDING
    return {
        "id": comment_id,
        "article_id": article_id,
        "path": path,
        "status": status,
        "status_at": at,
        "author": f"Reader {comment_id}",
        "markup_version": RULES_VERSION,
        "created_at": at,
        "in_thread": status is Status.PUBLISHED,
        "published_at": at if status is Status.PUBLISHED else None,
        "decided_at": at if is_decided else None,
        "address_hash": None,
        "fingerprint": None,
    }


def _count(session: Session) -> None:
    counts: Counter[Status] = Counter()
    for status, number in session.execute(sa.select(Comment.status, sa.func.count()).group_by(Comment.status)):
        counts[status] = number
    for status in Status:
        session.execute(sa.update(CommentTally).where(CommentTally.status == status).values(count=counts[status]))
    published = (
        sa.select(sa.func.count())
        .where(Comment.article_id == Article.id, Comment.status == Status.PUBLISHED)
        .scalar_subquery()
    )
    session.execute(sa.update(Article).values(comment_count=published))
    opening = sa.func.substr(Comment.path, 1, ID_WIDTH)
    shown = sa.select(Comment.article_id, opening, sa.func.count()).where(Comment.status == Status.PUBLISHED)
    session.execute(sa.delete(Branch))
    session.execute(
        sa.insert(Branch).from_select(["article_id", "path", "size"], shown.group_by(Comment.article_id, opening))
    )
