"""The site's one row."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session

from app.core.db import Id, Model


class Site(Model):
    """There is one row, with id 1, made by the migration."""

    __tablename__ = "site"
    __table_args__ = (sa.CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[Id]
    samples_loaded_at: Mapped[datetime | None]


def the_site(session: Session) -> Site:
    return session.get_one(Site, 1)
