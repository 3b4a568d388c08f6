"""Screening a comment: every phase speaks, what each found is kept, and policy says what becomes of it.

A comment that comes in is looked at before the transaction that writes it, since on SQLite others wait for that.
"""

from __future__ import annotations

import logging
import traceback
from contextlib import nullcontext
from dataclasses import asdict, dataclass

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from app.comments import status
from app.comments.models import Comment, ProposedEdit, Status
from app.core.errors import UNAVAILABLE
from app.core.markup import plain_text
from app.moderation.circumstances import hash_of, read
from app.moderation.models import Decision, Finding, Verdict
from app.moderation.phases import PHASES, Context, Result
from app.site.models import Policy

STRICTNESS = list(Verdict)

_log = logging.getLogger(__name__)

_DROP_FINDINGS = sa.delete(Finding).where(Finding.comment_id == sa.bindparam("comment"))
_ADD_FINDINGS = sa.insert(Finding)
_PUT = sa.update(Comment).where(Comment.id == sa.bindparam("comment"))


@dataclass(frozen=True)
class Seen:
    """What screening found of a text, before anything of it is written."""

    policy: Policy
    found: dict[str, Result]
    has_failed: bool
    is_trusted: bool = False
    text_hash: str | None = None
    spam_score: float | None = None
    pass_id: int | None = None
    """Of the pass by which its author is trusted."""

    @property
    def destination(self) -> Status:
        return destination(self.policy, verdict_of(self.found), has_failed=self.has_failed, is_trusted=self.is_trusted)


def look(session: Session, comment: Comment, *, trap_filled: bool = False, goes_on: bool = False) -> Seen:
    """What the phases find of a comment, which need not be written yet. Nothing is written.

    It raises nothing but UNAVAILABLE, for the database: any other fault is what it found. If the session's transaction
    `goes_on`, a fault does not end that.
    """
    try:
        with session.begin_nested() if goes_on else nullcontext():
            return _look(session, comment, trap_filled)
    except UNAVAILABLE:
        raise
    except Exception as error:
        _note(comment, "screening", error)
        return Seen(Policy.HOLD_ALL, {"failed": _failed()}, has_failed=True, pass_id=comment.pass_id)


def screen(session: Session, comment: Comment, *, trap_filled: bool = False, seen: Seen | None = None) -> None:
    """Writes what was found of a pending comment in place of earlier findings, and moves it as the policy says.

    `seen` is what was found before the transaction, if it was looked at then. Raises what `look` does.
    """
    if seen is None or seen.pass_id != comment.pass_id:
        seen = look(session, comment, trap_filled=trap_filled, goes_on=True)
    _keep(session, comment, seen.found)
    _put(session, comment, text_hash=seen.text_hash, spam_score=seen.spam_score)
    to = seen.destination
    if to is Status.PUBLISHED and comment.version > 1 and _has_been_decided(session, comment):
        # An editor has had a say on it, and is to have one on what it has become.
        to = Status.PENDING
    if to is not Status.PENDING:
        _move(session, comment, to)


def screen_edit(session: Session, comment: Comment, edit: ProposedEdit) -> bool:
    """Writes beside a proposed text what the phases found of it. Returns whether the policy publishes it.

    Raises what `look` does.
    """
    # Never in the session: it lends the text the form in which the phases know one.
    as_comment = Comment(id=comment.id, article_id=comment.article_id, author=comment.author)
    as_comment.source, as_comment.html, as_comment.pass_id = edit.source, edit.html, comment.pass_id
    seen = look(session, as_comment, goes_on=True)
    edit.spam_score = seen.spam_score
    edit.findings = [{"phase": phase, **asdict(result)} for phase, result in seen.found.items()]
    is_published = seen.destination is Status.PUBLISHED
    return is_published and comment.report_rank is None and not _has_been_decided(session, comment)


