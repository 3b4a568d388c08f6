"""A comment taken up by its article: as a question that is answered there, or as an error that is corrected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from sqlalchemy.orm import Session

from app.accounts.queries import Identity
from app.articles import correcting, questions
from app.articles.images import images_of
from app.articles.models import ArticleImage, Correction, FaqEntry
from app.articles.owed import taken_up
from app.comments.models import Comment, Status
from app.core.markup import ArticleMarkup
from app.moderation.decisions import Overtaken, decide, locked, seen_as


class TakenUpAlready(Exception):
    """A comment becomes one question and one correction at most, however often the button is pressed."""


def answer(
    session: Session,
    editor: Identity,
    comment_id: int,
    seen: str,
    *,
    question: str,
    text: str,
    markup: ArticleMarkup,
    images: Mapping[str, str] = MappingProxyType({}),
) -> FaqEntry:
    """Puts a comment's question into its article, answered. What still waits is published by the same act.

    `seen` is what `seen_as` said of the comment that the editor was shown. Raises NoSuchComment, TakenUpAlready,
    ImageGone, or Overtaken when it stands elsewhere, has another text by now, or is neither published nor waiting.
    """
    comment = _to_take_up(session, editor, comment_id, seen, as_correction=False)
    return questions.answer(
        session,
        comment.article_id,
        actor=editor.actor,
        question=question,
        text=text,
        markup=markup,
        images=images,
        asked_in_id=comment_id,
        credit=_credit(comment),
    )


def correct(
    session: Session,
    editor: Identity,
    comment_id: int,
    seen: str,
    *,
    text: str,
    markup: ArticleMarkup,
    images: Mapping[str, str] = MappingProxyType({}),
) -> Correction:
    """Corrects the error that a comment found; otherwise as `answer`."""
    comment = _to_take_up(session, editor, comment_id, seen, as_correction=True)
    return correcting.correct(
        session,
        comment.article_id,
        actor=editor.actor,
        text=text,
        markup=markup,
        images=images,
        found_in_id=comment_id,
        credit=_credit(comment),
    )


def images_beside(session: Session, comment_id: int) -> Sequence[ArticleImage]:
    """Those of the article that takes the comment up, which an answer there calls by the same names."""
    comment = session.get(Comment, comment_id)
    return images_of(session, comment.article_id) if comment else []


def _to_take_up(session: Session, editor: Identity, comment_id: int, seen: str, *, as_correction: bool) -> Comment:
    comment = locked(session, comment_id)
    if any(taken.is_correction is as_correction for taken in taken_up(session, comment_id)):
        raise TakenUpAlready
    if seen_as(comment) != seen:
        raise Overtaken(comment_id)
    if comment.status is Status.PENDING:
        decide(session, editor, comment_id, "publish", seen)
    if comment.status is not Status.PUBLISHED:
        raise Overtaken(comment_id)
    return comment


def _credit(comment: Comment) -> str | None:
    """An editor is named at once; a reader has to agree first."""
    return comment.author if comment.editor_id is not None else None
