"""What an article says, checked: the same checks, whether an editor wrote it in a file or in the browser."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import MappingProxyType

from flask_babel import gettext as _

from app.articles.models import CommentsState, Source
from app.articles.naming import TAG_LIMIT, tag_slug
from app.core.markup import ArticleMarkup, MarkupError, normalise, render_article
from app.core.pictures import Picture
from app.core.web import SLUG, SLUG_LIMIT
from app.media.cleaning import Cleaned

SOURCE_FIELDS = ("publisher", "title", "url", "note")
IMAGE_NAME = re.compile(r"^image:[ \t]*([\w.-]+\.(?:avif|jpe?g|png|webp))[ \t]*$", re.MULTILINE | re.IGNORECASE)
DRAWING_NAME = re.compile(r"^drawing:[ \t]*([\w.-]+\.svg)[ \t]*$", re.MULTILINE)
PARTS = 9999
"""The highest number of a part of a series."""
YEARS = range(1600, 9000)
"""Of a date; further out, it could not be told in every zone."""
_FIGURE = re.compile(r"^:{3,}[ \t]*figure[ \t]*\n(?:.*\S.*\n)+", re.MULTILINE)
_CREDIT = re.compile(r"^credit:[ \t]+(.*\S)[ \t]*$", re.MULTILINE)
_ALT = re.compile(r"^alt:[ \t]+(.*\S)[ \t]*$", re.MULTILINE)
_BLANK_LINES = re.compile(r"\A(?:[^\S\n]*\n)+")


class Problem(ValueError):
    """What an editor has to change in a field, as a sentence without capital and full stop.

    `line` counts from 1 in that field, None where no line is to blame; `part` is which of a record's texts it is.
    """

    def __init__(self, message: str, line: int | None = None, part: str = "") -> None:
        super().__init__(message)
        self.line = line
        self.part = part


@dataclass(frozen=True)
class Question:
    question: str
    source: str
    html: str
    frame_hosts: tuple[str, ...]
    anchor: str | None = None
    """Which of the article's questions it is; without it, the one of the same words."""


@dataclass(frozen=True)
class ArticleContent:
    """What an article says, with its HTML made."""

    slug: str
    title: str
    byline: str
    """What is printed in the place of the authors' names; '' for these."""
    standfirst: str
    published: datetime | None
    source: str
    markup: ArticleMarkup
    sample: bool = False
    comments: CommentsState | None = None
    """None leaves the article's comments as they are."""
    formerly: list[str] = field(default_factory=list)
    """Slugs that the article had."""
    authors: list[str] = field(default_factory=list)
    """Slugs, in the order in which they are named."""
    series: str | None = None
    """The slug of the series of which it is a part."""
    part: int | None = None
    """Which part of the series. None leaves it where it is, and puts a new one at the end."""
    tags: list[str] = field(default_factory=list)
    related: list[str] = field(default_factory=list)
    sources: list[Source] = field(default_factory=list)
    faq: list[Question] = field(default_factory=list)
    drawings: dict[str, str] = field(default_factory=dict)
    images: dict[str, str] = field(default_factory=dict)
    """The hashes of the images that the text and the answers name."""
    files: dict[str, Cleaned] = field(default_factory=dict)
    """Those of the images that came with the article and may be new."""
    uid: str | None = None
    is_draft: bool = False
    """Whether it bears no date; otherwise one without has that which it had, or the present."""
    withdrawn: str | None = None
    """Why, as readers are told. None leaves the article withdrawn, or not, as it is."""

    @property
    def texts(self) -> list[str]:
        """All in which figures can stand."""
        return [self.source, *(one.source for one in self.faq)]


def checked_line(value: str) -> str:
    """A title or a name. Raises Problem."""
    text = " ".join(normalise(value).split())
    if not text:
        raise Problem(_("it takes some text"))
    return text


def checked_slug(value: str) -> str:
    """Raises Problem."""
    if not re.fullmatch(SLUG, value) or len(value) > SLUG_LIMIT:
        raise Problem(_("it takes lower-case letters, digits and single hyphens, 200 at most"))
    return value


def checked_uid(value: str) -> str:
    """Raises Problem."""
    if not re.fullmatch("[0-9a-f]{32}", value):
        raise Problem(_("it takes the 32 digits and letters that `flask articles dump` wrote"))
    return value


def checked_link(value: str) -> str:
    """An address on the web. Raises Problem."""
    if not re.fullmatch(r"https?://[^\s/]\S*", value):
        raise Problem(_("it takes an address that begins with http:// or https://"))
    return value


def checked_email(value: str) -> str:
    """Raises Problem."""
    if not re.fullmatch(r"[^\s@<>\"]+@[^\s@<>\"]+\.[^\s@<>\"]+", value):
        raise Problem(_("it takes an e-mail address such as name@example.org"))
    return value


