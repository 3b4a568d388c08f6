"""An article as it stands in a feed: whole, and so that it can be read anywhere."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from urllib.parse import urljoin

from flask import render_template

from app.articles.models import Article, CommentsState, Correction, UpdateNote
from app.articles.stories import Story
from app.core.pictures import Picture, plain_pictures
from app.core.web import absolute, settings
from app.syndication.cards import card_url

# The sanitizers and the writer of drawings quote every attribute, and leave no quote in a value.
_TAG = re.compile(r'<[A-Za-z][^\s<>/]*(?:\s+[^\s=<>"/]+(?:="[^"]*")?)*\s*/?>')
_ADDRESS = re.compile(r'(\s(?:href|src)=")([^"]*)')
_CLASSES = re.compile(r'\sclass="([^"]*)"')
_COLOURS = {
    "ink": "#17191C",
    "ink2": "#474C52",
    "line": "#73797F",
    "rule": "#CBD0CC",
    "paper": "#FFFFFF",
    "stock": "#E9F1E6",
    "pencil": "#1D4A9C",
    "mark": "#FFE58A",
    "alarm": "#98141A",
}
"""The tokens by which a drawing is coloured, as a light page has them: a feed reader has no style sheet of ours."""
_PAINTS = {"d": "fill", "s": "stroke"}


class Writer(NamedTuple):
    """Who is named as an article's author, with the address of the page on them, if there is one."""

    name: str
    url: str | None


class FeedArticle(NamedTuple):
    id: int
    slug: str
    url: str
    title: str
    writers: list[Writer]
    standfirst: str
    published_at: datetime
    updated_at: datetime
    has_comments: bool
    tags: list[str]
    image: str
    """The address of the picture that leads; of the card, if none does."""
    html: str
    """With corrections and notes before it, questions and sources after it, and no relative address in it."""


def feed_article(
    article: Article, published_at: datetime, corrections: Sequence[Correction], lead: Picture | None
) -> FeedArticle:
    """`corrections` are the article's, the newest first; `lead` is the picture that it begins with."""
    url = absolute(article.url)
    html = render_template(
        "syndication/whole.html", article=article, corrections=corrections, notes=_notes(article.update_notes)
    )
    return FeedArticle(
        id=article.id,
        slug=article.slug,
        url=url,
        title=article.title,
        writers=writers_of(article),
        standfirst=article.standfirst,
        published_at=published_at,
        updated_at=max(published_at, article.updated_at or published_at),
        has_comments=article.comments is not CommentsState.OFF,
        tags=[tag.name for tag in article.tags],
        image=absolute(lead.fallback) if lead else card_url(article),
        html=portable(html.strip(), url),
    )


def writers_of(article: Article | Story) -> list[Writer]:
    """Its authors; or else who is named in their place, which is the paper itself where nobody is."""
    if article.authors:
        return [Writer(author.name, absolute(author.url)) for author in article.authors]
    return [Writer(article.byline_text or settings().site_name, None)]


def portable(html: str, base: str) -> str:
    """HTML of `core.markup` with absolute addresses, plain pictures, and drawings that bring their colours along."""

    def made_absolute(found: re.Match[str]) -> str:
        return str(found[1]) + urljoin(base, str(found[2]))

    def made_portable(found: re.Match[str]) -> str:
        return str(_CLASSES.sub(_painted, _ADDRESS.sub(made_absolute, found[0])))

    return _TAG.sub(made_portable, plain_pictures(html))


def _painted(found: re.Match[str]) -> str:
    """The attributes that do what the classes of a drawing's shape do; other classes stay."""
    pairs = [name.partition("-") for name in found[1].split()]
    paints = [(_PAINTS[kind], _COLOURS[colour]) for kind, _, colour in pairs if kind in _PAINTS and colour in _COLOURS]
    return "".join(f' {paint}="{colour}"' for paint, colour in paints) or found[0]


def _notes(notes: Sequence[UpdateNote]) -> list[tuple[datetime, str]]:
    return [(datetime.fromisoformat(note["at"]), note["text"]) for note in notes]
