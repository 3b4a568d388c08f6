"""What authors, series and tags are called, and where their pages are."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import quote

import sqlalchemy as sa
from babel.lists import format_list
from flask_babel import get_locale

TAG_LIMIT = 100
"""Characters in the name of a tag, and in its slug."""


class AuthorName(NamedTuple):
    """An author as an article names one."""

    slug: str
    name: str

    @property
    def url(self) -> str:
        return author_url(self.slug)


class AuthorNames(sa.types.TypeDecorator[tuple[AuthorName, ...]]):
    """The authors of an article, in JSON: a copy, so that no list has to look for each of its rows' authors."""

    impl = sa.JSON
    cache_ok = True

    def process_bind_param(self, value: tuple[AuthorName, ...] | None, _dialect: sa.Dialect) -> list[list[str]]:
        return [list(name) for name in value or ()]

    def process_result_value(self, value: list[list[str]] | None, _dialect: sa.Dialect) -> tuple[AuthorName, ...]:
        return tuple(AuthorName(*name) for name in value or ())


def author_url(slug: str) -> str:
    return f"/authors/{slug}"


def series_url(slug: str) -> str:
    return f"/series/{slug}"


def tag_url(name: str) -> str:
    return f"/tags/{quote(tag_slug(name), safe='')}"


def tag_slug(name: str) -> str:
    """The last part of a tag's address, in whatever script: the name without its capitals, of any length.

    Of a slug it makes the same again.
    """
    text = name
    for _twice in range(2):  # Of a few letters case folding leaves what is not yet folded.
        text = unicodedata.normalize("NFKC", unicodedata.normalize("NFD", text).casefold())
    slug = "-".join(filter(None, re.split(r"[\s/\\_-]+", text)))[:TAG_LIMIT].strip("-")
    # Browsers take dots for a way upwards.
    return slug if slug.strip(".") else "-".join(f"{ord(char):x}" for char in name)[:TAG_LIMIT].strip("-")


def byline(text: str, authors: Sequence[AuthorName]) -> str:
    """The line as it is printed, without its 'By'."""
    return text or str(format_list([author.name for author in authors], locale=get_locale()))
