"""Numbers that move with every change to what readers see, so that a made page knows whether it still holds.

A subject is a word for what a page depends on, such as `articles` or `article:12`. The feature that changes something
names the subject with `bump`, in the transaction of the change; the page that shows it names it with `depends_on`.
"""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa
from flask import g
from sqlalchemy.orm import Mapped, Session, mapped_column

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


def bump(session: Session, *subjects: str) -> None:
    """Declares that what is shown of the subjects changes with this transaction."""
    for subject in subjects:
        session.execute(_BUMP, {"subject": subject})


def depends_on(*subjects: str) -> None:
    """Declares what the page that this request makes depends on."""
    g.setdefault("subjects", set()).update(subjects)


def subjects_of_request() -> frozenset[str]:
    return frozenset(g.get("subjects", ()))


def numbers(session: Session, subjects: Iterable[str]) -> dict[str, int]:
    """Where the subjects stand, by the session's transaction; those without a row are left out."""
    rows = session.connection().execute(_NUMBERS, {"subjects": list(subjects)})
    return {row.subject: row.number for row in rows}
