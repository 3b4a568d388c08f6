"""What an editor asks the queue for: read from an address, and written back into one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from flask import abort, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from app.core.days import asked_day
from app.core.web import as_slug
from app.moderation.admin import blueprint
from app.moderation.lanes import Key, key_as_text
from app.moderation.phases import AGAINST
from app.moderation.queries import article_named
from app.moderation.tabs import Order, Search, Tab

TEXT_LIMIT = 200
"""Characters of the words that are looked for."""

PHASE_NAMES = {
    "trap": _l("hidden field"),
    "repeated": _l("repeated words"),
    "banned": _l("banned phrases"),
    "suspect": _l("suspect phrases"),
    "links": _l("number of links"),
    "new host": _l("host not linked to before"),
    "flood": _l("many comments at once"),
    "filter": _l("learning filter"),
    "author": _l("author, by proof"),
}

_FIELDS = ("article", "phase", "text", "from", "to", "order")


@dataclass(frozen=True)
class Asked:
    """What was asked for, as typed and as it is looked for. `problems` are sentences, by the field they belong to."""

    search: Search
    typed: dict[str, str]
    problems: dict[str, str]

    @property
    def tab(self) -> Tab:
        return self.search.tab

    @property
    def is_plain(self) -> bool:
        return not any(self.typed.values())

    @property
    def arguments(self) -> dict[str, str]:
        """What stands in the address."""
        return {"tab": self.tab.value, **{name: value for name, value in self.typed.items() if value}}

    @property
    def url(self) -> str:
        return _url(self.arguments)

    @property
    def plain_url(self) -> str:
        return url_for("moderation.queue", tab=self.tab)

    def url_after(self, key: Key) -> str:
        return _url({**self.arguments, "after": key_as_text(key)})

    def up_to(self, newest_id: int) -> Search:
        """The search among the comments that had come in by then."""
        return replace(self.search, newest_id=newest_id)


@blueprint.app_template_filter("phase_name")
def phase_name(phase: str) -> str:
    """What a phase of screening is called; one that is no more keeps the name it was stored by."""
    return str(PHASE_NAMES.get(phase, phase))


def read(session: Session, arguments: Mapping[str, str]) -> Asked:
    """What the arguments of an address, or the fields of a form, ask for; no page for what no form would send."""
    tab = _tab(arguments.get("tab", Tab.PENDING))
    typed = {name: arguments.get(name, "").strip() for name in _FIELDS}
    problems: dict[str, str] = {}
    search = Search(
        tab=tab,
        article_id=_article(session, typed["article"], problems),
        phase=_phase(typed["phase"]),
        text=_text(typed["text"], problems),
        since=asked_day(typed["from"], "from", problems),
        before=asked_day(typed["to"], "to", problems, days=1),
        order=_order(typed["order"]) if tab.status else Order.TIME,
    )
    return Asked(search, typed, problems)


def _url(arguments: Mapping[str, str]) -> str:
    return f"{url_for('moderation.queue')}?{urlencode(arguments)}"


def _tab(text: str) -> Tab:
    return Tab(text) if text in set(Tab) else abort(404)


def _order(text: str) -> Order:
    if not text:
        return Order.TIME
    return Order(text) if text in set(Order) else abort(404)


def _phase(text: str) -> str:
    return text if not text or text in AGAINST else abort(404)


def _article(session: Session, name: str, problems: dict[str, str]) -> int | None:
    if not name:
        return None
    article_id = article_named(session, as_slug(name)) if as_slug(name) else None
    if article_id is None:
        problems["article"] = _("There is no such article. Give the last part of its address, or its number.")
    return article_id


def _text(text: str, problems: dict[str, str]) -> str:
    if len(text) > TEXT_LIMIT:
        problems["text"] = _("Look for %(limit)s characters at most.", limit=TEXT_LIMIT)
    return text
