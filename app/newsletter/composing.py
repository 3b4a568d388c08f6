"""Editors write an issue of the newsletter."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.queries import Identity
from app.audit.recording import record
from app.core import clock
from app.core.markup import RULES_VERSION
from app.newsletter.models import Issue, IssueState


class NoSuchIssue(LookupError):
    """It was never there, or was deleted."""


class ChangedMeanwhile(Exception):
    """Someone has changed the issue since the editor began with it."""


class HasLeft(Exception):
    """Its sending has begun, so it says what it says."""


@dataclass(frozen=True, kw_only=True)
class IssueContent:
    """What editors write: `html` is what `source` became, `articles` are ids in their order."""

    subject: str
    preheader: str
    source: str
    html: str
    articles: list[int]


def create(session: Session, editor: Identity, content: IssueContent) -> Issue:
    issue = Issue(
        state=IssueState.DRAFT, revision=1, cursor=0, last_id=0, total=0, sent=0, refused=0, refused_in_a_row=0
    )
    _fill(issue, content)
    session.add(issue)
    session.flush()
    record_act(session, editor.actor, "write issue", issue)
    return issue


def save(session: Session, editor: Identity, issue_id: int, content: IssueContent, seen: int) -> Issue:
    """`seen` is the issue's revision with which the editor began. Raises NoSuchIssue, HasLeft, ChangedMeanwhile."""
    issue = locked(session, issue_id)
    if not issue.is_open:
        raise HasLeft(issue_id)
    if issue.revision != seen:
        raise ChangedMeanwhile(issue.revision)
    if any(getattr(issue, name) != value for name, value in asdict(content).items()):
        _fill(issue, content)
        issue.revision += 1
        record_act(session, editor.actor, "save issue", issue)
    return issue


def delete(session: Session, editor: Identity, issue_id: int) -> None:
    """Only what no subscriber was sent. Raises NoSuchIssue, HasLeft."""
    issue = locked(session, issue_id)
    if issue.state is not IssueState.DRAFT:
        raise HasLeft(issue_id)
    record_act(session, editor.actor, "delete issue", issue)
    session.delete(issue)


def locked(session: Session, issue_id: int) -> Issue:
    """The issue's row, which no other transaction changes until this one ends. Raises NoSuchIssue."""
    issue = session.scalar(sa.select(Issue).where(Issue.id == issue_id).with_for_update(of=Issue))
    if issue is None:
        raise NoSuchIssue(issue_id)
    return issue


def record_act(session: Session, actor: str, verb: str, issue: Issue) -> None:
    record(session, actor=actor, verb=verb, subject=f"issue:{issue.id}", detail=issue.state)


def _fill(issue: Issue, content: IssueContent) -> None:
    for name, value in asdict(content).items():
        setattr(issue, name, value)
    issue.markup_version, issue.changed_at = RULES_VERSION, clock.now()
