"""All that is kept of a comment and concerns its author, as plain values for a file."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.articles.models import Article
from app.articles.owed import taken_up
from app.comments.models import Comment, CommentVersion, ProposedEdit, Receipt, Report
from app.core.web import absolute
from app.following.models import Follow
from app.moderation.models import Appeal, Decision, Finding


def download_of(session: Session, comment: Comment) -> dict[str, Any]:
    """Times are in UTC, texts in the Markdown in which they were written.

    Of reports it holds neither who sent them nor their words, which are others' and may give away who wrote them; of
    editors no names.
    """
    article = session.get_one(Article, comment.article_id)
    return {
        "comment": comment.id,
        "article": {"title": article.title, "url": absolute(article.url)},
        "in_reply_to": comment.parent_id,
        "name": comment.author,
        "email": comment.email,
        "text": comment.source,
        "version": comment.version,
        "status": comment.status,
        "status_since": _time(comment.status_at),
        "sent_at": _time(comment.created_at),
        "published_at": _time(comment.published_at),
        "edited_by_an_editor_at": _time(comment.edited_at),
        "edited_by_its_author_at": _time(comment.revised_at),
        "erased_at": _time(comment.erased_at),
        "network_address": "kept as a keyed hash" if comment.address_hash else "not kept",
        "learning_filter": comment.spam_score,
        "is_in_a_pass": comment.pass_id is not None,
        **_what_hangs_on_it(session, comment),
    }


def _what_hangs_on_it(session: Session, comment: Comment) -> dict[str, Any]:
    def rows(kind: Any, order: Any) -> Any:
        return session.scalars(sa.select(kind).where(kind.comment_id == comment.id).order_by(order))

    return {
        "earlier_texts": [_earlier(one) for one in rows(CommentVersion, CommentVersion.number)],
        "proposed_texts": [_proposed(one) for one in rows(ProposedEdit, ProposedEdit.id)],
        "screening": [
            {"phase": one.phase, "verdict": one.verdict, "reason": one.reason, "words": one.marks}
            for one in rows(Finding, Finding.phase)
        ],
        "decisions": [_decision(one) for one in rows(Decision, Decision.id)],
        "appeals": [{"text": one.text, **_answered(one)} for one in rows(Appeal, Appeal.id)],
        "reports": [_answered(one) for one in rows(Report, Report.id)],
        "mail": [_followed(one) for one in rows(Follow, Follow.id)],
        "private_links": [{"made_at": _time(one.created_at)} for one in rows(Receipt, Receipt.id)],
        "taken_up": [
            {"as": "correction" if one.is_correction else "question", "credited_to": one.credit}
            for one in taken_up(session, comment.id)
        ],
    }


def _earlier(version: CommentVersion) -> dict[str, Any]:
    return {
        "version": version.number,
        "text": version.source,
        "replaced_at": _time(version.replaced_at),
        "replaced_by": "an editor" if version.replaced_by_id else "its author",
    }


def _answered(asked: Appeal | Report) -> dict[str, Any]:
    return {
        "sent_at": _time(asked.created_at),
        "outcome": asked.outcome,
        "reason": asked.reason,
        "answered_at": _time(asked.decided_at),
    }


def _followed(follow: Follow) -> dict[str, Any]:
    return {
        "email": follow.subscriber.email,
        "what": follow.kind,
        "asked_at": _time(follow.created_at),
        "confirmed_at": _time(follow.confirmed_at),
    }


def _proposed(edit: ProposedEdit) -> dict[str, Any]:
    return {
        "text": edit.source,
        "sent_at": _time(edit.created_at),
        "outcome": edit.outcome,
        "rule": _rule(edit.rule_number, edit.rule_title),
        "note": edit.note,
        "answered_at": _time(edit.decided_at),
        "screening": [
            {"phase": one["phase"], "verdict": one["verdict"], "reason": one["reason"], "words": one["marks"]}
            for one in edit.findings
        ],
    }


def _decision(decision: Decision) -> dict[str, Any]:
    return {
        "from": decision.from_status,
        "to": decision.to_status,
        "version": decision.comment_version,
        "rule": _rule(decision.rule_number, decision.rule_title),
        "note": decision.note,
        "at": _time(decision.at),
        "undone_at": _time(decision.undone_at),
    }


def _rule(number: int | None, title: str | None) -> dict[str, Any] | None:
    return {"number": number, "title": title} if number is not None else None


def _time(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment is not None else None
