"""Numbers that move with every change to what readers see, so that a made page knows whether it still holds.

A subject is a word for what a page depends on, such as `articles` or `article:12`. The feature that changes something
names the subject with `bump`, in the transaction of the change; the page that shows it names it with `depends_on`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from flask import g
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.core import clock
from app.core.db import Model

_BUMP = sa.text(
    "INSERT INTO revisions (subject, number) VALUES (:subject, 1)"
    " ON CONFLICT (subject) DO UPDATE SET number = revisions.number + 1"
)


class Revision(Model):
    """A subject that has no row stands at 0."""

    __tablename__ = "revisions"

    subject: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int]


_NUMBERS = sa.select(Revision.subject, Revision.number).where(
    Revision.subject.in_(sa.bindparam("subjects", expanding=True))
)


@dataclass(frozen=True)
class Facts:
    """From what a page, or a part of one, was made."""

    numbers: Mapping[str, int]
    """Where the revisions stood, by subject; 0 for those without a row."""
    began_at: datetime
    ends_at: datetime | None
    """When time alone changes it."""

    def hold(self, now: Facts) -> bool:
        """Whether what was made from this would be made again now."""
        return (
            self.began_at <= now.began_at
            and (self.ends_at is None or now.began_at < self.ends_at)
            and self.numbers.items() <= now.numbers.items()
        )


def bump(session: Session, *subjects: str) -> None:
    """Declares that what is shown of the subjects changes with this transaction."""
    for subject in subjects:
        session.execute(_BUMP, {"subject": subject})


def begin_page() -> None:
    """Begins anew to gather what the page that this request makes depends on."""
    g.began_at, g.page_ends_at = clock.now(), None
    g.subjects, g.numbers = set(), {}


def depends_on(*subjects: str) -> None:
    """Declares what the page that this request makes depends on."""
    g.setdefault("subjects", set()).update(subjects)


def ends_at(moment: datetime | None) -> None:
    """Declares when time alone changes the page that this request makes; None for never."""
    if moment is not None:
        g.page_ends_at = min(moment, g.get("page_ends_at") or moment)


def facts(session: Session, ahead: Iterable[str] = ()) -> Facts:
    """What the page has declared so far, by the snapshot that it is read from.

    Each number is read once; those that are read `ahead`, because they will be declared, cost no look of their own.
    """
    if unknown := g.subjects.union(ahead) - g.numbers.keys():
        rows = session.connection().execute(_NUMBERS, {"subjects": list(unknown)})
        g.numbers |= dict.fromkeys(unknown, 0) | {row.subject: row.number for row in rows}
    return Facts({subject: g.numbers[subject] for subject in g.subjects}, g.began_at, g.page_ends_at)
