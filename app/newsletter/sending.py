"""Sending an issue: when it begins, and from one subscriber to the next until nobody is left out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session, joinedload

from app.articles.announcing import JOBS
from app.core import clock
from app.core.days import day_of
from app.core.db import one_at_a_time
from app.core.jobs import enqueue
from app.core.revisions import bump
from app.core.web import absolute
from app.mail.letters import Letter
from app.newsletter import ending
from app.newsletter.addressing import Edition, letter_to, render_issue
from app.newsletter.composing import NoSuchIssue, locked, record_act
from app.newsletter.models import ISSUES, Deferral, Issue, IssueState, Status, Subscription
from app.newsletter.overview import job_key, live_articles, recipients
from app.newsletter.refreshing import waits_for_images

SEND = "send an issue"

TRIES = 6
"""Letters to one subscriber that the mail server may put off; the waits between them add up to 23 hours."""
REFUSED_IN_A_ROW = 5
"""Letters after which the fault is taken to lie with all of them."""

UNTIL_IMAGES = timedelta(seconds=15)

_WITH_ADDRESS = joinedload(Subscription.follow, innerjoin=True)
"""Whoever gets it has an address."""
_STAND = sa.select(Issue.id, Issue.state, Issue.cursor, Issue.last_id, Issue.began_at)


class NothingToSend(Exception):
    """The issue has no text, and none of the articles that it points to can be read."""


class ImagesNotReady(Exception):
    """Smaller files are still being made of its pictures."""


class NobodyToSendTo(Exception):
    """No subscriber has confirmed."""


@dataclass(frozen=True)
class Mailing:
    """An issue that is being sent, as a value."""

    issue_id: int
    edition: Edition
    began_at: datetime


@dataclass(frozen=True)
class NextLetter:
    """A letter to one subscriber, as a value. `cursor` is where the sending stood; `attempts` were put off before."""

    letter: Letter
    subscription_id: int
    cursor: int
    attempts: int


def send_with_article(session: Session, article_id: int) -> None:
    """Has the issues sent that wait for the article, which is live now."""
    waiting = sa.select(Issue).where(Issue.send_with == article_id, Issue.state == IssueState.SCHEDULED)
    for issue in session.scalars(waiting):
        issue.send_at = clock.now()
        ask(session, issue, issue.send_at)


def wait_no_longer(session: Session, article_id: int) -> None:
    """Makes drafts again of the issues that wait for the article, which nobody will be told of."""
    waiting = sa.select(Issue).where(Issue.send_with == article_id, Issue.state == IssueState.SCHEDULED)
    for issue in session.scalars(waiting):
        _not_sent(
            session, issue, _("It was not sent: the article that it waited for was deleted, or is not announced.")
        )


def take_up(session: Session, issue_id: int) -> Mailing | None:
    """What is to be sent now; None if that is nothing any more. What was scheduled for now begins."""
    try:
        issue = locked(session, issue_id)
    except NoSuchIssue:
        return None
    if issue.state is IssueState.SCHEDULED and issue.send_at is not None and issue.send_at <= clock.now():
        _begin_as_planned(session, issue)
    if issue.state is not IssueState.SENDING or issue.began_at is None:
        return None
    return Mailing(issue.id, Edition(issue.subject, issue.text_mailed or "", issue.html_mailed or ""), issue.began_at)


def next_letter(session: Session, mailing: Mailing) -> NextLetter | None:
    """To whoever is next by now: who has left since is passed over. None if it has to wait, or has come to its end."""
    stand = session.execute(_STAND.where(Issue.id == mailing.issue_id)).first()
    found = _next(session, stand) if stand is not None else None
    if stand is None or found is None:
        return None
    subscription, attempts = found
    letter = letter_to(subscription, mailing.issue_id, mailing.edition, mailing.began_at)
    return NextLetter(letter, subscription.id, stand.cursor, attempts)


def note_sent(session: Session, issue_id: int, one: NextLetter) -> bool:
    """False if another process has noted it before, and goes on."""
    return _note(session, issue_id, one, sent=Issue.sent + 1, refused_in_a_row=0)


def note_refused(session: Session, issue_id: int, one: NextLetter, problem: str) -> bool:
    """Nobody reads mail at the address, so it gets no other issue. False as of `note_sent`."""
    if not _note(session, issue_id, one, refused=Issue.refused + 1, refused_in_a_row=Issue.refused_in_a_row + 1):
        return False
    ending.bounced_for_good(session, session.get_one(Subscription, one.subscription_id))
    _stop_after_many(session, issue_id, problem)
    return True


def note_unwanted(session: Session, issue_id: int, one: NextLetter, problem: str) -> bool:
    """The mail server will not take it, and not for its address: what it says, or whence it comes, may suit it later.

    False as of `note_sent`.
    """
    if not put_off(session, issue_id, one, refused_in_a_row=Issue.refused_in_a_row + 1):
        return False
    _stop_after_many(session, issue_id, problem)
    return True


def put_off(session: Session, issue_id: int, one: NextLetter, **counted: object) -> bool:
    """It is tried again after all others, until it has been often enough. False as of `note_sent`."""
    attempts = one.attempts + 1
    is_last = attempts == TRIES
    if is_last:
        counted["refused"] = Issue.refused + 1
    if not _note(session, issue_id, one, **counted):
        return False
    if is_last:
        ending.bounced_for_now(session, session.get_one(Subscription, one.subscription_id))
        return True
    next_at = clock.now() + timedelta(minutes=4**attempts)
    session.add(Deferral(issue_id=issue_id, subscription_id=one.subscription_id, attempts=attempts, next_at=next_at))
    return True


def go_on(session: Session, issue_id: int, not_before: datetime) -> None:
    """Asks for the rest, behind the jobs that are due by then; or ends it, if there is none."""
    issue = locked(session, issue_id)
    if issue.state is not IssueState.SENDING:
        return
    if _next(session, issue) is not None:
        ask(session, issue, not_before)
        return
    waiting = session.scalar(_put_off(issue, sa.func.min(Deferral.next_at)))
    if waiting is not None:
        ask(session, issue, max(waiting, not_before))
        return
    issue.state = IssueState.SENT
    end(session, issue)
    record_act(session, JOBS, "finish issue", issue)


def begin(session: Session, issue: Issue) -> None:
    """From here on each letter says the same, and whoever subscribes later does not get one.

    Raises NothingToSend, NobodyToSendTo, ImagesNotReady.
    """
    articles = live_articles(session, issue.articles)
    if not articles and not issue.source.strip():
        raise NothingToSend
    total = recipients(session)
    if not total:
        raise NobodyToSendTo
    if waits_for_images(issue):
        raise ImagesNotReady
    now = clock.now()
    issue.slug = _slug(session, now)
    edition = render_issue(
        subject=issue.subject,
        preheader=issue.preheader,
        html=issue.html,
        articles=articles,
        date=now,
        web_url=absolute(issue.path),
    )
    issue.text_mailed, issue.html_mailed = edition.text, edition.html
    issue.state, issue.began_at, issue.problem = IssueState.SENDING, now, None
    issue.total, issue.last_id = total, session.scalar(sa.select(sa.func.max(Subscription.id))) or 0
    ask(session, issue, now)
    bump(session, ISSUES)


def _begin_as_planned(session: Session, issue: Issue) -> None:
    """What cannot be sent is a draft again, and says why; one whose pictures are not ready stays scheduled."""
    try:
        begin(session, issue)
    except ImagesNotReady:
        ask(session, issue, clock.now() + UNTIL_IMAGES)
        return
    except NothingToSend:
        problem = _("It was not sent: it has no text, and no article that it points to can be read.")
    except NobodyToSendTo:
        problem = _("It was not sent: nobody has subscribed.")
    else:
        record_act(session, JOBS, "send issue", issue)
        return
    _not_sent(session, issue, problem)


def _not_sent(session: Session, issue: Issue, problem: str) -> None:
    issue.state, issue.send_at, issue.send_with, issue.problem = IssueState.DRAFT, None, None, problem
    record_act(session, JOBS, "unschedule issue", issue)


def _slug(session: Session, moment: datetime) -> str:
    """The day, with a number from the second issue on."""
    one_at_a_time(session, "slugs of issues")
    day = day_of(moment).isoformat()
    taken = set(session.scalars(sa.select(Issue.slug).where(Issue.slug.startswith(day))))
    return next(slug for slug in (day, *(f"{day}-{n}" for n in range(2, len(taken) + 3))) if slug not in taken)


def _next(session: Session, issue: Any) -> tuple[Subscription, int] | None:
    """Whose letter is next, and how often it was put off. `issue` is one, or what _STAND reads of it."""
    if issue.state is not IssueState.SENDING:
        return None
    rest = sa.select(Subscription).where(
        _is_entitled(issue), Subscription.id > issue.cursor, Subscription.id <= issue.last_id
    )
    following = session.scalar(rest.options(_WITH_ADDRESS).order_by(Subscription.id).limit(1))
    if following is not None:
        return following, 0
    due = _put_off(issue, Subscription, Deferral.attempts).where(Deferral.next_at <= clock.now())
    again = session.execute(due.options(_WITH_ADDRESS).order_by(Deferral.next_at).limit(1)).first()
    return (again[0], again[1]) if again is not None else None


def _is_entitled(issue: Any) -> sa.ColumnElement[bool]:
    """Those who had confirmed when the sending began, and still want it."""
    return sa.and_(Subscription.status == Status.CONFIRMED, Subscription.confirmed_at <= issue.began_at)


def _put_off(issue: Any, *what: Any) -> sa.Select[Any]:
    its = sa.select(*what).select_from(Deferral).join(Subscription, Subscription.id == Deferral.subscription_id)
    return its.where(Deferral.issue_id == issue.id, _is_entitled(issue))


def _note(session: Session, issue_id: int, one: NextLetter, **counted: object) -> bool:
    """Notes what became of a letter, unless someone else has done so: the row still has to be as it was read."""
    number = one.subscription_id
    this = sa.update(Issue).where(Issue.id == issue_id)
    if one.attempts:
        its = (Deferral.issue_id == issue_id, Deferral.subscription_id == number)
        gone = sa.delete(Deferral).where(*its, Deferral.attempts == one.attempts).returning(Deferral.attempts)
        if session.scalar(gone) is None:
            return False
        if counted:
            session.execute(this.values(**counted))
        return True
    moved = this.where(Issue.cursor == one.cursor).values(cursor=number, **counted)
    return session.scalar(moved.returning(Issue.id)) is not None


def _stop_after_many(session: Session, issue_id: int, problem: str) -> None:
    """Pauses it, until an editor has looked, where the fault has to lie with more than one letter."""
    issue = locked(session, issue_id)
    if issue.refused_in_a_row >= REFUSED_IN_A_ROW and issue.state is IssueState.SENDING:
        issue.state, issue.problem = IssueState.PAUSED, problem
        record_act(session, JOBS, "pause issue", issue)


def ask(session: Session, issue: Issue, run_at: datetime) -> None:
    """Has the rest of it sent from then on."""
    enqueue(session, SEND, {"issue": issue.id}, run_at, key=job_key(issue.id))


def end(session: Session, issue: Issue) -> None:
    """Nobody waits for it any more."""
    issue.ended_at = clock.now()
    session.execute(sa.delete(Deferral).where(Deferral.issue_id == issue.id))
    bump(session, ISSUES)
