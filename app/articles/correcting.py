"""Corrections: a dated, public word on what was wrong in an article."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.articles import editing
from app.articles.models import CORRECTIONS, Correction, CorrectionImage
from app.articles.refreshing import CORRECTIONS_SHOWN
from app.audit.recording import record
from app.core import clock
from app.core.markup import RULES_VERSION, ArticleMarkup
from app.core.revisions import bump
from app.media.queries import held_images
from app.media.refreshing import is_outdated


def correct(
    session: Session,
    article_id: int,
    *,
    actor: str,
    text: str,
    markup: ArticleMarkup,
    images: Mapping[str, str] = MappingProxyType({}),
    found_in_id: int | None = None,
    credit: str | None = None,
) -> Correction:
    """Dates a correction now. `found_in_id` is the comment that found the error, if one did.

    `images` are the hashes of those that it names. The article counts as updated, so that an article which never was
    has no corrections to look for. Raises ImageGone.
    """
    article = editing.locked(session, article_id)
    correction = Correction(
        article_id=article_id,
        at=clock.now(),
        source=text,
        html=markup.html,
        markup_version=RULES_VERSION,
        found_in_id=found_in_id,
        credit=credit,
    )
    shown = held_images(session, images)
    correction.images = [CorrectionImage(name=name, image_id=image.id) for name, image in shown.items()]
    session.add(correction)
    session.flush()
    if is_outdated(correction.html, shown.values()):
        CORRECTIONS_SHOWN.refresh_later(session, correction.id)
    editing.allow_frames(article, markup.frame_hosts)
    editing.changed(session, article)
    article.updated_at = correction.at
    bump(session, CORRECTIONS)
    detail = f"comment:{found_in_id}" if found_in_id else ""
    record(session, actor=actor, verb="correct", subject=f"article:{article_id}", detail=detail)
    return correction


def withdraw(session: Session, correction_id: int, *, actor: str) -> Correction | None:
    """Takes a correction back. Returns it as it was; None if it is not there any more."""
    article_id = session.scalar(sa.select(Correction.article_id).where(Correction.id == correction_id))
    if article_id is None:
        return None
    article = editing.locked(session, article_id)
    correction = session.get(Correction, correction_id, populate_existing=True)
    if correction is None:
        return None
    session.delete(correction)
    editing.changed(session, article)
    bump(session, CORRECTIONS)
    detail = f"comment:{correction.found_in_id}" if correction.found_in_id else ""
    record(session, actor=actor, verb="withdraw correction", subject=f"article:{article_id}", detail=detail)
    return correction
