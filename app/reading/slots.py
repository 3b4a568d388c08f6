"""What fills the slots of an article's page: its thread, in the order and from the place that a reader asks for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from flask import url_for
from sqlalchemy.orm import Session

from app.comments.models import ID_WIDTH
from app.comments.places import Place, place_of
from app.comments.threads import (
    Order,
    ThreadPage,
    branch_page,
    is_among_the_first,
    named_picks,
    picks_page,
    thread_page,
)
from app.core.web import absolute
from app.reading.frames import Card, StoryFrame


@dataclass(frozen=True)
class Asked:
    """Which part of a thread: the page on which a comment stands, or one of an order that begins at a path."""

    order: Order = Order.OLDEST
    start: str = ""
    comment_id: int | None = None


class Top(NamedTuple):
    """What leads to other parts of the thread from above it."""

    orders: tuple[tuple[str, str, bool], ...] = ()
    """Each with its address, and whether it is this one. There are none to choose from for a single comment."""
    all_url: str | None = None
    """To the whole thread, from a branch that is read by itself."""


class End(NamedTuple):
    """What stands below the thread."""

    is_empty: bool
    is_open: bool
    kind: str
    """Of what there are more pages: an Order, or `branch`."""
    previous_url: str | None
    next_url: str | None


def slots(session: Session, frame: StoryFrame, asked: Asked) -> dict[str, object]:
    """A value for each slot of the frame."""
    filled: dict[str, object] = {"card": frame.card, **frame.counts(session)}
    if not frame.has_thread:
        return filled
    view = _View(session, frame, int(str(filled["comment_count"])))
    filled |= {"top": Top(), "gone": 0, "picks": (), "picked": ()}
    if asked.comment_id is None:
        return filled | view.part(asked)
    place = place_of(session, frame.article_id, asked.comment_id)
    if place is None:
        return filled | view.thread(Order.OLDEST, "") | {"gone": asked.comment_id}
    return filled | view.around(place) | {"card": _card(frame, place)}


@dataclass(frozen=True)
class _View:
    """An article's thread, with the slots that each way of reading it fills."""

    session: Session
    frame: StoryFrame
    count: int

    def part(self, asked: Asked) -> dict[str, object]:
        if asked.order is Order.PICKS:
            return self.picks(asked.start)
        if len(asked.start) > ID_WIDTH:
            return self.branch(asked.start)
        return self.thread(asked.order, asked.start)

    def around(self, place: Place) -> dict[str, object]:
        if place.is_folded:
            return self.branch(place.start_in_branch)
        is_first = is_among_the_first(self.session, self.frame.article_id, place.opening)
        return self.thread(Order.OLDEST, "" if is_first else place.opening)

    def thread(self, order: Order, start: str) -> dict[str, object]:
        page = thread_page(self.session, self.frame.article_id, start, order=order, is_open=self.frame.is_open)
        picks = tuple(named_picks(self.session, self.frame.article_id, page))
        return {
            "top": self._orders(order, has_picks=bool(picks)),
            "picks": picks,
            "thread": page.branches,
            "end": self._end(order, page),
        }

    def branch(self, start: str) -> dict[str, object]:
        page = branch_page(self.session, self.frame.article_id, start, is_open=self.frame.is_open)
        opening = start[:ID_WIDTH]
        all_url = self._url(start=opening, anchor=f"comment-{int(opening, 16)}")
        return {"top": Top(all_url=all_url), "thread": page.branches, "end": self._end("branch", page)}

    def picks(self, start: str) -> dict[str, object]:
        picks = picks_page(self.session, self.frame.article_id, start, is_open=self.frame.is_open)
        rest = ThreadPage([], None, None)
        if picks.next is None:
            rest = thread_page(self.session, self.frame.article_id, is_open=self.frame.is_open)
        following = self._url(Order.PICKS, picks.next) or self._url(start=rest.next)
        end = End(self.count == 0, self.frame.is_open, Order.PICKS, self._url(Order.PICKS, picks.previous), following)
        top = self._orders(Order.PICKS, has_picks=True)
        return {"top": top, "picked": picks.items, "thread": rest.branches, "end": end}

    def _orders(self, current: Order, *, has_picks: bool) -> Top:
        if self.count < 2:
            return Top()
        shown = [order for order in Order if order is not Order.PICKS or has_picks]
        return Top(tuple((str(order), self._url(order) or "", order is current) for order in shown))

    def _end(self, kind: str, page: ThreadPage) -> End:
        order = Order.NEWEST if kind == Order.NEWEST else Order.OLDEST
        neighbours = self._url(order, page.previous), self._url(order, page.next)
        return End(self.count == 0, self.frame.is_open, str(kind), *neighbours)

    def _url(self, order: Order = Order.OLDEST, start: str | None = "", anchor: str = "comments") -> str | None:
        """The page of an order that begins at a path, '' being its first; None for none."""
        if start is None:
            return None
        query = {"order": None if order is Order.OLDEST else str(order), "from": start or None}
        return url_for("reading.article", slug=self.frame.slug, _anchor=anchor, **query)  # type: ignore[arg-type]


def _card(frame: StoryFrame, place: Place) -> Card:
    url = absolute(url_for("reading.permalink", comment_id=place.id))
    return Card(title=frame.card.title, description=place.html, url=url, author=place.author)
