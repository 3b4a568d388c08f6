"""Putting what an editor wrote, in a file or in the browser, into an article's rows."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from app.articles.content import ArticleContent, Question
from app.articles.models import Article, ArticleTag, CommentsState, Drawing, FaqEntry, State
from app.articles.questions import new_anchor
from app.core import clock
from app.core.lookalikes import skeleton
from app.core.markup import RULES_VERSION


def new_article(slug: str) -> Article:
    return Article(slug=slug, comment_count=0, comments=CommentsState.OPEN, revision=0, listed_at=clock.now(), faq=[])


def fill(session: Session, article: Article, content: ArticleContent, published: datetime | None) -> None:
    """Makes the article say this, wherever it is. A question that stays keeps its address and its debt to a reader."""
    for name in ("title", "byline", "standfirst", "source", "sample", "related", "sources"):
        setattr(article, name, getattr(content, name))
    article.byline_skeleton = skeleton(content.byline)
    article.comments = content.comments or article.comments
    if article.state is State.WITHDRAWN:
        article.was_published_at = published
    else:
        article.published_at = published
    article.html = content.markup.html
    article.markup_version = RULES_VERSION
    article.headings = [{"id": heading.id, "text": heading.text} for heading in content.markup.headings]
    article.frame_hosts = sorted(
        {*content.markup.frame_hosts, *(host for entry in content.faq for host in entry.frame_hosts)}
    )
    article.lead_drawing = content.markup.first_drawing
    article.words = content.markup.words
    article.tags, article.drawings = [], []
    session.flush()
    article.tags = [ArticleTag(name=name, position=position) for position, name in enumerate(content.tags)]
    article.drawings = [Drawing(name=name, svg=svg) for name, svg in content.drawings.items()]
    article.faq = _entries(article.faq, content.faq)


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
