"""Storing article files, without overwriting what an editor has changed since."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC
from enum import StrEnum

from sqlalchemy.orm import Session

from app.articles.content import ArticleContent
from app.articles.history import COMMAND_LINE, content_of, keep
from app.articles.models import LISTS, Article, State, article_subject
from app.articles.moving import found_at, move
from app.articles.storing import fill, new_article
from app.audit.recording import record
from app.core import clock
from app.core.markup import RULES_VERSION
from app.core.revisions import bump


class Outcome(StrEnum):
    ADDED = "added"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


class ChangedSince(Exception):
    """The article differs from what was last loaded, so an editor has changed it."""


def store(session: Session, file: ArticleContent, *, force: bool = False) -> Outcome:
    """Adds the article, or brings the one with its slug up to date. An article without a date gets the present one.

    One whose slug is among those that the file says it had moves to the file's; one that the desk has moved stays
    there. Raises SlugTaken, and ChangedSince if an editor has changed the article since, unless `force` is given.
    """
    article = found_at(session, {file.slug, *file.formerly})
    outcome, earlier = Outcome.UPDATED, None
    if article is None:
        article = new_article(file.slug)
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
        earlier = content_of(article)
        if not says_the_same and article.state is State.LIVE:
            article.updated_at = clock.now()
    fill(session, article, file, file.published or article.dated or clock.now())
    if outcome is Outcome.ADDED:
        move(session, article, file.slug, file.formerly)
    keep(session, article, earlier=earlier, actor=COMMAND_LINE, verb="load")
    article.loaded_digest = digest(article, with_comments=file.comments is not None)
    bump(session, LISTS, article_subject(article.id))
    record(session, actor=COMMAND_LINE, verb=f"load: {outcome}", subject=f"article:{article.id}")
    return outcome


def _slug_after(article: Article, file: ArticleContent) -> str:
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
        published=article.dated.isoformat() if article.dated else None,
        source=article.source,
        sample=article.sample,
        tags=[tag.name for tag in article.tags],
        related=article.related,
        sources=article.sources,
        faq=[[entry.question, entry.source] for entry in article.faq],
        drawings={drawing.name: drawing.svg for drawing in article.drawings},
    )


def _digest_of_file(file: ArticleContent, article: Article) -> str:
    published = file.published or article.dated
    return _digest(
        title=file.title,
        byline=file.byline,
        standfirst=file.standfirst,
        published=published.astimezone(UTC).isoformat() if published else None,
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
