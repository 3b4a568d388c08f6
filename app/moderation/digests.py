"""Digests: at the hours that an editor sets, a mail says what waits, with links to decide with."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from flask_babel import format_decimal, ngettext
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.accounts.guard import DESK
from app.accounts.models import Editor
from app.audit.queries import Head, head
from app.comments.models import Comment, CommentTally, ProposedEdit, Status
from app.core import clock
from app.core.days import at_hour, day_of, today, today_by_clock
from app.core.markup import plain_text
from app.core.web import absolute
from app.mail.letters import Letter
from app.mail.posting import letters_about, post
from app.mail.rendering import render_letter
from app.moderation import links
from app.moderation.models import Appeal
from app.moderation.queries import edits_waiting
from app.moderation.rows import QueueRow, queue_rows
from app.moderation.searching import find
from app.moderation.tabs import Search, Tab

LATEST = timedelta(hours=6)
"""A mail for an hour that went by without a jobs process is sent until then, and no later."""

SHOWN = 10
"""Comments in one mail."""

WORDS_LIMIT = 1_000
"""Characters of a comment in a mail; the page to which its links lead shows it whole."""


@dataclass(frozen=True)
class Waiting:
    """How many comments wait for an editor, each counted once, and since when the first of them does."""

    count: int
    reported: int
    appealed: int
    since: datetime | None


@dataclass(frozen=True)
class Item:
    """A comment in a mail. `acts` are addresses by verb; of one that was appealed, or is to get another text, there are
    none."""

    row: QueueRow
    since: datetime
    words: str
    acts: dict[str, str]
    desk_url: str


def due_at(hours: Collection[int], now: datetime) -> datetime | None:
    """The last of these full hours of the day that has begun and is not too long ago."""
    days = (day_of(now) - timedelta(days=1), day_of(now))
    begun = [moment for day in days for hour in hours if now - LATEST < (moment := at_hour(day, hour)) <= now]
    return max(begun, default=None)


def editors_due(session: Session) -> list[int]:
    """Ids of the editors who have yet to be mailed for the present hour."""
    query = sa.select(Editor).where(Editor.disabled_at.is_(None)).order_by(Editor.id)
    return [editor.id for editor in session.scalars(query) if _due(editor) is not None]


def send(session: Session, editor_id: int) -> None:
    """Posts the mail that is due to an editor, once, if something waits or a week begins."""
    # Beside which rows that refer to the editor can be written.
    query = sa.select(Editor).where(Editor.id == editor_id).with_for_update(key_share=True)
    editor = session.scalars(query).one()
    due = _due(editor)
    if due is None:
        return
    record_head = head(session) if _begins_week(editor, due) else None
    editor.digested_at = due
    waiting = what_waits(session)
    if waiting.count or record_head:
        post(session, _letter(session, editor, due, waiting, record_head))


def forget_words(session: Session, comment_ids: Collection[int]) -> None:
    """Takes back mails that have not left and hold what the comments said; the next one says what waits then."""
    for job in letters_about(session, "quotes", comment_ids):
        session.delete(job)


def what_waits(session: Session) -> Waiting:
    is_pending = Comment.status == Status.PENDING
    reported = sa.select(sa.func.count(), sa.func.min(Comment.reported_at)).where(Comment.report_rank.is_not(None))
    new_texts = edits_waiting().where(Comment.report_rank.is_(None))
    numbers = sa.select(
        sa.select(CommentTally.count).where(CommentTally.status == Status.PENDING).scalar_subquery(),
        sa.select(sa.func.min(Comment.status_at)).where(is_pending).scalar_subquery(),
        reported.with_only_columns(sa.func.count()).scalar_subquery(),
        reported.with_only_columns(sa.func.count()).where(~is_pending).scalar_subquery(),
        reported.with_only_columns(sa.func.min(Comment.reported_at)).scalar_subquery(),
        sa.select(sa.func.count()).where(Appeal.outcome.is_(None)).scalar_subquery(),
        sa.select(sa.func.min(Appeal.created_at)).where(Appeal.outcome.is_(None)).scalar_subquery(),
        new_texts.with_only_columns(sa.func.count()).scalar_subquery(),
        new_texts.with_only_columns(sa.func.min(ProposedEdit.created_at)).scalar_subquery(),
    )
    pending, first, all_reported, only_reported, first_reported, appealed, first_appealed, texts, first_text = (
        session.execute(numbers).one()
    )
    times = (first, first_reported, first_appealed, first_text)
    since = min((one for one in times if one is not None), default=None)
    return Waiting(pending + only_reported + appealed + texts, all_reported, appealed, since)


def _due(editor: Editor) -> datetime | None:
    due = due_at(editor.digest_hours, clock.now()) if editor.disabled_at is None else None
    is_done = due is not None and editor.digested_at is not None and editor.digested_at >= due
    return None if is_done else due


def _begins_week(editor: Editor, due: datetime) -> bool:
    """Whether no mail has been due in that week, which begins on Monday."""
    last = editor.digested_at
    return last is None or day_of(last).isocalendar()[:2] < day_of(due).isocalendar()[:2]


def _letter(session: Session, editor: Editor, due: datetime, waiting: Waiting, record_head: Head | None) -> Letter:
    items = _items(session, editor)
    text, html = render_letter(
        "moderation/digest_letter.html",
        state=_state(waiting),
        waiting=waiting,
        items=items,
        record_head=record_head,
        links_end_at=clock.now() + links.LIFE,
        desk_url=absolute(f"{DESK}/"),
        account_url=absolute(f"{DESK}/account"),
    )
    return Letter(
        to=editor.email,
        subject=_state(waiting),
        text=text,
        html=html,
        key=f"digest {editor.id} {due.isoformat()}",
        about={"quotes": [item.row.comment.id for item in items]},
    )


def _state(waiting: Waiting) -> str:
    if waiting.since is None:
        return str(_("Nothing waits; the head of the record on %(date)s", date=today().isoformat()))
    return str(
        ngettext(
            "%(number)s comment waits, since %(moment)s",
            "%(number)s comments wait, the oldest since %(moment)s",
            waiting.count,
            number=format_decimal(waiting.count),
            moment=today_by_clock(waiting.since),
        )
    )


def _items(session: Session, editor: Editor) -> list[Item]:
    """What was reported and appealed comes first, then what has waited longest."""
    ids = [one for tab in (Tab.REPORTED, Tab.APPEALS, Tab.PENDING) for one in find(session, Search(tab)).ids]
    return [_item(session, editor, row) for row in queue_rows(session, list(dict.fromkeys(ids))[:SHOWN])]


def _item(session: Session, editor: Editor, row: QueueRow) -> Item:
    acts = {}
    if not row.is_appealed and row.edit is None and row.comment.erased_at is None:
        url = absolute(f"/desk-links/{links.issue(session, editor.id, row.comment)}")
        acts = {verb: f"{url}?act={verb}" for verb in links.ACTS}
    since = row.appeal.created_at if row.appeal and row.is_appealed else row.comment.reported_at
    if row.edit is not None:
        since = since or row.edit.created_at
    return Item(
        row,
        since or row.comment.status_at,
        _beginning(plain_text(row.edit.html if row.edit else row.comment.html)),
        acts,
        absolute(f"{DESK}/comments/{row.comment.id}"),
    )


def _beginning(text: str) -> str:
    if len(text) <= WORDS_LIMIT:
        return text
    whole_words, space, _rest = text[:WORDS_LIMIT].rpartition(" ")
    # Some scripts put no spaces between words.
    return f"{whole_words if space else text[:WORDS_LIMIT]} …"
