"""What every template may use."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from flask import Flask, g
from flask_babel import format_date, format_datetime, format_decimal

from app.articles.queries import is_live
from app.config import Config
from app.core.db import db
from app.core.errors import UNAVAILABLE

MODERATION_ARTICLE = "how-comments-are-moderated"


@dataclass(frozen=True)
class Site:
    """The site as templates name it."""

    config: Config

    @property
    def name(self) -> str:
        return self.config.site_name

    @property
    def contact(self) -> str:
        return self.config.site_contact

    @property
    def base_url(self) -> str:
        return self.config.base_url

    @property
    def moderation_page(self) -> bool:
        """Whether there is an article on how comments are moderated, to link to. No error of the database matters."""
        if "moderation_page" not in g:
            try:
                g.moderation_page = is_live(db.session(), MODERATION_ARTICLE)
            except UNAVAILABLE:
                db.session.rollback()
                return False
        return bool(g.moderation_page)


def init_app(app: Flask, config: Config) -> None:
    app.add_template_filter(_date, "date")
    app.add_template_filter(_datetime, "datetime")
    app.add_template_filter(_iso, "iso")
    app.add_template_filter(format_decimal, "number")
    app.jinja_env.globals["site"] = Site(config)


def _date(moment: datetime) -> str:
    """24 November 2026, in the site's zone."""
    return str(format_date(moment, "d MMMM y"))


def _datetime(moment: datetime) -> str:
    """24 November 2026, 10:40, in the site's zone."""
    return str(format_datetime(moment, "d MMMM y, HH:mm"))


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")
