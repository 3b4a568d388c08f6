"""Telling those who follow a comment what was decided on it."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.comments.models import Comment
from app.core import clock
from app.core.jobs import enqueue
from app.core.markup_text import isolated
from app.core.web import absolute
from app.following.models import Follow
from app.mail.letters import Letter
from app.mail.posting import post
from app.mail.rendering import render_letter
from app.moderation.decisions import last_decision
from app.moderation.models import Decision
from app.receipts.queries import Standing, standing

TELL = "tell a follower"
"""The kind of the jobs that end in `tell`."""

AFTER = timedelta(seconds=60)
"""So long an editor has for an undo that nobody hears of."""


def tell_followers(session: Session, comment: Comment) -> None:
    """Has the decision by which the comment stands told to all who follow it."""
    following = sa.select(Follow).where(Follow.comment_id == comment.id, Follow.confirmed_at.is_not(None))
    for follow in session.scalars(following):
        tell_later(session, follow)


def tell_later(session: Session, follow: Follow) -> None:
    """Has the last decision told to one who follows; it takes the place of an earlier one not told yet."""
    decision = last_decision(session, follow.comment_id) if follow.comment_id else None
    if decision is not None:
        payload = {"follow": follow.id, "decision": decision.id}
        enqueue(session, TELL, payload, clock.now() + AFTER, key=f"{TELL} {follow.id}")


def tell(session: Session, follow_id: int, decision_id: int) -> None:
    """Posts the letter, unless the decision no longer stands or the reader has stopped."""
    letter = letter_about(session, follow_id, decision_id)
    if letter is not None:
        post(session, letter)


def letter_about(session: Session, follow_id: int, decision_id: int) -> Letter | None:
    """The letter as it would be written now; None if nothing is left to tell."""
    follow = session.get(Follow, follow_id)
    if follow is None or follow.confirmed_at is None:
        return None
    found = standing(session, session.get_one(Comment, follow.comment_id))
    if found.decision is None or found.decision.id != decision_id:
        return None
    return _letter(follow, found, found.decision)


def _letter(follow: Follow, found: Standing, decision: Decision) -> Letter:
    comment = found.comment
    is_public = found.state == "published"
    stop_url = absolute(follow.stop_path)
    text, html = render_letter(
        "receipts/decision_letter.html",
        standing=found,
        public_url=absolute(f"/comments/{comment.id}") if is_public else None,
        stop_url=stop_url,
        page_url=absolute(follow.subscriber.path),
    )
    about_appeal = [found.appeal.outcome] if found.appeal and found.appeal.outcome else []
    return Letter(
        to=follow.subscriber.email or "",
        subject=_subject(found),
        text=text,
        html=html,
        key=follow.subscriber.letter_key("decision", follow.id, decision.id, *about_appeal),
        references=(follow.conversation_key,),
        stop_url=stop_url,
        about={"follow": follow.id, "decision": decision.id},
    )


def _subject(found: Standing) -> str:
    title = isolated(found.article.title)
    if found.is_upheld:
        return str(_("Appeal upheld, and published: your comment on “%(title)s”", title=title))
    if found.is_dismissed:
        return str(_("Appeal dismissed: your comment on “%(title)s”", title=title))
    return {
        "published": _("Published: your comment on “%(title)s”", title=title),
        "returned": _("Returned to you for a change: your comment on “%(title)s”", title=title),
    }.get(found.state) or str(_("Not published: your comment on “%(title)s”", title=title))