def checked_lines(values: Iterable[str]) -> list[str]:
    """Tags or slugs, each once."""
    lines = (" ".join(normalise(value).split()) for value in values)
    # What can't be seen is taken out, and may have been all there was.
    return list(dict.fromkeys(filter(None, lines)))


def checked_tags(values: Iterable[str]) -> list[str]:
    """Tags, each once: names that make the same address are one. Raises Problem."""
    tags: dict[str, str] = {}
    for name in checked_lines(values):
        if len(name) > TAG_LIMIT:
            raise Problem(_("a tag takes %(limit)d characters at most", limit=TAG_LIMIT))
        tags.setdefault(tag_slug(name), name)
    return list(tags.values())


def checked_part(value: str) -> int:
    """Raises Problem."""
    if not (value.isascii() and value.isdigit() and 0 < int(value[:5]) <= PARTS and len(value) < 5):
        raise Problem(_("it takes a number from 1 to %(most)d", most=PARTS))
    return int(value)


def checked_time(value: str) -> datetime:
    """A time without a zone is taken as UTC. Raises Problem."""
    try:
        time = datetime.fromisoformat(value)
        time = time.astimezone(UTC) if time.tzinfo else time.replace(tzinfo=UTC)
    except (TypeError, ValueError, OverflowError):
        raise Problem(_("it takes a date or a time such as 2026-11-20T09:00:00Z")) from None
    if time.year not in YEARS:
        raise Problem(_("it takes a year from %(first)s to %(last)s", first=YEARS[0], last=YEARS[-1]))
    return time


def checked_source(record: Mapping[str, str]) -> Source:
    """Raises Problem."""
    said = {key: normalise(value).strip() for key, value in record.items()}
    if not said.get("publisher"):
        raise Problem(_("the publisher is missing"), part="publisher")
    if said.get("url") and not re.match(r"https?://[^\s/]", said["url"]):
        raise Problem(_("the url has to begin with http:// or https://"), part="url")
    source: Source = {"publisher": said["publisher"]}
    for key in ("title", "url", "note"):
        if said.get(key):
            source[key] = said[key]
    return source


def checked_question(
    question: str,
    answer: str,
    anchor: str | None = None,
    *,
    drawings: Mapping[str, str] = MappingProxyType({}),
    pictures: Mapping[str, Picture] = MappingProxyType({}),
) -> Question:
    """Raises Problem."""
    question, answer = normalise(question).strip(), normalise(answer).strip()
    if not question or not answer:
        raise Problem(_("it takes a question and an answer"), part="answer" if question else "question")
    markup = _rendered(answer, drawings, pictures, part="answer", is_first=False)
    return Question(question, with_alternatives(answer, pictures), markup.html, markup.frame_hosts, anchor)


def checked_body(
    text: str, drawings: Mapping[str, str], pictures: Mapping[str, Picture] = MappingProxyType({})
) -> ArticleMarkup:
    """The HTML of a body as `body_of` gives it. Raises Problem."""
    return _rendered(text, drawings, pictures)


def body_of(text: str) -> str:
    """An article's text without empty lines around it, and with one line end at its end."""
    return _BLANK_LINES.sub("", normalise(text)).rstrip() + "\n"


def drawings_in(*texts: str) -> list[str]:
    """The file names of the drawings that texts name."""
    return list(dict.fromkeys(name for text in texts for name in DRAWING_NAME.findall(text)))


def images_in(*texts: str) -> list[str]:
    """The names of the images that texts name."""
    return list(dict.fromkeys(name for text in texts for name in IMAGE_NAME.findall(text)))


def described(name: str, *texts: str) -> tuple[str, str]:
    """What the first figure with that image says it shows, and its credit."""
    figures = (figure for text in texts for figure in _FIGURE.findall(text))
    figure = next((one for one in figures if name in IMAGE_NAME.findall(one)), "")
    alt, credit = _ALT.search(figure), _CREDIT.search(figure)
    return alt[1] if alt else "", credit[1] if credit else ""


def with_alternatives(text: str, pictures: Mapping[str, Picture]) -> str:
    """A text that says itself what its pictures show: what it leaves to the image is written below its name.

    So a dumped file needs nothing beside it, and nobody changes an article by describing an image anew.
    """

    def completed(figure: re.Match[str]) -> str:
        name = IMAGE_NAME.search(figure[0])
        picture = pictures.get(name[1]) if name else None
        if name is None or picture is None or _ALT.search(figure[0]):
            return figure[0]
        return f"{figure[0][: name.end()]}\nalt: {picture.alt}{figure[0][name.end() :]}"

    return _FIGURE.sub(completed, text)


def _rendered(
    text: str,
    drawings: Mapping[str, str],
    pictures: Mapping[str, Picture],
    *,
    part: str = "",
    is_first: bool = True,
) -> ArticleMarkup:
    try:
        return render_article(text, drawings, pictures, is_first=is_first)
    except MarkupError as error:
        raise Problem(str(error), error.line, part) from None
