"""What stands in an editor's form and was not saved yet: kept apart from the article, for that editor alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.queries import Identity
from app.articles.models import Article, UnsavedText
from app.core import clock
from app.core.db import one_at_a_time

DAYS_KEPT = 30


class GoesOnElsewhere(Exception):
    """The same text was opened in another window, and goes on there."""


class FormName(NamedTuple):
    """An open form: its name by chance, the window that it is open in, and the last keeping that window knows of."""

    name: str
    window: str
    version: int


def keep(
    session: Session, editor: Identity, article_id: int | None, form: FormName, fields: list[tuple[str, str]]
) -> UnsavedText:
    """Keeps the fields of an open form in place of what was kept of it.

    Of an article that is no longer there the text is kept as that of a new one. Raises GoesOnElsewhere.
    """
    mine = sa.select(UnsavedText).where(UnsavedText.editor_id == editor.editor_id, UnsavedText.form == form.name)
    one_at_a_time(session, f"unsaved {form.name}")
    kept = session.scalar(mine)
    if kept is None:
        there = session.scalar(sa.select(Article.id).where(Article.id == article_id).with_for_update(read=True))
        kept = UnsavedText(editor_id=editor.editor_id, article_id=there, form=form.name, version=0)
        session.add(kept)
    elif kept.window != form.window and kept.version != form.version:
        # An answer may be lost on its way, so the window that it goes on in need not know of the last keeping.
        raise GoesOnElsewhere(form.name)
    kept.window = form.window
    kept.version += 1
    kept.at = clock.now()
    kept.fields = [list(pair) for pair in fields]
    session.flush()
    return kept


def drop_form(session: Session, editor: Identity, form: str) -> None:
    """Forgets what was kept of a form: it is saved."""
    session.execute(sa.delete(UnsavedText).where(UnsavedText.editor_id == editor.editor_id, UnsavedText.form == form))


def drop(session: Session, editor: Identity, unsaved_id: int) -> UnsavedText | None:
    """Forgets a text at its editor's word, and returns it; None if there is none."""
    kept = unsaved(session, editor, unsaved_id)
    if kept is not None:
        session.delete(kept)
    return kept


def forget_old(session: Session) -> None:
    session.execute(sa.delete(UnsavedText).where(UnsavedText.at < clock.now() - timedelta(days=DAYS_KEPT)))


def unsaved(session: Session, editor: Identity, unsaved_id: int) -> UnsavedText | None:
    query = sa.select(UnsavedText).where(UnsavedText.id == unsaved_id, UnsavedText.editor_id == editor.editor_id)
    return session.scalar(query)


def unsaved_texts(session: Session, editor: Identity) -> Sequence[UnsavedText]:
    """All of the editor's, the newest first."""
    query = sa.select(UnsavedText).where(UnsavedText.editor_id == editor.editor_id)
    return session.scalars(query.order_by(UnsavedText.at.desc(), UnsavedText.id.desc())).all()


def unsaved_of(session: Session, editor: Identity, article_id: int | None) -> Sequence[UnsavedText]:
    """The editor's of that article, or without one of new articles, the newest first."""
    return [kept for kept in unsaved_texts(session, editor) if kept.article_id == article_id]
