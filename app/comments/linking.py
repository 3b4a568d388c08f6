"""Keeping which hosts published comments link to, so that a link to another one can be told."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.comments.models import Comment, LinkHost
from app.core.links import hosts

_ADD = sa.insert(LinkHost)
_DROP = sa.delete(LinkHost).where(LinkHost.comment_id == sa.bindparam("comment"))


def remember_hosts(session: Session, comment: Comment) -> None:
    """To be called when a comment is published."""
    rows = [{"host": host, "comment_id": comment.id} for host in sorted(hosts(comment.html))]
    if rows:
        session.connection().execute(_ADD, rows)


def forget_hosts(session: Session, comment: Comment) -> None:
    """To be called when it is so no longer, or before its text changes."""
    if hosts(comment.html):
        session.connection().execute(_DROP, {"comment": comment.id})


def known_hosts(session: Session, asked: Collection[str]) -> set[str]:
    """Those among the hosts that a published comment links to."""
    if not asked:
        return set()
    # One look-up for each: an IN would go through all comments that link to a host.
    each = [sa.select(sa.literal(host)).where(sa.exists().where(LinkHost.host == host)) for host in asked]
    return set(session.connection().scalars(sa.union_all(*each)))
