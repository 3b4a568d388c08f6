"""Making an article's HTML anew from the text that stands, when what its pictures are shown by has changed."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.articles.models import LISTS, Article, ArticleImage, article_subject
from app.core.jobs import enqueue
from app.core.markup import RULES_VERSION, ArticleMarkup, render_article
from app.core.revisions import bump
from app.media.models import Image

KIND = "make the HTML of an article anew"


@dataclass(frozen=True)
class Made:
    """The HTML of a text, to be put where that still stands."""

    source: str
    markup: ArticleMarkup


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
    return Made(article.source, render_article(article.source, drawings, pictures))


def put(session: Session, article_id: int, made: Made) -> None:
    """What has been saved in between has its own HTML."""
    article = session.scalar(sa.select(Article).where(Article.id == article_id).with_for_update(key_share=True))
    if article is None or article.source != made.source or article.html == made.markup.html:
        return
    article.html, article.lead_drawing = made.markup.html, made.markup.first_drawing
    article.markup_version = RULES_VERSION
    bump(session, LISTS, article_subject(article_id))


def is_outdated(article: Article, images: list[Image]) -> bool:
    """Whether its HTML was made before the images had their variants."""
    return any(image.widths and image.picture.fallback not in article.html for image in images)
