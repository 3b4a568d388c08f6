"""Putting another text in a comment's place, and keeping the earlier one."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.articles.models import article_subject
from app.comments.linking import forget_hosts, remember_hosts
from app.comments.models import COMMENTS, Comment, CommentVersion, Status
from app.core import clock
from app.core.markup import RULES_VERSION
from app.core.revisions import bump


def replace_text(session: Session, comment: Comment, *, text: str, html: str, editor_id: int | None = None) -> None:
    """Gives the comment its next version, which is the author's without an editor. Its status is left to the caller."""
    now = clock.now()
    session.add(
        CommentVersion(
            comment_id=comment.id,
            number=comment.version,
            source=comment.source,
            html=comment.html,
            markup_version=comment.markup_version,
            replaced_at=now,
            replaced_by_id=editor_id,
        )
    )
    is_published = comment.status is Status.PUBLISHED
    if is_published:
        forget_hosts(session, comment)
    comment.source = text
    comment.html = html
    comment.markup_version = RULES_VERSION
    comment.version += 1
    if editor_id is not None:
        comment.edited_at = now
    if is_published:
        remember_hosts(session, comment)
        bump(session, article_subject(comment.article_id), COMMENTS)


def put_back(session: Session, comment: Comment) -> None:
    """Takes back the last replacement in a published comment.

    The version counts on, so that no form which showed the text that goes is taken for the one that comes.
    """
    versions = sa.select(CommentVersion).where(CommentVersion.comment_id == comment.id)
    earlier = session.scalars(versions.order_by(CommentVersion.number.desc()).limit(1)).one()
    forget_hosts(session, comment)
    comment.source = earlier.source
    comment.html = earlier.html
    comment.markup_version = earlier.markup_version
    comment.version += 1
    session.delete(earlier)
    remember_hosts(session, comment)
    bump(session, article_subject(comment.article_id), COMMENTS)
