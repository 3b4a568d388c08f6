"""Showing a comment as the thread would, without taking it in."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.queries import is_editors_name
from app.articles.queries import is_byline
from app.comments.banning import email_hash
from app.comments.models import ID_WIDTH
from app.comments.opening import check_door
from app.comments.queries import ThreadItem
from app.comments.submitting import NameTaken, Submission, parent_of, path_below
from app.comments.vouching import pass_to_sign_with
from app.core import clock
from app.core.lookalikes import skeleton

_IS_NAME_TAKEN = sa.select(sa.or_(is_editors_name(sa.bindparam("skeleton")), is_byline(sa.bindparam("skeleton"))))


def preview(session: Session, submission: Submission) -> ThreadItem:
    """The comment in its place, with an id of 0. Raises what `submit` would raise now, but for TooManyComments."""
    check_door(
        session,
        article_id=submission.article_id,
        parent_id=submission.parent_id,
        address_hash=submission.address_hash,
        email_hash=email_hash(submission.email) if submission.email else None,
    )
    if session.connection().scalar(_IS_NAME_TAKEN, {"skeleton": skeleton(submission.author)}):
        raise NameTaken
    pass_to_sign_with(session, submission.pass_token, article_id=submission.article_id, author=submission.author)
    parent = parent_of(session, submission)
    return ThreadItem(
        id=0,
        path=path_below(parent, "0" * ID_WIDTH),
        author=submission.author,
        by_editor=False,
        published_at=clock.now(),
        html=submission.html,
        parent_id=parent.id if parent else None,
        parent_author=parent.author if parent else None,
        is_edited=False,
        is_pick=False,
        is_locked=False,
        takes_replies=False,
        is_parent_here=False,
        revised_at=None,
        is_gap=False,
    )
