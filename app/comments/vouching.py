"""Passes, by which readers show that earlier comments are theirs, and the names that they sign with."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.comments.models import Comment, Pass, Receipt, Status
from app.core import clock
from app.core.db import one_at_a_time
from app.core.lookalikes import skeleton
from app.core.tokens import derived_token, token_hash

VOUCHES_AGAIN_AFTER = timedelta(days=30)
"""A comment that left a pass counts in another no sooner, so that nobody sheds a rejection by changing passes."""
STEP = 500
"""Receipts that one statement drops."""


class NameInUse(Exception):
    """A comment of another pass is signed with the same name under the same article."""


# Statements are built once: building one costs several times what running it does.
_NAME_OF_ANOTHER = (
    sa.select(Comment.id)
    .where(
        Comment.article_id == sa.bindparam("article"),
        Comment.signed_as == sa.bindparam("name"),
        Comment.pass_id != sa.bindparam("pass"),
        Comment.status.in_([Status.PUBLISHED, Status.PENDING]),
    )
    .limit(1)
)
# Whoever deletes the pass waits until what is put in it is there.
_PASS = sa.select(Pass).where(Pass.token_hash == sa.bindparam("hash"))
_PASS_TO_FILL = _PASS.with_for_update(read=True, key_share=True)


def pass_of_token(session: Session, token: str, *, to_fill: bool = False) -> Pass | None:
    """The pass that a private link leads to. Who means `to_fill` it keeps it from being deleted meanwhile."""
    return session.scalar(_PASS_TO_FILL if to_fill else _PASS, {"hash": token_hash(token)})


def receipt_token(pass_token: str, comment_id: int) -> str:
    """The token of the receipt by which the holder of a pass comes to one of its comments."""
    return derived_token("receipt by pass", pass_token, str(comment_id))


def pass_to_sign_with(
    session: Session, token: str, *, article_id: int, author: str, to_fill: bool = False
) -> Pass | None:
    """The pass with which a comment is sent; None for a token of none, which is no error.

    Raises NameInUse if, under the article, the name is one that another pass signs with.
    """
    found = pass_of_token(session, token, to_fill=to_fill) if token else None
    if found is None:
        return None
    name = skeleton(author)
    if to_fill:
        one_at_a_time(session, f"name {article_id} {name}")
    given = {"article": article_id, "name": name, "pass": found.id}
    if session.connection().scalar(_NAME_OF_ANOTHER, given) is not None:
        raise NameInUse
    return found


def put_in(session: Session, comment: Comment, into: Pass, token: str) -> None:
    """Puts a comment that is in no pass in one whose token this is; from there its receipt is found."""
    comment.pass_id, comment.signed_as = into.id, skeleton(comment.author)
    session.add(
        Receipt(comment_id=comment.id, token_hash=token_hash(receipt_token(token, comment.id)), created_at=clock.now())
    )


def take_all_out(session: Session, of: Pass, token: str) -> None:
    """Leaves the pass empty; the receipts that were found there, and whose tokens it made, lead nowhere any more."""
    is_in_it = Comment.pass_id == of.id
    ids = session.scalars(sa.select(Comment.id).where(is_in_it)).all()
    for start in range(0, len(ids), STEP):
        hashes = [token_hash(receipt_token(token, comment_id)) for comment_id in ids[start : start + STEP]]
        session.execute(sa.delete(Receipt).where(Receipt.token_hash.in_(hashes)))
    again_from = clock.now() + VOUCHES_AGAIN_AFTER
    session.execute(sa.update(Comment).where(is_in_it).values(pass_id=None, signed_as=None, vouches_from=again_from))
