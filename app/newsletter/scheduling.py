"""What editors decide about an issue: whether and when it is sent."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from app.accounts.queries import Identity
from app.articles.models import Article, State
from app.core import clock
from app.core.jobs import withdraw
from app.newsletter.composing import locked, record_act
from app.newsletter.models import Issue, IssueState
from app.newsletter.overview import job_key
from app.newsletter.sending import ask, begin, end


class NotPossible(Exception):
    """The issue has come further, or not so far, since the editor was shown it."""


def send_now(session: Session, editor: Identity, issue_id: int) -> Issue:
    """Raises NoSuchIssue, NotPossible, NothingToSend, NobodyToSendTo, ImagesNotReady."""
    issue = _expected(session, issue_id, IssueState.DRAFT, IssueState.SCHEDULED)
    begin(session, issue)
    record_act(session, editor.actor, "send issue", issue)
    return issue


def schedule(session: Session, editor: Identity, issue_id: int, send_at: datetime) -> Issue:
    """To be sent at that time. Raises NoSuchIssue, NotPossible."""
    issue = _scheduled(session, issue_id, send_at=send_at)
    ask(session, issue, send_at)
    record_act(session, editor.actor, "schedule issue", issue)
    return issue


def schedule_with(session: Session, editor: Identity, issue_id: int, article_id: int) -> Issue:
    """To be sent as soon as the article is live. Raises NoSuchIssue, NotPossible."""
    # It may be going live, or being deleted, at this moment.
    article = session.get(Article, article_id, with_for_update={"read": True})
    if article is None or article.announced_at is not None or article.state not in {State.DRAFT, State.SCHEDULED}:
        raise NotPossible(article_id)
    issue = _scheduled(session, issue_id, send_with=article_id)
    record_act(session, editor.actor, "schedule issue", issue)
    return issue


def unschedule(session: Session, editor: Identity, issue_id: int) -> Issue:
    """A draft again. Raises NoSuchIssue, NotPossible."""
    issue = _expected(session, issue_id, IssueState.SCHEDULED)
    issue.state, issue.send_at, issue.send_with = IssueState.DRAFT, None, None
    withdraw(session, job_key(issue.id))
    record_act(session, editor.actor, "unschedule issue", issue)
    return issue


def pause(session: Session, editor: Identity, issue_id: int) -> Issue:
    """At most the letter that is on its way still leaves. Raises NoSuchIssue, NotPossible."""
    issue = _expected(session, issue_id, IssueState.SENDING)
    issue.state = IssueState.PAUSED
    record_act(session, editor.actor, "pause issue", issue)
    return issue


def resume(session: Session, editor: Identity, issue_id: int) -> Issue:
    """Where it stood. Raises NoSuchIssue, NotPossible."""
    issue = _expected(session, issue_id, IssueState.PAUSED)
    issue.state, issue.problem, issue.refused_in_a_row = IssueState.SENDING, None, 0
    ask(session, issue, clock.now())
    record_act(session, editor.actor, "resume issue", issue)
    return issue


def cancel(session: Session, editor: Identity, issue_id: int) -> Issue:
    """Nobody else gets it, and it goes from the web. Raises NoSuchIssue, NotPossible."""
    issue = _expected(session, issue_id, IssueState.SENDING, IssueState.PAUSED)
    issue.state = IssueState.CANCELLED
    end(session, issue)
    record_act(session, editor.actor, "cancel issue", issue)
    return issue


def _expected(session: Session, issue_id: int, *states: IssueState) -> Issue:
    issue = locked(session, issue_id)
    if issue.state not in states:
        raise NotPossible(issue.state)
    return issue


def _scheduled(
    session: Session, issue_id: int, *, send_at: datetime | None = None, send_with: int | None = None
) -> Issue:
    issue = _expected(session, issue_id, IssueState.DRAFT, IssueState.SCHEDULED)
    issue.state, issue.send_at, issue.send_with, issue.problem = IssueState.SCHEDULED, send_at, send_with, None
    withdraw(session, job_key(issue.id))
    return issue
