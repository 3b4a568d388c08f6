"""Making the HTML of articles and corrections anew, when what their pictures are shown by has changed."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.articles.models import (
    CORRECTIONS,
    LISTS,
    Article,
    ArticleImage,
    Correction,
    CorrectionImage,
    article_subject,
)
from app.core.jobs import enqueue
from app.core.markup import RULES_VERSION, ArticleMarkup, render_article
from app.core.revisions import bump
from app.media.models import Image
from app.media.refreshing import Refresher

KIND = "make the HTML of an article anew"
CORRECTIONS_SHOWN = Refresher(
    "a correction",
    Correction,
    CorrectionImage.correction_id,
    lambda correction: (LISTS, CORRECTIONS, article_subject(correction.article_id)),
    is_first=False,
)


@dataclass(frozen=True)
class Made:
    """The HTML of an article's texts, to be put where they still stand. `answers` are by their Markdown."""

    source: str
    markup: ArticleMarkup
    answers: dict[str, str]


def refresh_later(session: Session, article_id: int) -> None:
    enqueue(session, KIND, {"article_id": article_id}, key=f"html of article {article_id}")


def refresh_all_with(session: Session, image: Image) -> None:
    for article_id in session.scalars(sa.select(ArticleImage.article_id).where(ArticleImage.image_id == image.id)):
        refresh_later(session, article_id)


def make(session: Session, article_id: int) -> Made | None:
    """None if the article is not there. Raises MarkupError."""
    article = session.get(Article, article_id)
    if article is None:
        return None
    drawings = {drawing.name: drawing.svg for drawing in article.drawings}
    pictures = {one.name: one.image.picture for one in article.images}
    answers = {one.source: render_article(one.source, drawings, pictures, is_first=False).html for one in article.faq}
    return Made(article.source, render_article(article.source, drawings, pictures), answers)


def put(session: Session, article_id: int, made: Made) -> None:
    """What has been saved in between has its own HTML."""
    article = session.scalar(sa.select(Article).where(Article.id == article_id).with_for_update(key_share=True))
    if article is None:
        return
    before = _html_of(article)
    if article.source == made.source:
        article.html, article.lead_drawing = made.markup.html, made.markup.first_drawing
        article.markup_version = RULES_VERSION
    for entry in article.faq:
        if entry.source in made.answers:
            entry.html, entry.markup_version = made.answers[entry.source], RULES_VERSION
    if _html_of(article) != before:
        bump(session, LISTS, article_subject(article_id))


def _html_of(article: Article) -> list[str]:
    return [article.html, *(entry.html for entry in article.faq)]
