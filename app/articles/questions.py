"""Questions at the end of an article: a reader's is answered there, and taken out again."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from types import MappingProxyType

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.articles import editing
from app.articles.history import content_of, keep
from app.articles.images import forget_unnamed, show_too
from app.articles.models import FaqEntry
from app.articles.refreshing import refresh_later
from app.audit.recording import record
from app.core.markup import RULES_VERSION, ArticleMarkup
from app.media.refreshing import is_outdated

QUESTION_LIMIT = 300
"""Characters: it is a heading."""


def answer(
    session: Session,
    article_id: int,
    *,
    actor: str,
    question: str,
    text: str,
    markup: ArticleMarkup,
    images: Mapping[str, str] = MappingProxyType({}),
    asked_in_id: int,
    credit: str | None,
) -> FaqEntry:
    """Puts a question behind the article's others. `asked_in_id` is the comment that asked it.

    `images` are the hashes of those that the answer names. Raises ImageGone.
    """
    article = editing.locked(session, article_id)
    earlier = content_of(article)
    entry = FaqEntry(
        position=max((entry.position for entry in article.faq), default=-1) + 1,
        anchor=new_anchor(question, {entry.anchor for entry in article.faq}),
        question=question,
        source=text,
        html=markup.html,
        markup_version=RULES_VERSION,
        asked_in_id=asked_in_id,
        credit=credit,
    )
    article.faq.append(entry)
    if is_outdated(entry.html, show_too(session, article, images)):
        refresh_later(session, article_id)
    editing.allow_frames(article, markup.frame_hosts)
    editing.changed(session, article)
    keep(session, article, earlier=earlier, actor=actor, verb="answer")
    record(session, actor=actor, verb="answer", subject=f"article:{article_id}", detail=f"comment:{asked_in_id}")
    return entry


def withdraw(session: Session, entry_id: int, *, actor: str) -> FaqEntry | None:
    """Takes a question out of its article. Returns it as it was; None if it is not there any more."""
    article_id = session.scalar(sa.select(FaqEntry.article_id).where(FaqEntry.id == entry_id))
    if article_id is None:
        return None
    article = editing.locked(session, article_id)
    entry = session.get(FaqEntry, entry_id, populate_existing=True)
    if entry is None:
        return None
    earlier = content_of(article)
    article.faq.remove(entry)
    forget_unnamed(article)
    editing.changed(session, article)
    keep(session, article, earlier=earlier, actor=actor, verb="withdraw answer")
    detail = f"comment:{entry.asked_in_id}" if entry.asked_in_id else ""
    record(session, actor=actor, verb="withdraw answer", subject=f"article:{article_id}", detail=detail)
    return entry


def new_anchor(question: str, taken: Collection[str]) -> str:
    """The id of a question on its article's page, made of its words, and none of those taken."""
    words = re.findall(r"\w+", question.lower())
    stem = "faq-" + "-".join(words)[:60].strip("-")
    anchor, number = stem, 2
    while anchor in taken:
        anchor, number = f"{stem}-{number}", number + 1
    return anchor
