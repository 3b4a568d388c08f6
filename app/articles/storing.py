"""Putting what an editor wrote, in a file or in the browser, into an article's rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.articles.content import PARTS, ArticleContent, Question
from app.articles.models import (
    Article,
    ArticleAuthor,
    ArticleImage,
    ArticleTag,
    Author,
    CommentsState,
    Drawing,
    FaqEntry,
    Series,
    SeriesPart,
    State,
)
from app.articles.naming import AuthorName, tag_slug
from app.articles.questions import new_anchor
from app.articles.refreshing import refresh_later
from app.core import clock
from app.core.db import one_at_a_time
from app.core.lookalikes import skeleton
from app.core.markup import RULES_VERSION
from app.media.queries import held_images
from app.media.refreshing import is_outdated


class NoSuchAuthor(LookupError):
    """No author has the slug."""

    def __init__(self, slug: str) -> None:
        super().__init__(slug)
        self.slug = slug


class NoSuchSeries(LookupError):
    """No series has the slug."""

    def __init__(self, slug: str) -> None:
        super().__init__(slug)
        self.slug = slug


def new_article(slug: str) -> Article:
    return Article(slug=slug, comment_count=0, comments=CommentsState.OPEN, revision=0, listed_at=clock.now(), faq=[])


def fill(session: Session, article: Article, content: ArticleContent, published: datetime | None) -> None:
    """Makes the article say this, wherever it is. A question that stays keeps its address and its debt to a reader.

    Raises ImageGone, NoSuchAuthor, NoSuchSeries.
    """
    for name in ("title", "standfirst", "source", "sample", "related", "sources"):
        setattr(article, name, getattr(content, name))
    article.byline_text = content.byline
    article.byline_skeleton = skeleton(content.byline)
    article.comments = content.comments or article.comments
    article.html = content.markup.html
    article.markup_version = RULES_VERSION
    article.headings = [{"id": heading.id, "text": heading.text} for heading in content.markup.headings]
    article.frame_hosts = sorted(
        {*content.markup.frame_hosts, *(host for entry in content.faq for host in entry.frame_hosts)}
    )
    article.lead_drawing, article.lead_image = content.markup.first_drawing, content.markup.lead_image
    article.words = content.markup.words
    authors = authors_of(session, content.authors)
    article.authors = tuple(AuthorName(author.slug, author.name) for author in authors)
    article.tags, article.drawings, article.images, article.authorships = [], [], [], []
    session.flush()
    article.tags = [
        ArticleTag(slug=tag_slug(name), name=name, position=position) for position, name in enumerate(content.tags)
    ]
    article.authorships = [
        ArticleAuthor(author_id=author.id, position=position) for position, author in enumerate(authors)
    ]
    _put_in_series(session, article, content)
    article.drawings = [Drawing(name=name, svg=svg) for name, svg in content.drawings.items()]
    images = held_images(session, content.images)
    article.images = [ArticleImage(name=name, image_id=image.id) for name, image in images.items()]
    article.faq = _entries(article.faq, content.faq)
    if is_outdated("".join([article.html, *(entry.html for entry in article.faq)]), images.values()):
        session.flush()
        refresh_later(session, article.id)
    if article.state is State.WITHDRAWN:
        article.was_published_at = published
        published = None
    article.date(published)


def hold_names(session: Session) -> None:
    """Lets no other transaction save or move an article, or rename an author or series, until this one ends.

    Articles hold copies of authors' names. It is to be asked for before any article is locked.
    """
    one_at_a_time(session, "authors and series")


def authors_of(session: Session, slugs: Sequence[str]) -> list[Author]:
    """In the same order. Raises NoSuchAuthor."""
    found = {one.slug: one for one in session.scalars(sa.select(Author).where(Author.slug.in_(slugs)))} if slugs else {}
    for slug in slugs:
        if slug not in found:
            raise NoSuchAuthor(slug)
    return [found[slug] for slug in slugs]


def _put_in_series(session: Session, article: Article, content: ArticleContent) -> None:
    """Raises NoSuchSeries."""
    if content.series is None:
        article.part = None
        return
    series = session.scalar(sa.select(Series).where(Series.slug == content.series).with_for_update())
    if series is None:
        raise NoSuchSeries(content.series)
    if article.part is None:
        article.part = SeriesPart()
    number = content.part or (article.part.number if article.part.series_id == series.id else None)
    if number is None:
        last = sa.select(sa.func.max(SeriesPart.number)).where(SeriesPart.series_id == series.id)
        with session.no_autoflush:
            number = min((session.scalar(last) or 0) + 1, PARTS)
    article.part.series, article.part.series_id, article.part.number = series, series.id, number


def _entries(standing: Iterable[FaqEntry], questions: list[Question]) -> list[FaqEntry]:
    left = list(standing)
    found: dict[int, FaqEntry] = {}
    for is_same in (_has_anchor, _has_words):
        for position, question in enumerate(questions):
            entry = next((one for one in left if is_same(one, question)), None)
            if entry is not None and position not in found:
                found[position] = entry
                left.remove(entry)
    taken = {entry.anchor for entry in found.values()}
    entries = []
    for position, question in enumerate(questions):
        entry = found.get(position)
        if entry is None:
            entry = FaqEntry(anchor=new_anchor(question.question, taken))
            taken.add(entry.anchor)
        entry.position, entry.question, entry.source = position, question.question, question.source
        entry.html, entry.markup_version = question.html, RULES_VERSION
        entries.append(entry)
    return entries


def _has_anchor(entry: FaqEntry, question: Question) -> bool:
    return entry.anchor == question.anchor


def _has_words(entry: FaqEntry, question: Question) -> bool:
    return question.anchor is None and entry.question == question.question