def take_over(session: Session, comment: Comment, edit: ProposedEdit) -> None:
    """What was found of a proposed text holds for the comment, whose text it has become."""
    found = {one["phase"]: Result(Verdict(one["verdict"]), one["reason"], tuple(one["marks"])) for one in edit.findings}
    comment.text_hash, comment.spam_score = hash_of(plain_text(edit.html), edit.source), edit.spam_score
    _keep(session, comment, found)


def verdict_of(found: dict[str, Result]) -> Verdict:
    """The strictest, and that of nothing found is to publish."""
    return max((result.verdict for result in found.values()), key=STRICTNESS.index, default=Verdict.PUBLISH)


def destination(policy: Policy, verdict: Verdict, *, has_failed: bool = False, is_trusted: bool = False) -> Status:
    """What becomes of a pending comment. Whatever the policy, one that a phase could not look at waits."""
    if verdict is Verdict.SPAM:
        return Status.SPAM
    if policy is Policy.HOLD_ALL or has_failed:
        return Status.PENDING
    if policy is Policy.HOLD_UNKNOWN and not is_trusted:
        return Status.PENDING
    if policy is not Policy.PUBLISH and verdict is Verdict.HOLD:
        return Status.PENDING
    return Status.PUBLISHED


def _look(session: Session, comment: Comment, trap_filled: bool) -> Seen:
    policy, text_hash, context = read(session, comment, trap_filled=trap_filled)
    found, has_failed = _ask(comment, context)
    judgement = context.judgement
    return Seen(
        policy,
        found,
        has_failed,
        is_trusted=context.is_trusted,
        text_hash=text_hash,
        spam_score=judgement.probability if judgement else None,
        pass_id=comment.pass_id,
    )


def _move(session: Session, comment: Comment, to: Status) -> None:
    """Whatever fails in those who hear of it, the comment is kept and waits."""
    try:
        with session.begin_nested():
            status.change(session, comment, to, by_person=False)
    except UNAVAILABLE:
        raise
    except Exception as error:
        _note(comment, "screening", error)
        _keep(session, comment, {"failed": _failed()})


def _ask(comment: Comment, context: Context) -> tuple[dict[str, Result], bool]:
    """What each phase found, and whether one of them failed."""
    found: dict[str, Result] = {}
    has_failed = False
    for name, phase in PHASES.items():
        try:
            result = phase(context)
        except Exception as error:
            _note(comment, name, error)
            result, has_failed = Result(Verdict.HOLD, _("This check failed. The fault is in the log.")), True
        if result is not None:
            found[name] = result
    return found, has_failed


def _note(comment: Comment, what: str, error: Exception) -> None:
    """Logs where it failed without the error's own words, which may be the comment's."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{place.filename}:{place.lineno}"
    which = comment.id or "that comes in"
    _log.error("screening comment %s failed in %s: %s at %s", which, what, type(error).__name__, where)


def _failed() -> Result:
    return Result(Verdict.HOLD, _("Screening failed. The fault is in the log."))


def _has_been_decided(session: Session, comment: Comment) -> bool:
    """Whether an editor has had a hand in it."""
    if comment.edited_at is not None:
        return True
    return session.scalar(sa.select(Decision.id).where(Decision.comment_id == comment.id).limit(1)) is not None


def _keep(session: Session, comment: Comment, found: dict[str, Result]) -> None:
    """Puts what was found in the place of what an earlier screening found."""
    rows = [
        {
            "comment_id": comment.id,
            "phase": phase,
            "verdict": result.verdict,
            "reason": result.reason,
            "marks": list(result.marks),
        }
        for phase, result in found.items()
    ]
    connection = session.connection()
    if comment.version > 1:
        connection.execute(_DROP_FINDINGS, {"comment": comment.id})
    if rows:
        connection.execute(_ADD_FINDINGS, rows)


def _put(session: Session, comment: Comment, **values: object) -> None:
    """Writes what is known of the comment now, in a fifth of the time that the session would take."""
    session.connection().execute(_PUT, {"comment": comment.id, **values})
    for name, value in values.items():
        set_committed_value(comment, name, value)
