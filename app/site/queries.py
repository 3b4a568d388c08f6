"""Reading what editors set for the whole site."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.site.models import HouseRule, Policy, Site


class Terms(NamedTuple):
    """What a page says of commenting here. `paused_reason` is there while all commenting is paused."""

    policy: Policy
    close_after_days: int | None
    paused_reason: str | None


TERMS = (Site.policy, Site.close_after_days, Site.paused_reason)
"""The columns of Terms; a pause that ends takes its reason with it."""
_TERMS = sa.select(*TERMS).where(Site.id == 1)


def terms(session: Session) -> Terms:
    return Terms(*session.connection().execute(_TERMS).one())


def house_rules(session: Session) -> Sequence[HouseRule]:
    """The rules that hold, by their numbers."""
    query = sa.select(HouseRule).where(HouseRule.retired_at.is_(None))
    return session.scalars(query.order_by(HouseRule.number, HouseRule.id)).all()


def retired_rules(session: Session) -> Sequence[HouseRule]:
    """Those that no longer hold, the last retired first."""
    query = sa.select(HouseRule).where(HouseRule.retired_at.is_not(None))
    return session.scalars(query.order_by(HouseRule.retired_at.desc(), HouseRule.id)).all()
