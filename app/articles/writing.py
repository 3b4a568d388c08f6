"""An editor writes an article in the browser: new ones, and changes to those that are there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.queries import Identity
from app.articles.announcing import announce_when_live
from app.articles.closing import NoSuchArticle
from app.articles.comparing import characters_between
from app.articles.content import ArticleContent
from app.articles.history import content_of, keep
from app.articles.models import LISTS, Article, State, UpdateNote, article_subject
from app.articles.moving import SlugTaken, found_at
from app.articles.relating import relate
from app.articles.storing import fill, hold_names, new_article
from app.audit.recording import record
from app.core import clock
from app.core.revisions import bump

TYPO = 30
"""Characters that may go and come in what is called a typo: two or three misspelt words, a word that stands twice. More
could turn the meaning of a sentence that someone has read."""
READ = ("title", "byline", "authors", "standfirst", "source", "sources", "faq", "drawings", "images")
"""The parts of an article's content that readers read as its text."""


class Saved(NamedTuple):
    article: Article
    was: State | None
    """Where it stood before; None for a new one."""
    is_changed: bool


class IsOut(Exception):
    """What readers can see can't be given another date, or none: it is withdrawn, with a reason."""


class NoteNeeded(Exception):
    """Readers have seen what is changed, and are not told of it."""


class NoTypo(Exception):
    """So many characters are changed that it is no typo."""

    def __init__(self, characters: int) -> None:
        super().__init__(f"{characters} characters")
        self.characters = characters


class ChangedMeanwhile(Exception):
    """Someone has changed the article since the editor began with it."""


def create(session: Session, editor: Identity, content: ArticleContent) -> Saved:
    """Raises SlugTaken, NoSuchAuthor, NoSuchSeries."""
    hold_names(session)
    if found_at(session, {content.slug}) is not None:
        raise SlugTaken(content.slug)
    article = new_article(content.slug)
    session.add(article)
    fill(session, article, content, content.published)
    keep(session, article, earlier=None, actor=editor.actor, verb="write")
    relate(session, article)
    announce_when_live(session, article)
    bump(session, LISTS, article_subject(article.id))
    record(session, actor=editor.actor, verb="write article", subject=f"article:{article.id}", detail=article.state)
    return Saved(article, None, True)


@dataclass(frozen=True)
class Change:
    """What goes with a change to an article.

    `seen` is the number of the revision that the editor began with, `restored` of the one that is brought back. `note`
    is what readers are told of the change; there is none for a typo, nor for what they can't see.
    """

    seen: int
    restored: int | None = None
    note: str = ""
    is_typo: bool = False


def save(session: Session, editor: Identity, article_id: int, content: ArticleContent, change: Change) -> Saved:
    """Changes the article; what says the same is no change.

    Raises NoSuchArticle, ChangedMeanwhile, SlugTaken, NoSuchAuthor, NoSuchSeries, IsOut, NoteNeeded, NoTypo.
    """
    hold_names(session)
    article = session.scalar(sa.select(Article).where(Article.id == article_id).with_for_update(key_share=True))
    if article is None:
        raise NoSuchArticle(article_id)
    if article.revision != change.seen:
        raise ChangedMeanwhile(article.revision)
    was = article.state
    if was is State.LIVE and (content.published is None or content.published > clock.now()):
        raise IsOut(article_id)
    before = content_of(article)
    if was in {State.DRAFT, State.SCHEDULED}:
        _address(session, article, content.slug)
    fill(session, article, content, content.published)
    session.flush()
    after = content_of(article)
    if before == after and not change.note:
        return Saved(article, was, False)
    if was is State.LIVE:
        _tell_readers(article, before, after, change)
    did = f"restore {change.restored}" if change.restored else "save"
    keep(session, article, earlier=before, actor=editor.actor, verb=did)
    relate(session, article)
    announce_when_live(session, article, before)
    bump(session, LISTS, article_subject(article_id))
    verb = "restore article" if change.restored else "save article"
    record(session, actor=editor.actor, verb=verb, subject=f"article:{article_id}", detail=article.state)
    return Saved(article, was, True)


def _address(session: Session, article: Article, slug: str) -> None:
    """What never was out has no links to keep. Raises SlugTaken."""
    if found_at(session, {slug}) not in {None, article}:
        raise SlugTaken(slug)
    article.slug = slug


def _tell_readers(article: Article, before: dict[str, Any], after: dict[str, Any], change: Change) -> None:
    """The text that readers have seen is never changed without a word, but for a typo."""
    if change.note:
        article.updated_at = now = clock.now()
        note: UpdateNote = {"at": now.isoformat(), "text": change.note}
        article.update_notes = [note, *article.update_notes]
    elif changed := [name for name in READ if before[name] != after[name]]:
        if not change.is_typo:
            raise NoteNeeded(article.id)
        characters = characters_between(before, after, changed)
        if characters > TYPO:
            raise NoTypo(characters)
