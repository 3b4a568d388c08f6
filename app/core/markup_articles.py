"""What an article's Markdown means beyond CommonMark: sections with ids, checked links, containers."""

import zlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from app.core.drawings import DrawingError, drawing_svg
from app.core.markup_containers import (
    Container,
    MarkupError,
    callout_html,
    figure_html,
    player_host,
    read_container,
    video_html,
)
from app.core.markup_rules import EDITORS
from app.core.markup_text import has_visible, slug
from app.core.pictures import Picture, picture_html

_CONTAINER_DEPTH = 2


@dataclass(frozen=True)
class Heading:
    id: str
    text: str


@dataclass(frozen=True)
class ArticleMarkup:
    html: str
    headings: tuple[Heading, ...]
    """The sections (h2), in order."""
    frame_hosts: tuple[str, ...]
    """What the page's CSP has to name in frame-src."""
    first_drawing: str | None
    """The first figure's drawing or picture with its label, as HTML without the caption."""
    lead_image: str | None
    """The hash of the first figure's picture; None where that is a drawing."""
    words: int


class Token(Protocol):
    """A Markdown token, of which there is one for each start, end and leaf of the HTML to be."""

    type: str
    tag: str
    info: str
    content: str
    map: list[int] | None
    attrs: dict[str, str | int | float]
    children: Any


class Markdown(Protocol):
    def tokens(self, text: str, references: dict[str, Any]) -> Sequence[Token]: ...
    def html(self, tokens: Any) -> str: ...
    def words(self, token: Any) -> str: ...


@dataclass(frozen=True)
class Shown:
    """What a figure shows: a drawing, or a picture with its alternative text."""

    svg: str = ""
    picture: Picture | None = None
    alt: str = ""

    def put_into(self, opening: str, closing: str, *, is_lead: bool = False, is_lazy: bool = True) -> str:
        """The HTML of a drawing in its place, or of a picture instead of it."""
        if self.picture is None:
            return f"{opening}>{self.svg}{closing}"
        return picture_html(self.picture, self.alt, is_lead=is_lead, is_lazy=is_lazy)


