"""Telling those who follow what others have written, and the author of a comment where its private page is."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session, aliased

from app.accounts.models import Editor
from app.accounts.queries import normal_email
from app.articles.models import Article, CommentsState
from app.comments.models import Comment, Status
from app.comments.submitting import issue_receipt
from app.core import clock
from app.core.markup_text import isolated, plain_text
from app.core.web import absolute
from app.following.models import Announcement, Follow, FollowKind
from app.mail.letters import Letter
from app.mail.posting import letters_about, post
from app.mail.rendering import render_letter

SHOWN = 10
"""Comments that one letter holds; of more it says how many there are."""
WORDS_LIMIT = 1_000
"""Characters of a comment in a letter."""


class News(NamedTuple):
    """A published comment as a letter shows it."""

    id: int
    author: str
    by_editor: bool
    html: str
    answered_id: int | None
    answers: str | None
    """Who wrote what it answers."""

    @property
    def words(self) -> str:
        text = plain_text(self.html).strip()
        return text if len(text) <= WORDS_LIMIT else f"{text[:WORDS_LIMIT].rstrip()} …"

    @property
    def url(self) -> str:
        return absolute(f"/comments/{self.id}")


def tell_news(session: Session, follow_id: int) -> None:
    """Posts one letter with all that was announced since the last one, if there is anything to tell."""
    follow = session.scalar(sa.select(Follow).where(Follow.id == follow_id).with_for_update(of=Follow))
    if follow is None or follow.confirmed_at is None:
        return
    announced = session.scalars(
        sa.select(Announcement)
        .where(Announcement.article_id == follow.article_id, Announcement.id > follow.told_to)
        .order_by(Announcement.id)
    ).all()
    if not announced:
        return
    comments = _its_own_share(session, follow, announced)
    follow.told_to = announced[-1].id
    letter = _letter(session, follow, comments) if comments else None
    if letter is not None:
        follow.told_at = clock.now()
        post(session, letter)


def renewed(session: Session, letter: Letter) -> Letter | None:
    """The letter as it would be written now: without what was taken down since, or None if nothing is left to tell."""
    follow = session.get(Follow, letter.about["follow"])
    if follow is None or follow.confirmed_at is None:
        return None
    return _letter(session, follow, letter.about["comments"])


def forget_words(session: Session, comment_ids: Collection[int]) -> None:
    """Has no letter that has not left say any more what the comments said, or who wrote them.

    Theirs who follow one of the comments go; of the others, each is written anew with what can still be read.
    """
    follows = session.scalars(sa.select(Follow.id).where(Follow.comment_id.in_(comment_ids))).all()
    for job in letters_about(session, "follow", follows):
        session.delete(job)
    answers = session.scalars(sa.select(Comment.id).where(Comment.parent_id.in_(comment_ids))).all()
    for job in letters_about(session, "comments", {*comment_ids, *answers}):
        letter = renewed(session, Letter.from_payload(job.payload))
        if letter is None:
            session.delete(job)
        else:
            job.payload = letter.as_payload()


def mail_receipt(session: Session, follow_id: int) -> None:
    """Posts a letter with a new private link to the comment. The link's token is stored nowhere once that has left."""
    asked = session.get(Follow, follow_id)
    if asked is None or asked.confirmed_at is None or asked.comment_id is None:
        return
    title = session.get_one(Article, asked.article_id).title
    url = absolute(f"/receipts/{issue_receipt(session, asked.comment_id)}")
    page_url = absolute(asked.subscriber.path)
    text, html = render_letter("following/receipt_letter.html", title=title, url=url, page_url=page_url)
    letter = Letter(
        to=asked.subscriber.email or "",
        subject=_("The private page of your comment on “%(title)s”", title=isolated(title)),
        text=text,
        html=html,
        key=asked.subscriber.letter_key("receipt", asked.token),
        references=(asked.conversation_key,),
    )
    post(session, letter)
    session.delete(asked)


