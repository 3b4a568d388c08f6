"""What the desk's pages share: the way back, sentences, and the answer that takes one row's place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from flask import Response, abort, make_response, redirect, render_template, request, session, url_for
from flask_babel import format_decimal, ngettext
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from app.accounts.guard import logged_in, safe_next
from app.accounts.queries import uses_shortcuts
from app.core.db import db
from app.moderation.queries import COUNT_LIMIT, counts
from app.moderation.rows import QueueRow, queue_row
from app.moderation.tabs import Tab
from app.site.models import HouseRule
from app.site.queries import house_rules


@dataclass(frozen=True)
class Desk:
    """What the forms of a row need: house rules, the page they were sent from, and which tab it shows, if any."""

    rules: Sequence[HouseRule]
    back: str
    tab: Tab | None
    keys: bool
    """Whether single keys decide."""

    @property
    def ticks(self) -> bool:
        """Whether comments can be ticked, to be decided on together."""
        return self.tab is not None and self.tab.status is not None


@dataclass(frozen=True)
class TabShown:
    tab: Tab
    label: str
    number: int
    url: str
    is_current: bool
    edits: int
    """Of the number, how many are new texts for published comments."""

    @property
    def count(self) -> str:
        """The number, or a limit and a plus for what is not counted any further."""
        if self.tab.status is None and self.number > COUNT_LIMIT:
            return str(_("%(number)s+", number=format_decimal(COUNT_LIMIT)))
        return str(format_decimal(self.number))


def is_in_place() -> bool:
    """Whether a script asks for what is to stand in a row's place; otherwise a browser asks for a page."""
    return request.headers.get("HX-Request") == "true"


def the_desk(back: str | None = None) -> Desk:
    """For a page, `back` is its own address; for an answer to a form, the one that the form names."""
    db_session = db.session()
    back = back or way_back()
    keys = uses_shortcuts(db_session, logged_in().editor_id)
    return Desk(house_rules(db_session), back, _tab_of(back), keys)


def way_back() -> str:
    """The page of the desk that a form was sent from."""
    return safe_next(request.form.get("back"))


def go_back() -> BaseResponse:
    return redirect(way_back(), 303)


def tabs(current: Tab | None) -> list[TabShown]:
    labels = {
        Tab.PENDING: _("Pending"),
        Tab.REPORTED: _("Reported"),
        Tab.APPEALS: _("Appeals"),
        Tab.PUBLISHED: _("Published"),
        Tab.REJECTED: _("Rejected"),
        Tab.SPAM: _("Spam"),
        Tab.RETURNED: _("Returned"),
        Tab.WITHDRAWN: _("Withdrawn"),
    }
    numbers, edits = counts(db.session())
    return [
        TabShown(
            tab,
            label,
            numbers.get(tab, 0),
            url_for("moderation.queue", tab=tab),
            tab is current,
            edits if tab is Tab.PENDING else 0,
        )
        for tab, label in labels.items()
    ]


def row_of(comment_id: int) -> QueueRow:
    return queue_row(db.session(), comment_id) or abort(404)


def in_its_place(comment_id: int, sentence: str, status: int = 200, **parts: object) -> Response:
    """What stands in the row's place from now on; `parts` are the template's own."""
    desk = the_desk()
    row = row_of(comment_id)
    page = render_template(
        "moderation/_answer.html", row=row, sentence=sentence, desk=desk, tabs=tabs(desk.tab), **parts
    )
    return make_response(page, status)


def done(comment_id: int, sentence: str, made: list[int], elsewhere: str = "") -> BaseResponse:
    """Says what was decided, with an undo of the decisions `made`: in the row's place, or on the page that follows.

    `elsewhere` is for that page, where `sentence` would not say what it is about.
    """
    if is_in_place():
        return in_its_place(comment_id, sentence, is_done=True)
    notice(elsewhere or sentence, made)
    return go_back()


def notice(text: str, undo_ids: list[int] | None = None, edit_of: int | None = None) -> None:
    """Says it on the next page of the desk, with an undo of these decisions, or of that on a comment's new text."""
    session["notice"] = {"text": text, "undo_ids": undo_ids or [], "edit_of": edit_of}


def take_notice() -> dict[str, object] | None:
    taken: dict[str, object] | None = session.pop("notice", None)
    return taken


def decided_sentence(verb: str, number: int, passed_over: int = 0) -> str:
    text = {
        "publish": ngettext("%(num)d comment published.", "%(num)d comments published.", number),
        "reject": ngettext("%(num)d comment rejected.", "%(num)d comments rejected.", number),
        "spam": ngettext("%(num)d comment put with the spam.", "%(num)d comments put with the spam.", number),
        "return": ngettext("%(num)d comment returned.", "%(num)d comments returned.", number),
    }[verb]
    return f"{text}{left_alone(passed_over)}"


def verb_and_number(verb: str, number: int) -> str:
    """What a page asks to confirm, and its button does."""
    shown = format_decimal(number)
    headings: dict[str, str] = {
        "publish": ngettext("Publish %(shown)s comment", "Publish %(shown)s comments", number, shown=shown),
        "reject": ngettext("Reject %(shown)s comment", "Reject %(shown)s comments", number, shown=shown),
        "spam": ngettext(
            "Put %(shown)s comment with the spam", "Put %(shown)s comments with the spam", number, shown=shown
        ),
        "return": ngettext("Return %(shown)s comment", "Return %(shown)s comments", number, shown=shown),
    }
    return headings[verb]


def said_of_one(verb: str) -> str:
    """What a row says that was decided on where it stood."""
    sentences: dict[str, str] = {
        "publish": _("Published."),
        "reject": _("Rejected."),
        "spam": _("Put with the spam."),
        "return": _("Returned to its author."),
    }
    return sentences[verb]


def left_alone(number: int) -> str:
    if not number:
        return ""
    sentence = ngettext(
        "%(num)d was left alone: it had been decided in the meantime.",
        "%(num)d were left alone: they had been decided in the meantime.",
        number,
    )
    return f" {sentence}"


def _tab_of(path: str) -> Tab | None:
    """Which tab that page of the desk shows."""
    address = urlsplit(path)
    if address.path != url_for("moderation.queue"):
        return None
    named = dict(parse_qsl(address.query)).get("tab")
    return Tab(named) if named in set(Tab) else Tab.PENDING
