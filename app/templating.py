"""What every template may use."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Any

from flask import Flask, g
from flask_babel import format_date, format_datetime, format_decimal, get_translations
from flask_babel import gettext as _

from app.accounts.queries import names_of_actors
from app.articles.queries import is_live
from app.config import Config
from app.core import frames
from app.core.days import today_by_clock
from app.core.db import db
from app.core.errors import UNAVAILABLE
from app.core.markup import plain_text
from app.core.markup_text import isolated
from app.core.revisions import depends_on
from app.pages.models import MENUS
from app.pages.queries import Menus, menus, menus_as_they_came

MODERATION_ARTICLE = "how-comments-are-moderated"


BEGINNING = 160
"""Characters of a comment that stand for the whole."""


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

    @cached_property
    def language(self) -> str:
        return self.config.locale

    @cached_property
    def direction(self) -> str:
        return "rtl" if self.config.is_right_to_left else "ltr"

    @property
    def time_zone(self) -> str:
        return self.config.time_zone

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

    @property
    def menus(self) -> Menus:
        """What stands at the head and at the foot of each page. No error of the database matters."""
        if "menus" not in g:
            depends_on(MENUS)
            try:
                g.menus = menus(db.session())
            except UNAVAILABLE:
                db.session.rollback()
                return menus_as_they_came()
        held: Menus = g.menus
        return held


def init_app(app: Flask, config: Config) -> None:
    app.add_template_filter(_date, "date")
    app.add_template_filter(_datetime, "datetime")
    app.add_template_filter(today_by_clock, "today_by_clock")
    app.add_template_filter(_iso, "iso")
    app.add_template_filter(_month, "month")
    app.add_template_filter(_duration, "duration")
    app.add_template_filter(format_decimal, "number")
    app.add_template_filter(_beginning, "beginning")
    app.add_template_filter(isolated)
    app.jinja_env.install_gettext_callables(_translation, _plural_translation, newstyle=True)  # type: ignore[attr-defined]
    app.jinja_env.globals["site"] = Site(config)
    app.jinja_env.globals["actor_names"] = _actor_names
    frames.init_app(app)


def _translation(text: str) -> str:
    return str(_translations().ugettext(text))


def _plural_translation(singular: str, plural: str, number: int) -> str:
    return str(_translations().ungettext(singular, plural, number))


def _translations() -> Any:
    """Looked up once for a request; Flask-Babel does so for each word, which costs more than the word."""
    if "translations" not in g:
        g.translations = get_translations()
    return g.translations


def _date(moment: datetime) -> str:
    """24 November 2026, in the site's zone."""
    return str(format_date(moment, "d MMMM y"))


def _datetime(moment: datetime) -> str:
    """24 November 2026, 10:40, in the site's zone."""
    return str(format_datetime(moment, "d MMMM y, HH:mm"))


def _month(first_day: date) -> str:
    """November 2026."""
    return str(format_date(first_day, "LLLL y"))


def _duration(seconds: float) -> str:
    """The two largest units of a time that has passed: 3 d 4 h, 2 h 10 min, 40 min."""
    minutes = round(seconds / 60)
    if minutes < 60:
        return str(_("%(minutes)s min", minutes=minutes))
    hours, minutes = divmod(minutes, 60)
    if hours < 48:
        return str(_("%(hours)s h %(minutes)s min", hours=hours, minutes=minutes))
    days, hours = divmod(hours, 24)
    return str(_("%(days)s d %(hours)s h", days=format_decimal(days), hours=hours))


def _actor_names() -> dict[str, str]:
    """What the actors of the audit record are called, which knows them by number only."""
    return names_of_actors(db.session())


def _beginning(html: str) -> str:
    """The first words of a comment's HTML, in one line."""
    text = " ".join(plain_text(html).split())
    if len(text) <= BEGINNING:
        return text
    whole_words, space, _rest = text[:BEGINNING].rpartition(" ")
    # Some scripts put no spaces between words.
    return f"{whole_words.rstrip(',;:') if space else text[:BEGINNING]} …"


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")
