"""Storing article files, without overwriting what an editor has changed since."""

from __future__ import annotations

import hashlib
import json
from enum import StrEnum

from sqlalchemy.orm import Session

from app.articles.files import ArticleFile
from app.articles.models import LISTS, Article, ArticleTag, CommentsState, Drawing, FaqEntry, article_subject
from app.articles.moving import found_at, move
from app.articles.questions import new_anchor
from app.audit.recording import record
from app.core import clock
from app.core.lookalikes import skeleton
from app.core.markup import RULES_VERSION
from app.core.revisions import bump


class Outcome(StrEnum):
    ADDED = "added"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


class ChangedSince(Exception):
    """The article differs from what was last loaded, so an editor has changed it."""


def store(session: Session, file: ArticleFile, *, force: bool = False) -> Outcome:
    """Adds the article, or brings the one with its slug up to date. An article without a date gets the present one.

    One whose slug is among those that the file says it had moves to the file's; one that the desk has moved stays
    there. Raises SlugTaken, and ChangedSince if an editor has changed the article since, unless `force` is given.
    """
    article = found_at(session, {file.slug, *file.formerly})
    outcome = Outcome.UPDATED
    if article is None:
        article = Article(slug=file.slug, published_at=file.published or clock.now(), comment_count=0)
        article.comments = CommentsState.OPEN
        session.add(article)
        outcome = Outcome.ADDED
    else:
        stands = digest(article)
        if article.loaded_digest not in {stands, digest(article, with_comments=True)} and not force:
            raise ChangedSince(file.slug)
        says_the_same = stands == _digest_of_file(file, article)
        has_moved = move(session, article, _slug_after(article, file), file.formerly)
        is_as_loaded = not has_moved and says_the_same and file.comments in {None, article.comments}
        if is_as_loaded and article.markup_version == RULES_VERSION:
            return Outcome.UNCHANGED
        if not says_the_same and article.published_at <= clock.now():
            article.updated_at = clock.now()
    _fill(session, article, file)
    session.flush()
    if outcome is Outcome.ADDED:
        move(session, article, file.slug, file.formerly)
    article.loaded_digest = digest(article, with_comments=file.comments is not None)
    bump(session, LISTS, article_subject(article.id))
    record(session, actor="command line", verb=f"load: {outcome}", subject=f"article:{article.id}")
    return outcome


def _slug_after(article: Article, file: ArticleFile) -> str:
    return file.slug if article.slug in file.formerly else article.slug


def digest(article: Article, *, with_comments: bool = False) -> str:
    """SHA-256 in hex over what an editor writes in an article, not over what is made from it.

    Whether it takes comments is a part of that only where the file says so, `with_comments`: otherwise it is the desk's
    to say, and a file is loaded over it.
    """
    return _digest(
        **({"comments": article.comments} if with_comments else {}),
        title=article.title,
        byline=article.byline,
        standfirst=article.standfirst,
        published=article.published_at.isoformat(),
        source=article.source,
        sample=article.sample,
        tags=[tag.name for tag in article.tags],
        related=article.related,
        sources=article.sources,
        faq=[[entry.question, entry.source] for entry in article.faq],
        drawings={drawing.name: drawing.svg for drawing in article.drawings},
    )


def _digest_of_file(file: ArticleFile, article: Article) -> str:
    return _digest(
        title=file.title,
        byline=file.byline,
        standfirst=file.standfirst,
        published=(file.published or article.published_at).astimezone(article.published_at.tzinfo).isoformat(),
        source=file.source,
        sample=file.sample,
        tags=file.tags,
        related=file.related,
        sources=file.sources,
        faq=[[entry.question, entry.source] for entry in file.faq],
        drawings=file.drawings,
    )


def _digest(**content: object) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _fill(session: Session, article: Article, file: ArticleFile) -> None:
    for name in ("title", "byline", "standfirst", "source", "sample", "related", "sources"):
        setattr(article, name, getattr(file, name))
    article.byline_skeleton = skeleton(file.byline)
    article.comments = file.comments or article.comments
    article.published_at = file.published or article.published_at
    article.html = file.markup.html
    article.markup_version = RULES_VERSION
    article.headings = [{"id": heading.id, "text": heading.text} for heading in file.markup.headings]
    article.frame_hosts = sorted(
        {*file.markup.frame_hosts, *(host for entry in file.faq for host in entry.frame_hosts)}
    )
    article.lead_drawing = file.markup.first_drawing
    article.words = file.markup.words
    article.faq, article.tags, article.drawings = [], [], []
    session.flush()
    article.tags = [ArticleTag(name=name, position=position) for position, name in enumerate(file.tags)]
    article.drawings = [Drawing(name=name, svg=svg) for name, svg in file.drawings.items()]
    anchors: set[str] = set()
    for position, entry in enumerate(file.faq):
        anchor = new_anchor(entry.question, anchors)
        anchors.add(anchor)
        article.faq.append(
            FaqEntry(
                position=position,
                anchor=anchor,
                question=entry.question,
                source=entry.source,
                html=entry.html,
                markup_version=RULES_VERSION,
            )
        )
