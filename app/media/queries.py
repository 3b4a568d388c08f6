"""Reading images."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.media.models import Image


class ImageGone(Exception):
    """An image has been deleted since the text was checked that names it."""


def newest_images(session: Session, limit: int, before: Image | None = None) -> Sequence[Image]:
    """The newest first; those after `before` in that order, if given."""
    query = sa.select(Image).order_by(Image.uploaded_at.desc(), Image.id.desc()).limit(limit)
    if before is not None:
        place = sa.tuple_(sa.literal(before.uploaded_at, Image.uploaded_at.type), sa.literal(before.id))
        query = query.where(sa.tuple_(Image.uploaded_at, Image.id) < place)
    return session.scalars(query).all()


def images_by_hash(session: Session, hashes: Iterable[str]) -> dict[str, Image]:
    asked = list(hashes)
    return {image.hash: image for image in session.scalars(_with_hashes(asked))} if asked else {}


def held_images(session: Session, hashes: Mapping[str, str]) -> dict[str, Image]:
    """By the same names the images, which nobody deletes until the transaction ends. Raises ImageGone."""
    query = _with_hashes(hashes.values()).with_for_update(read=True, key_share=True)
    found = {image.hash: image for image in session.scalars(query)} if hashes else {}
    for name, image_hash in hashes.items():
        if image_hash not in found:
            raise ImageGone(name)
    return {name: found[image_hash] for name, image_hash in hashes.items()}


def images_by_name(session: Session, names: Iterable[str]) -> dict[str, Image]:
    asked = list(names)
    query = sa.select(Image).where(Image.name.in_(asked))
    return {image.name: image for image in session.scalars(query)} if asked else {}


def _with_hashes(hashes: Iterable[str]) -> sa.Select[Image]:
    return sa.select(Image).where(Image.hash.in_(list(hashes))).order_by(Image.id)
