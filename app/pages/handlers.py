"""What is done about pages when their images change."""

from __future__ import annotations

from flask import url_for

from app.media.events import ImageLeaving, Use, VariantsMade
from app.pages.queries import pages_showing
from app.pages.refreshing import PAGES_SHOWN


def show_variants(event: VariantsMade) -> None:
    PAGES_SHOWN.refresh_all_with(event.session, event.image)


def tell_uses(event: ImageLeaving) -> list[Use]:
    return [
        Use(page.title, url_for("standing.edit", page_id=page.id)) for page in pages_showing(event.session, event.image)
    ]
