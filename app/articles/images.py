"""Which images texts name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Protocol

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.articles.content import drawings_in, images_in
from app.articles.models import Article, ArticleImage, Correction, CorrectionImage
from app.media.models import Image
from app.media.queries import held_images, images_by_hash, images_by_name


class Shown(Protocol):
    """An image by the name that a text has for it."""

    @property
    def name(self) -> str: ...
    @property
    def image(self) -> Image: ...


def images_for(
    session: Session,
    shown: Iterable[Shown],
    names: Iterable[str],
    earlier: Mapping[str, str] = MappingProxyType({}),
) -> dict[str, Image]:
    """The images of those names: of those shown already, then those of an earlier revision, then any.

    `earlier` are the hashes of a revision's. A name that nothing has is left out.
    """
    asked = list(names)
    own = {one.name: one.image for one in shown}
    by_hash = images_by_hash(session, earlier.values())
    before = {name: by_hash[image_hash] for name, image_hash in earlier.items() if image_hash in by_hash}
    known = before | own
    others = images_by_name(session, [name for name in asked if name not in known])
    return {name: image for name in asked if (image := known.get(name) or others.get(name)) is not None}


def show_too(session: Session, article: Article, images: Mapping[str, str]) -> list[Image]:
    """Has the article show images, given by their names and hashes, beside those that it shows. Raises ImageGone."""
    there, held = {one.name for one in article.images}, held_images(session, images)
    for name, image in held.items():
        if name not in there:
            article.images.append(ArticleImage(name=name, image_id=image.id))
    return list(held.values())


def forget_unnamed(article: Article) -> None:
    """Has the article show no image and no drawing any more that none of its texts names."""
    texts = [article.source, *(entry.source for entry in article.faq)]
    article.images = [one for one in article.images if one.name in images_in(*texts)]
    article.drawings = [one for one in article.drawings if one.name in drawings_in(*texts)]


def images_of(session: Session, article_id: int) -> Sequence[ArticleImage]:
    return session.scalars(sa.select(ArticleImage).where(ArticleImage.article_id == article_id)).all()


def corrections_showing(session: Session, image: Image) -> Sequence[sa.Row[int, str]]:
    """Id of each, and title of its article."""
    shown = sa.select(CorrectionImage.correction_id).where(CorrectionImage.image_id == image.id)
    query = sa.select(Correction.id, Article.title).join(Article, Article.id == Correction.article_id)
    return session.execute(query.where(Correction.id.in_(shown)).order_by(Correction.id.desc())).all()


def articles_showing(session: Session, image: Image) -> Sequence[sa.Row[int, str]]:
    """Id and title of each, whatever its state."""
    query = sa.select(Article.id, Article.title).where(
        Article.id.in_(sa.select(ArticleImage.article_id).where(ArticleImage.image_id == image.id))
    )
    return session.execute(query.order_by(Article.listed_at.desc(), Article.id.desc())).all()
