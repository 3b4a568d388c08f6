"""The card that is shown of a link to an article."""

from __future__ import annotations

from flask import url_for
from flask_babel import gettext as _

from app.articles.models import Article
from app.articles.stories import Story
from app.core.web import absolute, settings
from app.media.cards import Card


def card_of(story: Article | Story) -> Card:
    byline = _("By %(name)s", name=story.byline) if story.byline else ""
    return Card(story.id, settings().site_name, story.title, byline, story.lead_image)


def card_url(story: Article | Story) -> str:
    """Another one for whatever looks different, so that nobody keeps showing what is outdated."""
    return absolute(url_for("reading.card", slug=story.slug, v=card_of(story).key))