class ArticleWriter:
    """Writes one article, and gathers on the way what its page has to know."""

    def __init__(self, markdown: Markdown, drawings: Mapping[str, str], pictures: Mapping[str, Picture]) -> None:
        self.headings: list[Heading] = []
        self.frame_hosts: set[str] = set()
        self.figures: list[Shown] = []
        self._markdown = markdown
        self._drawings = drawings
        self._pictures = pictures
        self._references: dict[str, Any] = {}
        self._ids: set[str] = set()
        self._repeats: Counter[str] = Counter()

    def blocks(self, text: str, first_line: int, depth: int = 0) -> str:
        """The HTML, not yet clean, of a text whose lines count from `first_line`, `depth` containers deep."""
        # The newline makes a container's last line as long as the others, which `_container` counts.
        tokens = self._markdown.tokens(f"{text}\n", self._references)
        for number, token in enumerate(tokens):
            line = first_line + (token.map[0] if token.map else 0)
            if token.type == "heading_open":
                self._heading(token, self._markdown.words(tokens[number + 1]), line, depth)
            elif token.type == "inline":
                _check_inline(token, line)
            elif token.type in ("th_open", "td_open"):
                _cell(token)
            elif token.type == "colon_fence":
                if depth == _CONTAINER_DEPTH:
                    raise MarkupError("containers can't stand this deep inside one another", line)
                self._container(token, line, depth)
        return self._markdown.html(tokens)

    def _heading(self, token: Token, words: str, line: int, depth: int) -> None:
        if token.tag not in ("h2", "h3", "h4"):
            raise MarkupError("a heading begins with ##, ### or ####; the headline is the article's title", line)
        if depth:
            raise MarkupError("a heading can't stand inside a container", line)
        if not has_visible(words):
            raise MarkupError("a heading needs words", line)
        token.attrs["id"] = self._unique(f"s-{slug(words) or 'section'}")
        if token.tag == "h2":
            self.headings.append(Heading(str(token.attrs["id"]), words))

    def _unique(self, wanted: str) -> str:
        name = wanted
        while name in self._ids:
            self._repeats[wanted] += 1
            name = f"{wanted}-{self._repeats[wanted] + 1}"
        self._ids.add(name)
        return name

    def _container(self, token: Token, line: int, depth: int) -> None:
        """Puts the container's HTML into its token."""
        first, end = token.map or (0, 0)
        if end - first != token.content.count("\n") + 2:
            raise MarkupError("this ::: is never closed", line)
        container = read_container(token.info, token.content, line)
        if container.name == "callout":
            body = self.blocks(container.body, container.body_line, depth + 1)
            # Named after its words, so that callouts of several texts on one page stay apart.
            number = zlib.crc32(f"{container.options['title']}\n{container.body}".encode())
            html = callout_html(container, body, self._unique(f"c-{number:08x}"))
        elif container.name == "figure":
            html = self._figure(container)
        else:
            html = self._video(container, depth)
        token.type, token.content = "html_block", html

    def _figure(self, figure: Container) -> str:
        options = figure.options
        if ("drawing" in options) == ("image" in options):
            raise MarkupError("figure needs either 'drawing: …' or 'image: …'", figure.line)
        shown = self._picture(figure) if "image" in options else self._drawing(figure)
        if not shown.alt:
            raise MarkupError("figure needs 'alt: …'", figure.line)
        self.figures.append(shown)
        return figure_html(figure, shown.alt, self._caption(figure), len(self.figures) - 1)

    def _drawing(self, figure: Container) -> Shown:
        name = figure.options["drawing"]
        source = self._drawings.get(name)
        if source is None:
            raise MarkupError(f"there is no drawing {name!r}", figure.line)
        try:
            return Shown(drawing_svg(source), alt=figure.options.get("alt", ""))
        except DrawingError as error:
            raise MarkupError(f"drawing {name!r}: {error}", figure.line) from None

    def _picture(self, figure: Container) -> Shown:
        name = figure.options["image"]
        picture = self._pictures.get(name)
        if picture is None:
            raise MarkupError(f"there is no image {name!r}", figure.line)
        return Shown(picture=picture, alt=figure.options.get("alt", picture.alt))

    def _caption(self, figure: Container) -> str:
        tokens = self._markdown.tokens(figure.body, self._references)
        if not tokens:
            return ""
        if [token.type for token in tokens] != ["paragraph_open", "inline", "paragraph_close"]:
            raise MarkupError("a caption is one paragraph", figure.body_line)
        _check_inline(tokens[1], figure.body_line + (tokens[1].map or [0])[0])
        return self._markdown.html(tokens[1:2])

    def _video(self, video: Container, depth: int) -> str:
        url = video.options.get("url")
        if url is not None:
            try:
                if not url.startswith("http") or not EDITORS.link(url):
                    raise ValueError
                host = player_host(url)
            except ValueError:
                raise MarkupError(
                    f"a video's url is a whole address such as https://…, not {url!r}", video.line
                ) from None
            if host:
                self.frame_hosts.add(host)
        return video_html(video, self.blocks(video.body, video.body_line, depth + 1))


def _cell(token: Token) -> None:
    side = str(token.attrs.pop("style", "")).removeprefix("text-align:")
    if token.type == "th_open":
        token.attrs["scope"] = "col"
    if side:
        token.attrs["class"] = f"align-{side}"


def _check_inline(inline: Token, line: int) -> None:
    """Refuses pictures, links that lead nowhere and links nobody can see."""
    label: list[str] | None = None
    opened_on = line
    for token in inline.children or []:
        if token.type in ("softbreak", "hardbreak"):
            line += 1
        elif token.type == "image":
            raise MarkupError("a picture is a container: ::: figure", line)
        elif token.type == "link_open":
            label, opened_on = [], line
            href = str(token.attrs["href"])
            if not EDITORS.link(href):
                raise MarkupError(f"a link can't lead to {href!r}: https://, mailto:, / or # come first", line)
        elif token.type == "link_close" and label is not None:
            if not has_visible("".join(label)):
                raise MarkupError("a link needs words to show", opened_on)
            label = None
        elif label is not None:
            label.append(token.content)
