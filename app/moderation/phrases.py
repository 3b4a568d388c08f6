"""Banned and suspect phrases: keeping them, and finding them in a text however they are written."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.queries import Identity
from app.audit.recording import record
from app.core.lookalikes import words
from app.moderation.models import Phrase, Verdict

PHRASE_LIMIT = 200
"""Characters in a phrase."""
PHRASES_LIMIT = 5_000
"""Phrases in all, which are read for each comment."""

_READINGS = ("i", "l")
"""What 1 and its like can stand for in a word."""


class KnownPhrase(NamedTuple):
    folded: str
    verdict: Verdict


class TooManyPhrases(ValueError):
    """There would be more than PHRASES_LIMIT."""


_ALL = sa.select(Phrase.folded, Phrase.verdict)


def known_phrases(session: Session) -> tuple[KnownPhrase, ...]:
    return tuple(KnownPhrase(*row) for row in session.connection().execute(_ALL))


def listed_phrases(session: Session) -> Sequence[Phrase]:
    """In alphabetical order, as they are compared."""
    return session.scalars(sa.select(Phrase).order_by(Phrase.folded)).all()


def fold(text: str) -> str:
    """What a phrase is compared by: its words, folded, with single spaces; '' if it has none."""
    return " ".join(word.folded for word in words(text))


def find(phrases: Sequence[KnownPhrase], text: str) -> list[tuple[str, Verdict]]:
    """What of the text is one of the phrases, as it stands there, with that phrase's verdict."""
    verdicts = dict(phrases)
    lengths = {folded.count(" ") + 1 for folded in verdicts}
    found: dict[tuple[str, Verdict], None] = {}
    for one in _READINGS if phrases else ():
        there = words(text, one)
        for first, word in enumerate(there):
            for length in lengths:
                folded = " ".join([each.folded for each in there[first : first + length]])
                if folded in verdicts:
                    last = there[min(first + length, len(there)) - 1]
                    found[text[word.start : last.end], verdicts[folded]] = None
    return list(found)


def add(session: Session, editor: Identity, texts: Iterable[str], verdict: Verdict) -> int:
    """Adds those that are not there yet, and gives those that are this verdict. Returns how many it added.

    A text without a letter or digit is left out. Raises TooManyPhrases.
    """
    wanted = {folded: text for text in texts if (folded := fold(text))}
    there = {row.folded: row for row in session.scalars(sa.select(Phrase).with_for_update())}
    new = [Phrase(text=text, folded=folded, verdict=verdict) for folded, text in wanted.items() if folded not in there]
    if len(there) + len(new) > PHRASES_LIMIT:
        raise TooManyPhrases
    for folded in wanted.keys() & there.keys():
        there[folded].verdict = verdict
    session.add_all(new)
    record(session, actor=editor.actor, verb="add phrases", subject="phrases", detail=f"{verdict} {len(wanted)}")
    return len(new)


def remove(session: Session, editor: Identity, ids: Collection[int]) -> int:
    """Takes phrases from the list. Returns how many were still there."""
    found = session.scalars(sa.select(Phrase).where(Phrase.id.in_(ids)).with_for_update()).all()
    for phrase in found:
        session.delete(phrase)
    if found:
        record(session, actor=editor.actor, verb="remove phrases", subject="phrases", detail=str(len(found)))
    return len(found)
