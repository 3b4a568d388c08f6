"""What an article is like: found by its tags and words when it is saved, and kept together with the reasons."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.articles.models import Article, ArticleTag, ArticleWord, RelatedArticle, related_subject
from app.core.jobs import enqueue
from app.core.lookalikes import words
from app.core.markup import plain_text
from app.core.revisions import bump

RELATE = "relate articles"
RULES = 1
"""To be raised with every change to what words an article is about; all articles are then gone through again."""
KEPT = 10
"""Likenesses of an article: three are shown, and some of the others may be withdrawn or not out yet."""
AMONG = 30
"""The newest articles of a tag, among which likenesses are looked for, and the articles that one change reaches."""
TAG_WORTH = 3
"""Words that a shared tag counts for: an editor has chosen it."""
SHARED_WORDS = 2
"""Below that, and without a shared tag, two articles are not called alike."""
WORD_LENGTH = 4
REPEATED = 3
"""How often the text says a word that neither headline nor standfirst has, if the article is about it."""
WORDS = 80
COMMON_SHARE, COMMON_LIMIT = 5, 50
"""A word tells nothing if more than one in five of the articles have it, or more than fifty."""
BATCH = 50


class Likeness(NamedTuple):
    """What another article shares with one."""

    other_id: int
    tags: list[str]
    words: list[str]

    @property
    def score(self) -> int:
        return TAG_WORTH * len(self.tags) + len(self.words)


class Reason(NamedTuple):
    """Why another article counts as like one, for its editor."""

    id: int
    title: str
    tags: list[str]
    words: list[str]


_REASONS = (
    sa.select(Article.id, Article.title, RelatedArticle.tags, RelatedArticle.words)
    .join(RelatedArticle, RelatedArticle.other_id == Article.id)
    .order_by(RelatedArticle.score.desc(), Article.published_at.desc(), Article.id.desc())
)


def relate(session: Session, article: Article) -> None:
    """Keeps what the article, just saved, is about and is like. Those that it is like follow in the background."""
    remember_words(session, article)
    article.words_version = RULES
    likenesses = _likenesses(session, article.id)
    _keep(session, article.id, likenesses)
    if _reached(session, article.id, likenesses):
        enqueue(session, RELATE, {"article": article.id}, key=f"{RELATE} {article.id}")


def reached(session: Session, article_id: int) -> list[int]:
    """The articles of which it may have become a likeness, or no longer is one."""
    return _reached(session, article_id, _likenesses(session, article_id))


def refresh(session: Session, article_id: int) -> None:
    """Finds anew what the article is like, by the words that are kept."""
    _keep(session, article_id, _likenesses(session, article_id))


def remember_rest(session: Session, after: int) -> int | None:
    """Keeps the words of some articles of which it was not done by these rules, in the order of their ids.

    Returns the last of them; None if there are no more.
    """
    articles = _rest(session, after)
    for article in articles:
        remember_words(session, article)
    return articles[-1].id if articles else None


def relate_rest(session: Session, after: int) -> int | None:
    """Finds what those are like, once the words of all are kept."""
    articles = _rest(session, after)
    for article in articles:
        refresh(session, article.id)
        article.words_version = RULES
    return articles[-1].id if articles else None


def reasons(session: Session, article_id: int) -> list[Reason]:
    """What an article is like, the most like first, and why."""
    rows = session.execute(_REASONS.where(RelatedArticle.article_id == article_id))
    return [Reason(*row) for row in rows]


def remember_words(session: Session, article: Article) -> None:
    known = set(session.scalars(sa.select(ArticleWord.word).where(ArticleWord.article_id == article.id)))
    wanted = telling_words(f"{article.title}\n{article.standfirst}", plain_text(article.html))
    if gone := known - wanted:
        session.execute(sa.delete(ArticleWord).where(ArticleWord.article_id == article.id, ArticleWord.word.in_(gone)))
    if new := sorted(wanted - known):
        session.execute(sa.insert(ArticleWord), [{"article_id": article.id, "word": word} for word in new])


def telling_words(head: str, text: str) -> set[str]:
    """The words of the head, and those that the text says again and again: 80 at most."""
    in_head, in_text = _counted(head), _counted(text)
    often = [word for word, number in in_text.most_common() if number >= REPEATED and word not in in_head]
    return set([*in_head, *often][:WORDS])


def _counted(text: str) -> Counter[str]:
    """Characters of scripts without spaces stand alone, so they are no words here: such articles are found by tags."""
    return Counter(word.folded for word in words(text) if len(word.folded) >= WORD_LENGTH and word.folded.isalpha())


def _likenesses(session: Session, article_id: int) -> list[Likeness]:
    """The most like first, and of those that are it as much the newest."""
    tags: defaultdict[int, list[str]] = defaultdict(list)
    shared: defaultdict[int, list[str]] = defaultdict(list)
    own = sa.select(ArticleTag.slug, ArticleTag.name).where(ArticleTag.article_id == article_id)
    for slug, name in session.execute(own.order_by(ArticleTag.position)).all():
        for other in session.scalars(_newest_with(slug)):
            tags[other].append(name)
    for word, other in _sharing(session, article_id):
        shared[other].append(word)
    alike = {one for one in shared if len(shared[one]) >= SHARED_WORDS} | tags.keys()
    alike.discard(article_id)
    dated = sa.select(Article.id, Article.published_at).where(Article.id.in_(alike), Article.published_at.is_not(None))
    dates = {row.id: row.published_at for row in session.execute(dated)} if alike else {}
    found = [Likeness(one, tags.get(one, []), sorted(shared.get(one, []))) for one in dates]
    return sorted(found, key=lambda one: (one.score, dates[one.other_id], one.other_id), reverse=True)


def _newest_with(slug: str) -> sa.Select[int]:
    query = sa.select(ArticleTag.article_id).where(ArticleTag.slug == slug, ArticleTag.published_at.is_not(None))
    return query.order_by(ArticleTag.published_at.desc(), ArticleTag.article_id.desc()).limit(AMONG)


def _sharing(session: Session, article_id: int) -> Iterable[sa.Row[str, int]]:
    """Each word of the article that not too many have, with each other article that has it."""
    own = sa.select(ArticleWord.word).where(ArticleWord.article_id == article_id)
    articles = session.scalar(sa.select(sa.func.count()).select_from(Article)) or 0
    most = min(COMMON_LIMIT, max(2, articles // COMMON_SHARE))
    count = sa.func.count()
    rare = session.scalars(
        sa.select(ArticleWord.word)
        .where(ArticleWord.word.in_(own))
        .group_by(ArticleWord.word)
        .having(count > 1, count <= most)
    ).all()
    if not rare:
        return []
    query = sa.select(ArticleWord.word, ArticleWord.article_id)
    return session.execute(query.where(ArticleWord.word.in_(rare), ArticleWord.article_id != article_id)).all()


def _keep(session: Session, article_id: int, likenesses: Sequence[Likeness]) -> None:
    kept = sa.select(RelatedArticle).where(RelatedArticle.article_id == article_id)
    before = [Likeness(row.other_id, row.tags, row.words) for row in session.scalars(kept)]
    now = likenesses[:KEPT]
    if sorted(before) == sorted(now):
        return
    session.execute(sa.delete(RelatedArticle).where(RelatedArticle.article_id == article_id))
    if now:
        rows = [{"article_id": article_id, "score": one.score, **one._asdict()} for one in now]
        session.execute(sa.insert(RelatedArticle), rows)
    bump(session, related_subject(article_id))


def _reached(session: Session, article_id: int, likenesses: Sequence[Likeness]) -> list[int]:
    naming = session.scalars(sa.select(RelatedArticle.article_id).where(RelatedArticle.other_id == article_id))
    return sorted({*naming, *(one.other_id for one in likenesses[:AMONG])})


def _rest(session: Session, after: int) -> Sequence[Article]:
    query = sa.select(Article).where(Article.words_version < RULES, Article.id > after)
    return session.scalars(query.order_by(Article.id).limit(BATCH)).all()