def _its_own_share(session: Session, follow: Follow, announced: Sequence[Announcement]) -> list[int]:
    """The comments that this letter is to tell: none of the reader's own, and none that a nearer follow tells."""
    others = session.scalars(
        sa.select(Follow).where(
            Follow.subscriber_id == follow.subscriber_id,
            Follow.article_id == follow.article_id,
            Follow.kind.in_([FollowKind.REPLIES, FollowKind.THREAD]),
            Follow.confirmed_at.is_not(None),
        )
    ).all()
    own = _own_comments(session, follow, [one.comment_id for one in announced])
    return [one.comment_id for one in announced if one.comment_id not in own and _nearest(others, one) == follow.id]


def _nearest(follows: Sequence[Follow], announced: Announcement) -> int | None:
    """Which of one reader's follows tells of a comment: that of the nearest comment above it, a thread's last."""
    distances = {comment_id: distance for distance, comment_id in enumerate(announced.ancestors)}
    telling = []
    for one in follows:
        distance = len(distances) if one.kind is FollowKind.THREAD else distances.get(one.comment_id or 0)
        if distance is not None and one.since < announced.id:
            telling.append((distance, one.id))
    return min(telling)[1] if telling else None


def _own_comments(session: Session, follow: Follow, ids: Sequence[int]) -> set[int]:
    """Those that the reader wrote: with the same e-mail, or the same name from the same network as one followed."""
    email = normal_email(follow.subscriber.email or "")
    known = aliased(Comment)
    with_it = sa.or_(sa.func.lower(Comment.email) == email, sa.func.lower(Editor.email) == email)
    is_followed = sa.exists().where(
        Follow.subscriber_id == follow.subscriber_id,
        Follow.comment_id == known.id,
        sa.or_(
            known.id == Comment.id,
            sa.and_(known.address_hash == Comment.address_hash, known.author == Comment.author),
        ),
    )
    own = sa.select(Comment.id).outerjoin(Editor, Editor.id == Comment.editor_id)
    return set(session.scalars(own.where(Comment.id.in_(ids), sa.or_(with_it, is_followed))))


def _letter(session: Session, follow: Follow, ids: Sequence[int]) -> Letter | None:
    """None if readers see none of the comments any more."""
    article = session.get_one(Article, follow.article_id)
    visible = session.scalars(
        sa.select(Comment.id).where(Comment.id.in_(ids), Comment.status == Status.PUBLISHED).order_by(Comment.id)
    ).all()
    if not visible or article.comments is CommentsState.OFF:
        return None
    news = _news(session, visible[:SHOWN])
    subscriber, stop_url = follow.subscriber, absolute(follow.stop_path)
    text, html = render_letter(
        "following/news_letter.html",
        follow=follow,
        news=news,
        rest=len(visible) - len(news),
        title=article.title,
        article_url=absolute(f"/articles/{article.slug}"),
        stop_url=stop_url,
        page_url=absolute(subscriber.path),
    )
    return Letter(
        to=subscriber.email or "",
        subject=_("Re: %(title)s", title=isolated(article.title)),
        text=text,
        html=html,
        key=_key(follow, ids),
        references=_references(follow, news, len(ids)),
        stop_url=stop_url,
        about={"follow": follow.id, "comments": list(ids)},
    )


def _news(session: Session, ids: Sequence[int]) -> list[News]:
    answered = aliased(Comment)
    columns = (Comment.id, Comment.author, Comment.editor_id.is_not(None), Comment.html, answered.id, answered.author)
    is_shown = sa.and_(answered.id == Comment.parent_id, answered.status == Status.PUBLISHED)
    rows = sa.select(*columns).outerjoin(answered, is_shown).where(Comment.id.in_(ids)).order_by(Comment.id)
    return [News(*row) for row in session.execute(rows)]


def _key(follow: Follow, ids: Sequence[int]) -> str:
    """A letter about one comment is that comment's own, so that a letter about an answer to it can continue it."""
    if len(ids) == 1:
        return follow.subscriber.letter_key("comment", ids[0])
    return follow.subscriber.letter_key("comments", follow.id, ids[0], ids[-1])


def _references(follow: Follow, news: Sequence[News], number: int) -> tuple[str, ...]:
    answered = [follow.subscriber.letter_key("comment", one.answered_id) for one in news if one.answered_id]
    return (follow.conversation_key, *(answered if number == 1 else ()))
