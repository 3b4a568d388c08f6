"""Making HTML anew from the text that stands, when what its pictures are shown by has changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.core.db import db, transaction
from app.core.jobs import JobKind, Never, enqueue
from app.core.markup import RULES_VERSION, MarkupError, render_article
from app.core.revisions import bump
from app.media.models import Image


@dataclass(frozen=True)
class Refresher:
    """Of one kind of text with pictures, called by `noun`.

    Its `model` has `source`, `html`, `markup_version` and `images`; `owner` is the id of the text in the table of
    these. `subjects` says which revision subjects a text belongs to. `is_first` is as `render_article` has it.
    """

    noun: str
    model: type[Any]
    owner: InstrumentedAttribute[int]
    subjects: Callable[[Any], Iterable[str]]
    is_first: bool = True

    @property
    def job(self) -> JobKind:
        return JobKind(f"make the HTML of {self.noun} anew", self._run)

    def refresh_later(self, session: Session, one_id: int) -> None:
        enqueue(session, self.job.name, {"id": one_id}, key=f"html of {self.noun} {one_id}")

    def refresh_all_with(self, session: Session, image: Image) -> None:
        shown = self.owner.class_
        for one_id in session.scalars(sa.select(self.owner).where(shown.image_id == image.id)):
            self.refresh_later(session, one_id)

    def _run(self, payload: Mapping[str, Any]) -> None:
        """Made outside of the transaction, so that no writer waits for it."""
        one_id = int(payload["id"])
        one = db.session.get(self.model, one_id)
        if one is None:
            return
        source, pictures = one.source, {shown.name: shown.image.picture for shown in one.images}
        try:
            html = render_article(source, {}, pictures, is_first=self.is_first).html
        except MarkupError as error:
            raise Never(f"{self.noun} {one_id}: {error}") from error
        db.session.rollback()
        with transaction() as session:
            self._put(session, one_id, source, html)

    def _put(self, session: Session, one_id: int, source: str, html: str) -> None:
        """What has been saved in between has its own HTML."""
        one = session.scalar(sa.select(self.model).where(self.model.id == one_id).with_for_update(of=self.model))
        if one is not None and one.source == source and one.html != html:
            one.html, one.markup_version = html, RULES_VERSION
            bump(session, *self.subjects(one))


def is_outdated(html: str, images: Iterable[Image]) -> bool:
    """Whether it was made before the images that it shows had their variants."""
    return any(image.widths and image.picture.fallback not in html for image in images)
