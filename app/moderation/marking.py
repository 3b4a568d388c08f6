"""An editor's hand on a comment: other words, a pick, a thread closed to replies."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.accounts.queries import Identity
from app.articles.models import article_subject
from app.audit.recording import record
from app.comments.editing import replace_text
from app.comments.models import PICKS, Comment, Status
from app.core import clock
from app.core.revisions import bump
from app.moderation.decisions import Overtaken, locked, seen_as


def edit(session: Session, editor: Identity, comment_id: int, seen: str, *, text: str, html: str) -> Comment:
    """Puts the editor's words in the place of the author's, which are kept as an earlier version.

    `seen` is what `seen_as` said of the comment that the editor was shown. Raises NoSuchComment, or Overtaken when it
    stands elsewhere, has another text by now, or has been withdrawn or erased.
    """
    comment = locked(session, comment_id)
    is_gone = comment.erased_at is not None or comment.status is Status.WITHDRAWN
    if seen_as(comment) != seen or is_gone:
        raise Overtaken(comment_id)
    if comment.source == text:
        return comment
    replace_text(session, comment, text=text, html=html, editor_id=editor.editor_id)
    if comment.featured_at is not None:
        bump(session, PICKS)
    record(session, actor=editor.actor, verb="edit", subject=f"comment:{comment_id}")
    return comment


def pick(session: Session, editor: Identity, comment_id: int, *, on: bool) -> Comment:
    """Makes a published comment an editor's pick, or no longer one.

    Raises NoSuchComment, or Overtaken when it is not published.
    """
    comment = _published(session, comment_id)
    if (comment.featured_at is not None) == on:
        return comment
    comment.featured_at = clock.now() if on else None
    bump(session, article_subject(comment.article_id), PICKS)
    record(session, actor=editor.actor, verb="pick" if on else "unpick", subject=f"comment:{comment_id}")
    return comment


def lock(session: Session, editor: Identity, comment_id: int, *, on: bool) -> Comment:
    """Closes a published comment and all that stands below it to replies, or opens them again.

    Raises NoSuchComment, or Overtaken when it is not published.
    """
    comment = _published(session, comment_id)
    if (comment.locked_at is not None) == on:
        return comment
    comment.locked_at = clock.now() if on else None
    bump(session, article_subject(comment.article_id))
    record(session, actor=editor.actor, verb="lock" if on else "unlock", subject=f"comment:{comment_id}")
    return comment


def _published(session: Session, comment_id: int) -> Comment:
    comment = locked(session, comment_id)
    if comment.status is not Status.PUBLISHED:
        raise Overtaken(comment_id)
    return comment
