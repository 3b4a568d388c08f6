"""Reading issues: as the desk lists them, and as readers find them on the web."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.articles.models import Article
from app.articles.queries import Listing, listings_by_id, newest
from app.core.jobs import Job
from app.newsletter.models import PUBLIC, Issue, IssueState, Status, Subscription

GATHERED = 20
"""Articles that are gathered at once; before the first issue, a third of them."""


class Pointer(NamedTuple):
    """An article that an issue points to, as its form shows it; `is_live` is whether it would be mailed now."""

    id: int
    title: str
    is_live: bool


class Setback(NamedTuple):
    """Why the sending of an issue waits, and until when."""

    words: str
    next_try: datetime


def issues(session: Session, limit: int, before: int | None = None) -> Sequence[Issue]:
    """The last begun first."""
    query = sa.select(Issue).order_by(Issue.id.desc()).limit(limit)
    return session.scalars(query if before is None else query.where(Issue.id < before)).all()


def recipients(session: Session) -> int:
    """How many would get an issue that is sent now."""
    return session.scalar(sa.select(sa.func.count()).where(Subscription.status == Status.CONFIRMED)) or 0


def live_articles(session: Session, ids: Sequence[int]) -> list[Listing]:
    """Those of the articles that readers can read, in the same order."""
    found = listings_by_id(session, ids) if ids else {}
    return [found[one] for one in ids if one in found]


def pointers(session: Session, ids: Sequence[int]) -> list[Pointer]:
    """In the same order; what is gone altogether is left out."""
    titles = {
        row.id: row.title for row in session.execute(sa.select(Article.id, Article.title).where(Article.id.in_(ids)))
    }
    live = {one.id for one in live_articles(session, ids)}
    return [Pointer(one, titles[one], one in live) for one in ids if one in titles]


def new_articles(session: Session, but: Iterable[int]) -> list[int]:
    """The articles that went live since the last issue was sent, the newest first; no samples, none of those given."""
    last = session.scalar(sa.select(sa.func.max(Issue.began_at)).where(Issue.state != IssueState.CANCELLED))
    found = newest(session, GATHERED if last else GATHERED // 3)
    known = set(but)
    news = [one for one in found if not one.sample and one.id not in known]
    return [one.id for one in news if last is None or one.published_at > last]


def article_of_slug(session: Session, slug: str) -> int | None:
    """The article of that address, out or not."""
    return session.scalar(sa.select(Article.id).where(Article.slug == slug))


def setback(session: Session, issue: Issue) -> Setback | None:
    """What the mail server said when the sending last stopped, as long as it waits for the next try."""
    job = session.scalar(sa.select(Job).where(Job.key == job_key(issue.id)))
    return Setback(job.error, job.run_at) if job is not None and job.error else None


def public_issue(session: Session, slug: str) -> Issue | None:
    return session.scalar(sa.select(Issue).where(Issue.slug == slug, Issue.state.in_(PUBLIC)))


def public_issues(session: Session, limit: int, before: Issue | None = None) -> Sequence[Issue]:
    """Those that readers can read on the web, the newest first; those after `before` in that order, if given."""
    query = sa.select(Issue).where(Issue.state.in_(PUBLIC)).order_by(Issue.began_at.desc(), Issue.id.desc())
    if before is not None:
        at = sa.bindparam("at", before.began_at, type_=Issue.began_at.type)
        query = query.where(sa.tuple_(Issue.began_at, Issue.id) < sa.tuple_(at, before.id))
    return session.scalars(query.limit(limit)).all()


def job_key(issue_id: int) -> str:
    return f"issue {issue_id}"
