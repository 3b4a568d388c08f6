"""Storing article files, without overwriting what an editor has changed since."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.articles.announcing import announce_when_live
from app.articles.content import ArticleContent, described
from app.articles.history import COMMAND_LINE, content_of, hashes_of, keep
from app.articles.models import LISTS, Article, State, article_subject, new_uid
from app.articles.moving import found_at, move
from app.articles.queries import former_slugs
from app.articles.relating import relate
from app.articles.storing import fill, hold_names, new_article
from app.audit.recording import record
from app.core import clock
from app.core.markup import RULES_VERSION
from app.core.revisions import bump
from app.media import keeping
from app.media.folder import staged


class Outcome(StrEnum):
    ADDED = "added"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


class ChangedSince(Exception):
    """The article differs from what was last loaded, so an editor has changed it."""


def store(session: Session, file: ArticleContent, *, force: bool = False) -> Outcome:
    """Adds the article, or brings the one with its id or else its slug up to date.

    A new article without a date gets the present one. One whose slug is among those that the file says it had moves to
    the file's; one that the desk has moved stays there. Raises SlugTaken, and ChangedSince if an editor has changed the
    article since it was loaded, unless `force` is given or the file says what stands.
    """
    hold_names(session)
    article = _article_of(session, file)
    outcome, earlier = Outcome.ADDED, None
    published: datetime | None = file.published or clock.now()
    if article is None:
        article = new_article(file.slug)
    else:
        outcome, published = Outcome.UPDATED, file.published or article.dated
        earlier = _make_way(session, article, file, force=force)
        if earlier is None:
            article.loaded_digest = digest(article, with_comments=file.comments is not None)
            return Outcome.UNCHANGED
    article.uid = file.uid or article.uid or new_uid()
    if file.withdrawn:
        article.published_at, article.withdrawn_because = None, file.withdrawn
        article.withdrawn_at = article.withdrawn_at or clock.now()
    _take_in(session, file)
    session.add(article)
    fill(session, article, file, None if file.is_draft else published)
    if outcome is Outcome.ADDED:
        move(session, article, file.slug, file.formerly)
    keep(session, article, earlier=earlier, actor=COMMAND_LINE, verb="load")
    relate(session, article)
    announce_when_live(session, article, earlier)
    article.loaded_digest = digest(article, with_comments=file.comments is not None)
    bump(session, LISTS, article_subject(article.id))
    record(session, actor=COMMAND_LINE, verb=f"load: {outcome}", subject=f"article:{article.id}")
    return outcome


def _make_way(session: Session, article: Article, file: ArticleContent, *, force: bool) -> dict[str, Any] | None:
    """What the article says before the file is put in its place, moved to where that has it; None if it says the same.

    Raises SlugTaken and ChangedSince.
    """
    stands = digest(article)
    says_the_same = stands == _digest_of_file(file, article)
    is_as_it_stands = (
        says_the_same
        and file.comments in {None, article.comments}
        and file.withdrawn in {None, article.withdrawn_because}
    )
    is_known = article.loaded_digest in {stands, digest(article, with_comments=True)}
    if not (is_as_it_stands or is_known or force):
        raise ChangedSince(file.slug)
    article.uid = file.uid or article.uid
    has_moved = move(session, article, _slug_after(session, article, file), file.formerly)
    if is_as_it_stands and not has_moved and article.markup_version == RULES_VERSION:
        return None
    if article.loaded_digest not in {digest(article), digest(article, with_comments=True)} and not force:
        raise ChangedSince(file.slug)
    earlier = content_of(article)
    if not says_the_same and article.state is State.LIVE:
        article.updated_at = clock.now()
    return earlier


def _take_in(session: Session, file: ArticleContent) -> None:
    """Adds those of its images that are not there yet, described as the text first describes them."""
    for name, picture in file.files.items():
        with staged(picture.data) as path:
            keeping.add(session, COMMAND_LINE, keeping.Given(picture, path, name, *described(name, *file.texts)))


def _article_of(session: Session, file: ArticleContent) -> Article | None:
    """The one that is to be changed, which no other transaction does until this one ends. Raises SlugTaken."""
    named = session.scalar(sa.select(Article).where(Article.uid == file.uid)) if file.uid else None
    article = named or found_at(session, {file.slug, *file.formerly})
    if article is not None:
        session.refresh(article, with_for_update=True)
    return article


def _slug_after(session: Session, article: Article, file: ArticleContent) -> str:
    """A file that names the article says where it is, unless the desk has moved it from there."""
    is_told = article.slug in file.formerly or (file.uid and file.slug not in former_slugs(session, article.id))
    return file.slug if is_told else article.slug


def digest(article: Article, *, with_comments: bool = False) -> str:
    """SHA-256 in hex over what an editor writes in an article, not over what is made from it.

    Whether it takes comments is a part of that only where the file says so, `with_comments`: otherwise it is the desk's
    to say, and a file is loaded over it.
    """
    return _digest(
        **({"comments": article.comments} if with_comments else {}),
        title=article.title,
        byline=article.byline_text,
        **_new_fields(
            authors=[author.slug for author in article.authors],
            series=article.part.series.slug if article.part else None,
            part=article.part.number if article.part else None,
            images=hashes_of(article),
        ),
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
    published = None if file.is_draft else file.published or article.dated
    return _digest(
        title=file.title,
        byline=file.byline,
        **_new_fields(authors=file.authors, series=file.series, part=_part_of_file(file, article), images=file.images),
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


def _new_fields(**fields: object) -> dict[str, object]:
    """Those in which something stands: an article that was loaded before there were such fields is still known."""
    return {name: value for name, value in fields.items() if value}


def _part_of_file(file: ArticleContent, article: Article) -> int | None:
    """A file that names a series only leaves the article where it stands there."""
    is_there = article.part is not None and article.part.series.slug == file.series
    return file.part or (article.part.number if article.part and is_there else None)


def _digest(**content: object) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
