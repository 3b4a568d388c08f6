"""Making the HTML of issues anew, when what their pictures are shown by has changed."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import clock
from app.media.models import Image, Variants
from app.media.refreshing import Refresher, is_outdated
from app.newsletter.models import ISSUES, Issue, IssueImage

PATIENCE = timedelta(minutes=10)
"""How long after it was uploaded an image is waited for, whose smaller files take a second or two."""

ISSUES_SHOWN = Refresher("an issue", Issue, IssueImage.issue_id, lambda issue: (ISSUES,) if issue.is_public else ())


def issues_showing(session: Session, image: Image) -> list[Issue]:
    shown = sa.select(IssueImage.issue_id).where(IssueImage.image_id == image.id)
    return list(session.scalars(sa.select(Issue).where(Issue.id.in_(shown)).order_by(Issue.id)))


def waits_for_images(issue: Issue) -> bool:
    """Whether its letters would lead to pictures as they were uploaded, which weigh a hundred times what they need."""
    new = [one.image for one in issue.images if one.image.uploaded_at > clock.now() - PATIENCE]
    return any(image.variants is Variants.WAITING for image in new) or is_outdated(issue.html, new)
