"""Where a comment stands, as its author is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.articles.models import Article
from app.comments.models import Comment, CommentVersion, EditOutcome, ProposedEdit, Status
from app.core.differences import Piece, difference
from app.following.models import Follow
from app.following.queries import follows_of
from app.moderation.appeals import APPEALABLE, appeal_of, appealable, closes_at
from app.moderation.decisions import last_decision
from app.moderation.edits import last_edit
from app.moderation.models import Appeal, Decision, Outcome
from app.receipts.revising import editable_until, is_editable
from app.site.models import Site, the_site


@dataclass(frozen=True)
class Change:
    """That an editor put another text in place of the author's."""

    at: datetime
    pieces: list[Piece]


@dataclass(frozen=True)
class Standing:
    """A comment with all that its author is told of it. `decision` is the one by which it stands where it does."""

    comment: Comment
    article: Article
    site: Site
    decision: Decision | None
    appeal: Appeal | None
    may_appeal_until: datetime | None
    revised_at: datetime | None
    """When the author last sent another text."""
    edit: ProposedEdit | None = None
    """The last text that was proposed while the comment was published."""
    may_edit: bool = False
    may_edit_until: datetime | None = None
    """Set while it can be changed for a time; what was returned can be as long as it is with its author."""
    changes: Sequence[Change] = ()
    follows: Sequence[Follow] = ()

    @property
    def state(self) -> str:
        return state_of(self.comment)

    @property
    def is_upheld(self) -> bool:
        """Whether it is published because its author appealed."""
        return self.comment.status is Status.PUBLISHED and bool(self.appeal and self.appeal.outcome is Outcome.UPHELD)

    @property
    def is_dismissed(self) -> bool:
        """Whether it stands rejected although its author appealed."""
        return self.comment.status in APPEALABLE and bool(self.appeal and self.appeal.outcome is Outcome.DISMISSED)

    @property
    def has_open_appeal(self) -> bool:
        return self.appeal is not None and self.appeal.outcome is None

    @property
    def has_open_edit(self) -> bool:
        """Whether another text for the published comment waits for an editor."""
        return self.state == "published" and self.edit is not None and self.edit.outcome is None

    @property
    def refused_edit(self) -> ProposedEdit | None:
        """The text that an editor refused, if the author has sent no other since."""
        is_refused = self.edit is not None and self.edit.outcome in {EditOutcome.REFUSED, EditOutcome.SPAM}
        return self.edit if is_refused and self.state == "published" else None

    @property
    def edit_difference(self) -> list[Piece]:
        """Between what readers see and the text that was proposed for it."""
        return difference(self.comment.source, self.edit.source) if self.edit is not None else []

    @property
    def newest_text(self) -> str:
        """What the author would go on from."""
        return self.edit.source if self.edit is not None and self.has_open_edit else self.comment.source

    @property
    def waits_for_editor(self) -> bool:
        return self.state in {"waiting", "second look"} or self.has_open_appeal


def state_of(comment: Comment) -> str:
    """A word for the pages and letters that say it in sentences."""
    status = comment.status
    if status is Status.WITHDRAWN and comment.erased_at is not None:
        return "erased"
    if status is Status.PENDING and comment.report_rank is not None:
        return "second look"
    if status is Status.SPAM and comment.decided_at is None:
        # Only a machine takes it for spam; to its author it waits for an editor, which it does.
        return "waiting"
    return "waiting" if status is Status.PENDING else status.value


def standing(session: Session, comment: Comment) -> Standing:
    site = the_site(session)
    decision = last_decision(session, comment.id)
    if decision is not None and decision.to_status is not comment.status:
        decision = None
    appealed = appealable(session, comment, site)
    may_edit = is_editable(session, comment, site)
    is_for_a_time = may_edit and comment.status is not Status.RETURNED
    versions = session.scalars(
        sa.select(CommentVersion).where(CommentVersion.comment_id == comment.id).order_by(CommentVersion.number)
    ).all()
    return Standing(
        comment=comment,
        article=session.get_one(Article, comment.article_id),
        site=site,
        decision=decision,
        appeal=appeal_of(session, comment.id),
        may_appeal_until=closes_at(appealed, site) if appealed else None,
        revised_at=max((one.replaced_at for one in versions if one.replaced_by_id is None), default=None),
        edit=last_edit(session, comment.id),
        may_edit=may_edit,
        may_edit_until=editable_until(site, comment) if is_for_a_time else None,
        changes=_changes(comment, versions),
        follows=follows_of(session, comment.id),
    )


def _changes(comment: Comment, versions: Sequence[CommentVersion]) -> list[Change]:
    texts = [*(version.source for version in versions), comment.source]
    return [
        Change(version.replaced_at, difference(version.source, after))
        for version, after in zip(versions, texts[1:], strict=True)
        if version.replaced_by_id is not None
    ]
