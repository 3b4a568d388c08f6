"""Which images an article's text names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.articles.models import Article, ArticleImage
from app.media.models import Image
from app.media.queries import images_by_hash, images_by_name


def images_for(
    session: Session, article: Article | None, names: Iterable[str], earlier: Mapping[str, str]
) -> dict[str, Image]:
    """The images of those names: the article's own, then those of an earlier revision, then any.

    `earlier` are the hashes of a revision's. A name that nothing has is left out.
    """
    asked = list(names)
    own = {one.name: one.image for one in article.images} if article else {}
    by_hash = images_by_hash(session, earlier.values())
    before = {name: by_hash[image_hash] for name, image_hash in earlier.items() if image_hash in by_hash}
    known = before | own
    others = images_by_name(session, [name for name in asked if name not in known])
    return {name: image for name in asked if (image := known.get(name) or others.get(name)) is not None}


def articles_showing(session: Session, image: Image) -> Sequence[sa.Row[int, str]]:
    """Id and title of each, whatever its state."""
    query = sa.select(Article.id, Article.title).where(
        Article.id.in_(sa.select(ArticleImage.article_id).where(ArticleImage.image_id == image.id))
    )
    return session.execute(query.order_by(Article.listed_at.desc(), Article.id.desc())).all()
