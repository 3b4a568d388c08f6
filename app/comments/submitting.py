"""Taking a comment in: as pending, at most once, and not too many from one address."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session, make_transient_to_detached

from app.accounts.queries import is_editors_name
from app.articles.queries import is_byline
from app.comments import status
from app.comments.banning import email_hash
from app.comments.events import CommentArriving, CommentSubmitted, comment_arriving, comment_submitted
from app.comments.models import ID_WIDTH, LEVELS, Comment, Receipt, Status
from app.comments.opening import check_door
from app.comments.vouching import pass_of_token, pass_to_sign_with, put_in
from app.core import clock
from app.core.db import one_at_a_time
from app.core.lookalikes import skeleton
from app.core.markup import RULES_VERSION
from app.core.tokens import keyed_hash, new_token, token_hash

WINDOW = timedelta(minutes=10)
COMMENTS_PER_ADDRESS = 5
"""In one window; and as many receipts for one comment."""
FORGET_ADDRESSES_AFTER = timedelta(days=30)


class TooManyComments(Exception):
    """The address has reached its limit; `until` is when the next comment is taken."""

    def __init__(self, until: datetime) -> None:
        super().__init__(f"too many comments until {until}")
        self.until = until


class NameTaken(Exception):
    """The name could be taken for an editor's."""


class ParentGone(Exception):
    """The comment replied to is not, or no longer, among the article's published ones."""


@dataclass(frozen=True)
class Submission:
    """What a reader sent, sanitized and hashed before the transaction is opened."""

    article_id: int
    parent_id: int | None
    author: str
    email: str | None
    text: str
    html: str
    address_hash: str
    trap_filled: bool
    pass_token: str = ""
    """Of the pass that the comment is to be put in; one that there is not changes nothing."""
    seen: object = None
    """What was made of it ahead of the transaction, by `looked_at`."""


def _fifth(time: InstrumentedAttribute[datetime], whose: sa.ColumnElement[bool]) -> sa.Select[datetime]:
    """When the fifth newest was made, if there are so many within the window."""
    newest = sa.select(time).where(whose, time > sa.bindparam("since")).order_by(time.desc())
    return newest.offset(COMMENTS_PER_ADDRESS - 1).limit(1)


# Statements are built once: building one costs several times what running it does.
_TWIN = sa.select(Comment.id).where(
    Comment.fingerprint == sa.bindparam("fingerprint"), Comment.created_at > sa.bindparam("since")
)
_KNOWN = sa.select(
    _TWIN.limit(1).scalar_subquery().label("twin"),
    sa.or_(is_editors_name(sa.bindparam("skeleton")), is_byline(sa.bindparam("skeleton"))).label("is_name_taken"),
    _fifth(Comment.created_at, Comment.address_hash == sa.bindparam("address")).scalar_subquery().label("fifth"),
)
"""All that is asked before a comment is taken in, but for the one that it answers."""
_FIFTH_RECEIPT = _fifth(Receipt.created_at, Receipt.comment_id == sa.bindparam("comment"))
_ADD = sa.insert(Comment).returning(Comment.id)
_BLANK = dict.fromkeys(column.key for column in Comment.__table__.columns if column.key != "id") | {"version": 1}
_PUT_PATH = sa.update(Comment).where(Comment.id == sa.bindparam("comment"))
_ADD_RECEIPT = sa.insert(Receipt)


def looked_at(session: Session, submission: Submission) -> Submission:
    """What is sent, looked at by whoever wants to before it is written, so that others can write meanwhile."""
    its_pass = pass_of_token(session, submission.pass_token) if submission.pass_token else None
    draft = Comment(
        id=0,
        article_id=submission.article_id,
        author=submission.author,
        source=submission.text,
        html=submission.html,
        address_hash=submission.address_hash,
        pass_id=its_pass.id if its_pass else None,
    )
    arriving = CommentArriving(session, draft, submission.trap_filled)
    comment_arriving.send(arriving)
    return replace(submission, seen=arriving.seen)


