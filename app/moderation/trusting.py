"""What earlier comments say of an author who has shown proof of them."""

from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.comments.models import Comment, Status
from app.core import clock
from app.moderation.models import Decision

REFUSED_WITHIN = timedelta(days=30)
"""So long a comment that an editor rejected or took for spam speaks against those of the same pass, also if its author
takes it back."""
LOOKED_AT = 1_000
"""Comments of a pass, the newest, that are counted."""


class Record(NamedTuple):
    """What the other comments of a pass say of its holder."""

    published: int
    """By an editor; what the policy published says nothing."""
    refused: int
    """Rejected or taken for spam by an editor within REFUSED_WITHIN, and not published since."""


_later = sa.alias(Decision.__table__, "later")
_last_decision = (
    sa.select(sa.func.max(_later.c.id))
    .where(_later.c.comment_id == Comment.id, _later.c.undone_at.is_(None))
    .correlate(Comment)
    .scalar_subquery()
)
_newest = (
    sa.select(Comment.status, Comment.decided_at, Comment.vouches_from, Decision.to_status, Decision.at)
    .outerjoin(Decision, Decision.id == _last_decision)
    .where(Comment.pass_id == sa.bindparam("pass"), Comment.id != sa.bindparam("comment"))
    .order_by(Comment.id.desc())
    .limit(LOOKED_AT)
    .subquery("of_the_pass")
)
_is_published = sa.and_(
    _newest.c.status == Status.PUBLISHED,
    _newest.c.decided_at.is_not(None),
    sa.func.coalesce(_newest.c.vouches_from <= sa.bindparam("now", type_=Comment.created_at.type), sa.true()),
)
_is_refused = sa.and_(
    _newest.c.to_status.in_([Status.REJECTED, Status.SPAM]),
    _newest.c.at > sa.bindparam("lately", type_=Comment.created_at.type),
)
# Built once: building it costs several times what running it does.
_RECORD = sa.select(sa.func.count(sa.case((_is_published, 1))), sa.func.count(sa.case((_is_refused, 1)))).select_from(
    _newest
)


def record_of(session: Session, comment: Comment) -> Record:
    """What speaks for and against the author of a comment, if it is in a pass; of any other nothing is known."""
    if comment.pass_id is None:
        return Record(0, 0)
    now = clock.now()
    given = {"pass": comment.pass_id, "comment": comment.id, "now": now, "lately": now - REFUSED_WITHIN}
    return Record(*session.connection().execute(_RECORD, given).one())
