"""What is done about articles and corrections when their images change."""

from __future__ import annotations

from flask import url_for
from flask_babel import gettext as _

from app.articles import refreshing
from app.articles.images import articles_showing, corrections_showing
from app.media.events import ImageLeaving, Use, VariantsMade


def show_variants(event: VariantsMade) -> None:
    refreshing.refresh_all_with(event.session, event.image)
    refreshing.CORRECTIONS_SHOWN.refresh_all_with(event.session, event.image)


def tell_uses(event: ImageLeaving) -> list[Use]:
    articles = [
        Use(title, url_for("articles.edit", article_id=article_id))
        for article_id, title in articles_showing(event.session, event.image)
    ]
    corrections = [
        Use(_("A correction of “%(title)s”", title=title), url_for("moderation.remove_correction", correction_id=one))
        for one, title in corrections_showing(event.session, event.image)
    ]
    return articles + corrections
