"""What is done about articles when their images change."""

from __future__ import annotations

from flask import url_for

from app.articles import refreshing
from app.articles.images import articles_showing
from app.media.events import ImageLeaving, Use, VariantsMade


def show_variants(event: VariantsMade) -> None:
    refreshing.refresh_all_with(event.session, event.image)


def tell_uses(event: ImageLeaving) -> list[Use]:
    return [
        Use(title, url_for("articles.edit", article_id=article_id))
        for article_id, title in articles_showing(event.session, event.image)
    ]