def submit(session: Session, submission: Submission) -> str:
    """Writes the comment and returns the token of its receipt.

    The same words for the same place from the same address within ten minutes (a double click, a retry after a lost
    answer) are one comment with one more receipt. Raises NameTaken, ParentGone or TooManyComments, and what
    `check_door` and `pass_to_sign_with` raise.
    """
    one_at_a_time(session, f"comment {submission.address_hash}")
    since, fingerprint = clock.now() - WINDOW, _fingerprint(submission)
    known = _known(session, submission, fingerprint, since)
    if known.twin is not None:
        _limit(session.connection().scalar(_FIFTH_RECEIPT, {"comment": known.twin, "since": since}))
        return issue_receipt(session, known.twin)
    check_door(
        session,
        article_id=submission.article_id,
        parent_id=submission.parent_id,
        address_hash=submission.address_hash,
        email_hash=email_hash(submission.email) if submission.email else None,
    )
    if known.is_name_taken:
        raise NameTaken
    parent = parent_of(session, submission)
    _limit(known.fifth)
    proof = pass_to_sign_with(
        session,
        submission.pass_token,
        article_id=submission.article_id,
        author=submission.author,
        to_fill=True,
    )
    comment = _write(session, submission, parent, fingerprint)
    if proof is not None:
        put_in(session, comment, proof, submission.pass_token)
    comment_submitted.send(CommentSubmitted(session, comment, submission.trap_filled, submission.seen))
    return issue_receipt(session, comment.id)


def _known(session: Session, submission: Submission, fingerprint: str, since: datetime) -> Any:
    given = {
        "fingerprint": fingerprint,
        "skeleton": skeleton(submission.author),
        "address": submission.address_hash,
        "since": since,
    }
    return session.connection().execute(_KNOWN, given).one()


def reply_as_editor(session: Session, parent: Comment, *, editor_id: int, name: str, text: str, html: str) -> Comment:
    """Publishes an editor's reply at once."""
    now = clock.now()
    return _insert(
        session,
        parent,
        article_id=parent.article_id,
        parent_id=parent.id,
        status=Status.PUBLISHED,
        status_at=now,
        author=name,
        editor_id=editor_id,
        source=text,
        html=html,
        markup_version=RULES_VERSION,
        created_at=now,
        published_at=now,
    )


def parent_of(session: Session, submission: Submission) -> Comment | None:
    """Raises ParentGone."""
    if submission.parent_id is None:
        return None
    parent = session.get(Comment, submission.parent_id)
    if parent is None or parent.article_id != submission.article_id or parent.status is not Status.PUBLISHED:
        raise ParentGone
    return parent


def path_below(parent: Comment | None, step: str) -> str:
    """The path of what answers the parent: on the last level at most. `step` is the id's digits in it."""
    return f"{parent.path[: ID_WIDTH * (LEVELS - 1)] if parent else ''}{step}"


def issue_receipt(session: Session, comment_id: int) -> str:
    """A new private link's token."""
    token = new_token()
    session.connection().execute(
        _ADD_RECEIPT, {"comment_id": comment_id, "token_hash": token_hash(token), "created_at": clock.now()}
    )
    return token


def forget_addresses(session: Session) -> None:
    """Drops the keyed hashes of addresses from comments older than 30 days."""
    session.execute(
        sa.update(Comment)
        .where(Comment.address_hash.is_not(None), Comment.created_at <= clock.now() - FORGET_ADDRESSES_AFTER)
        .values(address_hash=None, fingerprint=None, text_hash=None)
    )


def _write(session: Session, submission: Submission, parent: Comment | None, fingerprint: str) -> Comment:
    now = clock.now()
    return _insert(
        session,
        parent,
        article_id=submission.article_id,
        parent_id=submission.parent_id,
        status=Status.PENDING,
        status_at=now,
        author=submission.author,
        email=submission.email,
        source=submission.text,
        html=submission.html,
        markup_version=RULES_VERSION,
        created_at=now,
        address_hash=submission.address_hash,
        fingerprint=fingerprint,
    )


def _insert(session: Session, parent: Comment | None, **values: object) -> Comment:
    """Writes a comment by two statements, in a third of the time that the session's unit of work would take."""
    connection, values = session.connection(), _BLANK | values | {"path": ""}
    values["in_thread"] = values["status"] is Status.PUBLISHED
    comment_id: int = connection.execute(_ADD, values).scalar_one()
    values |= {"id": comment_id, "path": path_below(parent, f"{comment_id:0{ID_WIDTH}x}")}
    connection.execute(_PUT_PATH, {"comment": comment_id, "path": values["path"]})
    comment = Comment(**values)
    make_transient_to_detached(comment)
    session.add(comment)
    status.enter(session, comment)
    return comment


def _limit(fifth: datetime | None) -> None:
    if fifth is not None:
        raise TooManyComments(fifth + WINDOW)


def _fingerprint(submission: Submission) -> str:
    return keyed_hash(
        "comment",
        submission.author,
        submission.text,
        str(submission.article_id),
        str(submission.parent_id),
        submission.address_hash,
    )
