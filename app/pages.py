"""What every template may use."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from flask import Flask, g
from flask_babel import format_date, format_datetime, format_decimal, get_translations
from markupsafe import Markup

from app.articles.queries import is_live
from app.config import Config
from app.core.db import db
from app.core.errors import UNAVAILABLE

MODERATION_ARTICLE = "how-comments-are-moderated"


KEPT = 1_000
"""Pieces of pages that each process keeps: ten full pages of a thread."""


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
    app.jinja_env.install_gettext_callables(_translation, _plural_translation, newstyle=True)  # type: ignore[attr-defined]
    app.jinja_env.globals["site"] = Site(config)
    app.jinja_env.globals["kept"] = _kept()


def _kept() -> Callable[..., Markup]:
    """The template function `kept(macro, values)`: what the macro makes of each value, one after the other.

    A value has to say all that the macro shows of it; for equal ones the macro is not called again.
    """

    @lru_cache(maxsize=KEPT)
    def show(macro: Callable[..., Markup], value: Hashable) -> Markup:
        return macro(value)

    def kept(macro: Callable[..., Markup], values: Iterable[Hashable]) -> Markup:
        return Markup("".join([show(macro, value) for value in values]))  # noqa: S704

    return kept


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


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")
