"""Rows of the queue, and all that is known of one comment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import Editor
from app.articles.models import Article, article_url
from app.comments.models import Comment, CommentVersion, ProposedEdit, Report, Status
from app.comments.status import TRANSITIONS
from app.core.differences import Piece, difference
from app.core.markup_marks import mark_words
from app.learning.judging import Judgement, judge
from app.moderation.decisions import VERBS, edit_seen_as, seen_as
from app.moderation.models import Appeal, Decision, Finding, Verdict
from app.moderation.phases import PHASES
from app.moderation.teaching import example_of

REPORTS_LIMIT = 500
"""Reports on the comments of one page that are read; more than that are a campaign, and say no more."""


@dataclass(frozen=True)
class DecisionMade:
    id: int
    comment_id: int
    editor_name: str
    at: datetime
    verb: Status
    rule_number: int | None
    rule_title: str | None
    note: str | None
    undone_at: datetime | None


@dataclass(frozen=True)
class QueueRow:
    """A comment at the desk, with what an editor needs to decide on it."""

    comment: Comment
    article_title: str
    article_slug: str
    parent: Comment | None
    decision: DecisionMade | None
    findings: list[Finding]
    record: dict[Status, int] = field(default_factory=dict)
    reports: list[Report] = field(default_factory=list)
    appeal: Appeal | None = None
    edit: ProposedEdit | None = None
    """The text that waits to take the place of what readers see."""

    @property
    def article_url(self) -> str:
        return article_url(self.article_slug)

    @property
    def html(self) -> str:
        """The comment with the words marked that it is held for."""
        return mark_words(self.comment.html, (word for finding in self.held for word in finding.marks))

    @property
    def held(self) -> list[Finding]:
        """What speaks against publishing it, as long as no editor has decided."""
        if self.is_decided:
            return []
        return [finding for finding in self.findings if finding.verdict is not Verdict.PUBLISH]

    @property
    def is_decided(self) -> bool:
        """Whether it stands where an editor put it."""
        return self.decision is not None and self.decision.verb is self.comment.status

    @property
    def is_appealed(self) -> bool:
        """Whether an appeal waits for its answer, which alone can move the comment."""
        return self.appeal is not None and self.appeal.outcome is None

    @property
    def verbs(self) -> set[str]:
        """What can be decided now."""
        if self.is_appealed or self.comment.erased_at is not None:
            return set()
        return {verb for verb, to in VERBS.items() if to in TRANSITIONS[self.comment.status]}

    @property
    def seen(self) -> str:
        return seen_as(self.comment)

    @property
    def seen_edit(self) -> str:
        return edit_seen_as(self.comment, self.edit) if self.edit else ""

    @property
    def edit_held(self) -> list[Finding]:
        """What speaks against the text that waits."""
        found = [Finding(**one) for one in self.edit.findings] if self.edit else []
        return [finding for finding in found if finding.verdict != Verdict.PUBLISH]

    @property
    def edit_difference(self) -> list[Piece]:
        return difference(self.comment.source, self.edit.source) if self.edit else []

    @property
    def can_undo(self) -> bool:
        is_bound = self.is_appealed or self.comment.erased_at is not None
        return not is_bound and self.is_decided

    @property
    def is_unseen(self) -> bool:
        """Whether it is published although no editor has decided so."""
        return self.comment.status is Status.PUBLISHED and self.decision is None and self.comment.editor_id is None


@dataclass(frozen=True)
class Dossier:
    """What is known of one comment beside its row, the newest first."""

    decisions: Sequence[DecisionMade]
    versions: Sequence[CommentVersion]
    edits: Sequence[ProposedEdit]
    """Texts for it that were proposed and answered."""
    reports: Sequence[Report]
    judgement: Judgement
    """What the learning filter says of it today."""


def queue_rows(session: Session, ids: Sequence[int]) -> list[QueueRow]:
    """The comments of these ids, in their order; one that is no more is left out."""
    found = {comment.id: comment for comment in session.scalars(sa.select(Comment).where(Comment.id.in_(ids)))}
    return _rows(session, [found[comment_id] for comment_id in ids if comment_id in found])


def queue_row(session: Session, comment_id: int) -> QueueRow | None:
    return next(iter(queue_rows(session, [comment_id])), None)


def dossier(session: Session, comment: Comment) -> Dossier:
    decisions = [
        DecisionMade(*row)
        for row in session.execute(_DECISIONS.where(Decision.comment_id == comment.id).order_by(Decision.id.desc()))
    ]
    versions = sa.select(CommentVersion).where(CommentVersion.comment_id == comment.id)
    answered = sa.select(ProposedEdit).where(
        ProposedEdit.comment_id == comment.id, ProposedEdit.outcome.is_not(None), ProposedEdit.editor_id.is_not(None)
    )
    reports = sa.select(Report).where(Report.comment_id == comment.id)
    return Dossier(
        decisions,
        session.scalars(versions.order_by(CommentVersion.number.desc())).all(),
        session.scalars(answered.order_by(ProposedEdit.id.desc())).all(),
        session.scalars(reports.order_by(Report.id.desc())).all(),
        judge(session, example_of(comment)),
    )


_DECISIONS = sa.select(
    Decision.id,
    Decision.comment_id,
    Editor.name,
    Decision.at,
    Decision.to_status,
    Decision.rule_number,
    Decision.rule_title,
    Decision.note,
    Decision.undone_at,
).join(Editor, Editor.id == Decision.editor_id)


def _rows(session: Session, comments: list[Comment]) -> list[QueueRow]:
    ids = [comment.id for comment in comments]
    articles = {
        row.id: row
        for row in session.execute(
            sa.select(Article.id, Article.title, Article.slug).where(Article.id.in_({c.article_id for c in comments}))
        )
    }
    parent_ids = {c.parent_id for c in comments if c.parent_id}
    parents = {c.id: c for c in session.scalars(sa.select(Comment).where(Comment.id.in_(parent_ids)))}
    decisions = _decisions(session, ids)
    findings = _findings(session, ids)
    reports = _open_reports(session, [c.id for c in comments if c.report_rank is not None])
    appeals = {one.comment_id: one for one in session.scalars(sa.select(Appeal).where(Appeal.comment_id.in_(ids)))}
    edits = _edits(session, [c.id for c in comments if c.status is Status.PUBLISHED])
    records = _records(session, {c.address_hash for c in comments if c.address_hash})
    return [
        QueueRow(
            comment=comment,
            article_title=articles[comment.article_id].title,
            article_slug=articles[comment.article_id].slug,
            parent=parents.get(comment.parent_id) if comment.parent_id else None,
            decision=decisions.get(comment.id),
            findings=findings.get(comment.id, []),
            record=_but_itself(records.get(comment.address_hash), comment) if comment.address_hash else {},
            reports=reports.get(comment.id, []),
            appeal=appeals.get(comment.id),
            edit=edits.get(comment.id),
        )
        for comment in comments
    ]


def _decisions(session: Session, ids: list[int]) -> dict[int, DecisionMade]:
    stand = _DECISIONS.where(Decision.comment_id.in_(ids), Decision.undone_at.is_(None)).order_by(Decision.id)
    return {row.comment_id: DecisionMade(*row) for row in session.execute(stand)}


def _findings(session: Session, ids: list[int]) -> dict[int, list[Finding]]:
    """What each phase found, in the order in which an editor reads it."""
    findings: dict[int, list[Finding]] = {}
    for finding in session.scalars(sa.select(Finding).where(Finding.comment_id.in_(ids))):
        findings.setdefault(finding.comment_id, []).append(finding)
    order = {phase: number for number, phase in enumerate(PHASES)}
    for found in findings.values():
        found.sort(key=lambda finding: order.get(finding.phase, len(order)))
    return findings


def _edits(session: Session, ids: list[int]) -> dict[int, ProposedEdit]:
    """The texts that wait to take the place of published ones."""
    if not ids:
        return {}
    waiting = sa.select(ProposedEdit).where(ProposedEdit.comment_id.in_(ids), ProposedEdit.outcome.is_(None))
    return {edit.comment_id: edit for edit in session.scalars(waiting)}


def _open_reports(session: Session, ids: list[int]) -> dict[int, list[Report]]:
    if not ids:
        return {}
    query = sa.select(Report).where(Report.comment_id.in_(ids), Report.outcome.is_(None)).limit(REPORTS_LIMIT)
    reports: dict[int, list[Report]] = {}
    for report in sorted(session.scalars(query), key=lambda report: report.id):
        reports.setdefault(report.comment_id, []).append(report)
    return reports


def _records(session: Session, hashes: Iterable[str]) -> dict[str | None, Counter[Status]]:
    rows = session.execute(
        sa.select(Comment.address_hash, Comment.status, sa.func.count())
        .where(Comment.address_hash.in_(hashes))
        .group_by(Comment.address_hash, Comment.status)
    )
    records: dict[str | None, Counter[Status]] = {}
    for address_hash, status, number in rows:
        records.setdefault(address_hash, Counter())[status] = number
    return records


def _but_itself(record: Counter[Status] | None, comment: Comment) -> dict[Status, int]:
    others = (record or Counter()) - Counter([comment.status])
    return {status: others[status] for status in Status if others[status] and status is not Status.PENDING}
