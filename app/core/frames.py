"""Pieces of pages that each process keeps, and frames: pages but for what changes more often than they do."""

from __future__ import annotations

import secrets
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeVar

from flask import Flask, current_app, render_template
from markupsafe import Markup
from sqlalchemy.orm import Session

from app.core.revisions import Facts, begin_page, depends_on, ends_at, facts

PIECES = 2_000
"""That each process keeps: ten full pages of a thread, of which each branch is shown and told to search engines."""
FRAMES = 50
"""That each process keeps, of some 30 KB each."""

Macro = Callable[[Any], Markup]
AnyFrame = TypeVar("AnyFrame", bound="Frame")

_MARK = secrets.token_hex()
"""Stands in a frame where a slot is. It is in no text, since nobody has seen it."""


def init_app(app: Flask) -> None:
    app.jinja_env.globals["kept"] = kept
    app.extensions["frames"] = OrderedDict()


def kept(macro: Macro, values: Iterable[Hashable]) -> Markup:
    """The template function: what the macro makes of each value, one after the other."""
    return Markup(_joined(macro, values).decode())  # noqa: S704


class Frame:
    """A page with slots, which are filled anew each time the page is made.

    In its template, `{{ slot(macro, "name") }}` shows what the macro makes of the value of that name, or of each if it
    is a list. `beside` are the subjects that the page depends on through its slots.
    """

    def __init__(self, template: str, beside: Sequence[str], **context: object) -> None:
        self.beside = beside
        self._slots: list[tuple[Macro, str]] = []
        page = render_template(template, slot=self._slot, **context)
        self._texts = [text.encode() for text in page.split(_MARK)]

    def _slot(self, macro: Macro, name: str) -> Markup:
        self._slots.append((macro, name))
        return Markup(_MARK)  # noqa: S704

    def filled(self, values: Mapping[str, Any]) -> bytes:
        """The page. Each value is hashable, or a list of such."""
        page = [self._texts[0]]
        for (macro, name), text in zip(self._slots, self._texts[1:], strict=True):
            value = values[name]
            page += [_joined(macro, value if isinstance(value, list) else [value]), text]
        return b"".join(page)


def kept_frame(session: Session, key: str, make: Callable[[], AnyFrame | None]) -> AnyFrame | None:
    """The frame that `make` made for the key, as long as the same one would be made again.

    It is asked for before the page declares anything: what is declared while it is made is what it depends on.
    """
    frames: OrderedDict[str, tuple[AnyFrame, Facts]] = current_app.extensions["frames"]
    if held := frames.get(key):
        frame, then = held
        depends_on(*then.numbers)
        if then.hold(facts(session, frame.beside)):
            ends_at(then.ends_at)
            depends_on(*frame.beside)
            return frame
        begin_page()
    made = make()
    if made is not None:
        frames.pop(key, None)
        if len(frames) >= FRAMES:
            frames.popitem(last=False)
        frames[key] = made, facts(session, made.beside)
        depends_on(*made.beside)
    return made


@lru_cache(maxsize=PIECES)
def _piece(macro: Macro, value: Hashable) -> bytes:
    """A value has to say all that is shown of it: for an equal one the macro is not called again."""
    return macro(value).encode()


def _joined(macro: Macro, values: Iterable[Hashable]) -> bytes:
    return b"".join([_piece(macro, value) for value in values])
