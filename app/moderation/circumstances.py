"""What there is to know of a comment before the phases look at it: its words and links, and what came before."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.comments.linking import known_hosts
from app.comments.models import Comment
from app.core import clock
from app.core.links import addresses, host_of
from app.core.lookalikes import words
from app.core.markup import plain_text
from app.core.tokens import keyed_hash
from app.core.web import settings
from app.learning.judging import judge
from app.moderation.phases import FLOOD_EVERYWHERE, FLOOD_HERE, FLOOD_WITHIN, REPEATED_WITHIN, Context
from app.moderation.phrases import known_phrases
from app.moderation.teaching import example_of
from app.moderation.trusting import record_of
from app.site.models import Policy, Site

NEWEST = 4 * FLOOD_EVERYWHERE
"""Comments among which a flood is looked for, so that a greater one is not counted at each of its comments."""


def _circumstances() -> sa.Select[*tuple[Any, ...]]:
    """What the site's settings, and the comments that came before, have to do with one."""
    newest = (
        sa.select(Comment.address_hash, Comment.article_id)
        .where(Comment.created_at > sa.bindparam("lately"))
        .order_by(Comment.created_at.desc())
        .limit(NEWEST)
        .subquery("newest_comments")
    )
    everywhere = sa.select(newest.c.address_hash).where(newest.c.address_hash != sa.bindparam("address")).distinct()
    here = everywhere.where(newest.c.article_id == sa.bindparam("article"))
    twin = (
        sa.select(Comment.id)
        .where(
            Comment.text_hash == sa.bindparam("text_hash"),
            Comment.created_at > sa.bindparam("yesterday"),
            Comment.id != sa.bindparam("comment"),
        )
        .order_by(Comment.created_at.desc())
        .limit(1)
        .scalar_subquery()
    )
    return sa.select(
        Site.policy,
        Site.link_limit,
        Site.publish_below,
        Site.spam_above,
        Site.trusted_from,
        twin.label("twin"),
        _up_to(FLOOD_HERE, here).label("here"),
        _up_to(FLOOD_EVERYWHERE, everywhere).label("everywhere"),
    ).where(Site.id == 1)


def _up_to(limit: int, found: sa.Select[Any]) -> sa.ScalarSelect[int]:
    """How many are found, counted no further than the limit."""
    return sa.select(sa.func.count()).select_from(found.limit(limit).subquery("senders")).scalar_subquery()


# Built once: building it costs several times what running it does.
_CIRCUMSTANCES = _circumstances()


def read(session: Session, comment: Comment, *, trap_filled: bool) -> tuple[Policy, str, Context]:
    """The policy, the hash of the words (`hash_of`), and what the phases go by. The comment need not be written yet."""
    text = plain_text(comment.html)
    text_hash = hash_of(text, comment.source)
    now = clock.now()
    asked = {
        "article": comment.article_id,
        "comment": comment.id,
        "text_hash": text_hash,
        "address": comment.address_hash or "",
        "lately": now - FLOOD_WITHIN,
        "yesterday": now - REPEATED_WITHIN,
    }
    row = session.connection().execute(_CIRCUMSTANCES, asked).one()
    is_sent = comment.address_hash is not None
    links = _outward(comment.html)
    hosts = dict.fromkeys(host for link in links if (host := host_of(link)))
    known = known_hosts(session, hosts)
    record = record_of(session, comment)
    context = Context(
        text=text,
        author=comment.author,
        links=links,
        trap_filled=trap_filled,
        twin=row.twin,
        phrases=known_phrases(session),
        link_limit=row.link_limit,
        new_hosts=tuple(host for host in hosts if host not in known),
        senders_here=row.here + is_sent,
        senders_everywhere=row.everywhere + is_sent,
        judgement=judge(session, example_of(comment)),
        publish_below=row.publish_below,
        spam_above=row.spam_above,
        published_before=record.published,
        refused_lately=record.refused,
        trusted_from=row.trusted_from,
    )
    return row.policy, text_hash, context


def _outward(html: str) -> tuple[str, ...]:
    """The links to other sites than this one."""
    here = host_of(settings().base_url)
    return tuple(link for link in addresses(html) if host_of(link) != here)


def hash_of(text: str, source: str) -> str:
    """A keyed hash, equal for equal words; `source` stands for a text that has none."""
    folded = " ".join(word.folded for word in words(text))
    return keyed_hash("words", folded or source)
