"""Reading images."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.media.models import Image


def newest_images(session: Session, limit: int, before: Image | None = None) -> Sequence[Image]:
    """The newest first; those after `before` in that order, if given."""
    query = sa.select(Image).order_by(Image.uploaded_at.desc(), Image.id.desc()).limit(limit)
    if before is not None:
        place = sa.tuple_(sa.literal(before.uploaded_at, Image.uploaded_at.type), sa.literal(before.id))
        query = query.where(sa.tuple_(Image.uploaded_at, Image.id) < place)
    return session.scalars(query).all()


def images_by_hash(session: Session, hashes: Iterable[str], *, held: bool = False) -> dict[str, Image]:
    """`held` ones are not deleted by anyone until the transaction ends."""
    asked = list(hashes)
    query = sa.select(Image).where(Image.hash.in_(asked)).order_by(Image.id)
    if held:
        query = query.with_for_update(read=True, key_share=True)
    return {image.hash: image for image in session.scalars(query)} if asked else {}


def images_by_name(session: Session, names: Iterable[str]) -> dict[str, Image]:
    asked = list(names)
    query = sa.select(Image).where(Image.name.in_(asked))
    return {image.name: image for image in session.scalars(query)} if asked else {}
