"""Editors write an issue of the newsletter."""

from __future__ import annotations

from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.queries import Identity
from app.audit.recording import record
from app.core import clock
from app.core.markup import RULES_VERSION
from app.media.queries import held_images
from app.media.refreshing import is_outdated
from app.newsletter.models import Issue, IssueImage, IssueState
from app.newsletter.refreshing import ISSUES_SHOWN

_WRITTEN = ("subject", "preheader", "source", "html", "articles")
"""What an issue has of its content as it is."""


class NoSuchIssue(LookupError):
    """It was never there, or was deleted."""


class ChangedMeanwhile(Exception):
    """Someone has changed the issue since the editor began with it."""


class HasLeft(Exception):
    """Its sending has begun, so it says what it says."""


@dataclass(frozen=True, kw_only=True)
class IssueContent:
    """What editors write: `html` is what `source` became, `articles` are ids in their order.

    `images` are the hashes of those that the text names.
    """

    subject: str
    preheader: str
    source: str
    html: str
    articles: list[int]
    images: dict[str, str] = field(default_factory=dict)


def create(session: Session, editor: Identity, content: IssueContent) -> Issue:
    """Raises ImageGone."""
    issue = Issue(
        state=IssueState.DRAFT, revision=1, cursor=0, last_id=0, total=0, sent=0, refused=0, refused_in_a_row=0
    )
    _fill(session, issue, content)
    record_act(session, editor.actor, "write issue", issue)
    return issue


def save(session: Session, editor: Identity, issue_id: int, content: IssueContent, seen: int) -> Issue:
    """`seen` is the issue's revision with which the editor began.

    Raises NoSuchIssue, HasLeft, ChangedMeanwhile, ImageGone.
    """
    issue = locked(session, issue_id)
    if not issue.is_open:
        raise HasLeft(issue_id)
    if issue.revision != seen:
        raise ChangedMeanwhile(issue.revision)
    images = {one.name: one.image.hash for one in issue.images}
    if images != content.images or any(getattr(issue, name) != getattr(content, name) for name in _WRITTEN):
        _fill(session, issue, content)
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


def _fill(session: Session, issue: Issue, content: IssueContent) -> None:
    """Raises ImageGone."""
    for name in _WRITTEN:
        setattr(issue, name, getattr(content, name))
    issue.markup_version, issue.changed_at = RULES_VERSION, clock.now()
    images = held_images(session, content.images)
    issue.images = []
    session.add(issue)
    session.flush()
    issue.images = [IssueImage(name=name, image_id=image.id) for name, image in images.items()]
    session.flush()
    if is_outdated(issue.html, images.values()):
        ISSUES_SHOWN.refresh_later(session, issue.id)
