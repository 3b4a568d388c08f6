"""What is done about images in the background."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from app.core.db import db, transaction
from app.core.errors import NO_ROOM
from app.core.jobs import JobKind, Never, NotNow
from app.media import keeping, varying
from app.media.events import VariantsMade, variants_made
from app.media.models import Image, Variants


def _make_variants(payload: Mapping[str, Any]) -> None:
    image_id = int(payload["image_id"])
    found = db.session.execute(sa.select(Image.hash, Image.extension).where(Image.id == image_id)).first()
    db.session.rollback()
    if found is None:
        return
    try:
        widths = varying.make_variants(found.hash, found.extension)
    except Exception as error:
        if isinstance(error, OSError) and error.errno in NO_ROOM:
            raise NotNow(f"image {image_id}: {error.strerror}") from error
        # Decoders fail in many ways, and with the same file another try fails as this one did.
        with transaction() as session:
            session.execute(sa.update(Image).where(Image.id == image_id).values(variants=Variants.FAILED))
        raise Never(f"image {image_id}: {type(error).__name__}: {error}") from error
    with transaction() as session:
        keeping.forget_files(session, found.hash)
        image = session.get(Image, image_id, populate_existing=True)
        if image is not None:
            image.variants, image.widths = Variants.MADE, widths
            variants_made.send(VariantsMade(session, image))


MAKE_VARIANTS = JobKind(keeping.MAKE_VARIANTS, _make_variants)


def _forget_files(payload: Mapping[str, Any]) -> None:
    with transaction() as session:
        keeping.forget_files(session, str(payload["hash"]))


FORGET_FILES = JobKind(keeping.FORGET_FILES, _forget_files)
