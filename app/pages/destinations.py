"""Where pages stand, and where the links of the menus may lead."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import unquote, urlsplit

from flask import current_app
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.exceptions import HTTPException

from app.articles import catalogue
from app.articles.naming import tag_slug
from app.articles.queries import listing
from app.core.web import access_of
from app.pages.queries import live_page

LABEL_LIMIT = 40
ADDRESS_LIMIT = 2_000
"""Characters in the label and the address of a link."""
LINKS_LIMIT = 20
"""Links in one menu."""

_URL = re.compile(r"https://[^\s/?#\\<>\"]+[^\s\\<>\"]*")
_PATH = re.compile(r"/(?!/)[^\s\\<>\"]*")


def is_address(text: str) -> bool:
    """Whether it is a path of this site or an https URL, wherever that leads."""
    is_short = len(text) <= ADDRESS_LIMIT and text.isprintable()
    return is_short and bool(_URL.fullmatch(text) or _PATH.fullmatch(text))


def destination(session: Session, address: str) -> tuple[str, str]:
    """What is wrong with it, '' for nothing; and the title of what it leads to, where that has one."""
    if not is_address(address):
        return gettext("Give a path of this site, such as /about, or an address that begins with https://."), ""
    if not address.startswith("/"):
        return "", ""
    return _destination_here(session, unquote(urlsplit(address).path))


def _destination_here(session: Session, path: str) -> tuple[str, str]:
    try:
        endpoint, given = current_app.url_map.bind("").match(path, "GET")
    except HTTPException:
        return gettext("There is no such page on this site."), ""
    if access_of(current_app.view_functions[endpoint]) is not None:
        return gettext("Readers can’t open pages of the desk."), ""
    if "token" in given:
        return gettext("This is a private page. Everybody could open it from the menu."), ""
    if endpoint not in _TITLES:
        return "", ""
    title = _TITLES[endpoint](session, *given.values())
    return ("", title) if title else (gettext("Nothing is live at this address yet."), "")


def _page_title(session: Session, slug: str) -> str | None:
    page = live_page(session, slug)
    return page.title if page else None


def _article_title(session: Session, slug: str) -> str | None:
    article = listing(session, slug)
    return article.title if article else None


def _author_name(session: Session, slug: str) -> str | None:
    one = catalogue.author(session, slug)
    return one.name if one else None


def _series_name(session: Session, slug: str) -> str | None:
    one = catalogue.series(session, slug)
    return one.name if one else None


def _tag_name(session: Session, tag: str) -> str | None:
    return catalogue.tag_name(session, tag_slug(tag))


_TITLES: dict[str, Callable[[Session, str], str | None]] = {
    "pages.page": _page_title,
    "reading.article": _article_title,
    "reading.author": _author_name,
    "reading.series": _series_name,
    "reading.tag": _tag_name,
}
"""What tells, of an address of the endpoint, what is there; None where that is nothing."""


def words_of_the_site() -> set[str]:
    """What addresses of the site itself begin with. No page has such a word, whatever it is called below it."""
    return {rule.rule.split("/")[1] for rule in current_app.url_map.iter_rules()}
