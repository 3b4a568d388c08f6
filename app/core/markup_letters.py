"""Editors' HTML as it can stand in a letter: each element with its own style, or as plain text."""

from __future__ import annotations

from html import escape
from html.parser import HTMLParser
from urllib.parse import urljoin

from app.core.pictures import plain_pictures

_LINE = "#73797f"
"""The one colour, which can be told on white and on black."""

_STYLES = {
    "p": "margin:0 0 16px",
    "h2": "margin:32px 0 8px;font-size:24px;line-height:1.2",
    "h3": "margin:24px 0 8px;font-size:20px;line-height:1.2",
    "h4": "margin:24px 0 8px;font-size:18px;line-height:1.2",
    "ul": "margin:0 0 16px;padding:0 0 0 24px",
    "ol": "margin:0 0 16px;padding:0 0 0 24px",
    "li": "margin:0 0 4px",
    "a": "color:inherit",
    "blockquote": f"margin:0 0 16px;padding:0 0 0 16px;border-left:2px solid {_LINE}",
    "pre": "margin:0 0 16px;font:15px/1.4 monospace",
    "code": "font-family:monospace;font-size:15px",
    "hr": f"margin:24px 0;border:0;border-top:1px solid {_LINE}",
    "table": "margin:0 0 16px;border-collapse:collapse",
    "th": f"padding:4px 16px 4px 0;border-bottom:1px solid {_LINE};text-align:left;vertical-align:top",
    "td": f"padding:4px 16px 4px 0;border-bottom:1px solid {_LINE};vertical-align:top",
    "aside": f"margin:24px 0;padding:12px 0 0;border-top:4px solid;border-bottom:1px solid {_LINE}",
    "figure": "margin:0 0 16px",
    "figcaption": "font-size:16px",
    "img": "max-width:100%;height:auto",
    "em": "",
    "strong": "",
    "cite": "",
    "br": "",
    "thead": "",
    "tbody": "",
    "tr": "",
}
"""By element; of others only what stands in them is left."""

_BLOCKS = {"p", "h2", "h3", "h4", "blockquote", "li", "th", "td"}
_KEPT = {"a": ("href",), "img": ("src", "alt", "width", "height"), "ol": ("start",), "th": ("scope",)}
_LEFT_OUT = {"svg", "video-note"}
"""Elements and classes of which nothing is left: drawings, and what is said of a player."""
_NEVER_CLOSED = {"br", "hr", "img", "source"}


def letter_html(html: str, base_url: str) -> str:
    """What `render_article` or `article_html` made, for a mail program, which knows no style sheet and no base."""
    writer = _Html(base_url)
    writer.feed(plain_pictures(html))
    writer.close()
    return "".join(writer.pieces)


def letter_text(html: str, base_url: str) -> str:
    """The same as plain text, whose paragraphs are lines of their own; a link's address stands behind its words."""
    writer = _Text(base_url)
    writer.feed(html)
    writer.close()
    return "\n\n".join(writer.paragraphs())


class _Reader(HTMLParser):
    """Goes through HTML that this site has made, past what a letter leaves out."""

    def __init__(self, base_url: str) -> None:
        super().__init__()
        self.base_url = f"{base_url}/"
        self._skipped: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if self._skipped or tag in _LEFT_OUT or given.get("class") in _LEFT_OUT:
            if tag not in _NEVER_CLOSED:
                self._skipped.append(tag)
            return
        for name in ("href", "src"):
            if name in given:
                given[name] = urljoin(self.base_url, given[name])
        self.opened(tag, given)

    def handle_endtag(self, tag: str) -> None:
        if self._skipped:
            self._skipped.pop()
        else:
            self.closed(tag)

    def handle_data(self, data: str) -> None:
        if not self._skipped:
            self.said(data)

    def opened(self, tag: str, given: dict[str, str]) -> None: ...

    def closed(self, tag: str) -> None: ...

    def said(self, text: str) -> None: ...


class _Html(_Reader):
    def __init__(self, base_url: str) -> None:
        super().__init__(base_url)
        self.pieces: list[str] = []
        self._is_preformatted = False

    def opened(self, tag: str, given: dict[str, str]) -> None:
        if tag not in _STYLES:
            return
        self._is_preformatted = self._is_preformatted or tag == "pre"
        attributes = {"style": _STYLES[tag], **{name: given[name] for name in _KEPT.get(tag, ()) if name in given}}
        if tag in _BLOCKS:
            attributes["dir"] = "auto"
        said = "".join(f' {name}="{escape(value)}"' for name, value in attributes.items() if value or name == "alt")
        self.pieces.append(f"<{tag}{said}>")

    def closed(self, tag: str) -> None:
        if tag in _STYLES and tag not in _NEVER_CLOSED:
            self._is_preformatted = self._is_preformatted and tag != "pre"
            self.pieces.append(f"</{tag}>")

    def said(self, text: str) -> None:
        text = escape(text, quote=False)
        if self._is_preformatted:
            # A letter's lines lose the spaces that they begin with.
            text = text.rstrip("\n").replace(" ", "&nbsp;").replace("\n", "<br>")
        self.pieces.append(text)


class _Text(_Reader):
    def __init__(self, base_url: str) -> None:
        super().__init__(base_url)
        self._done: list[str] = []
        self._now = ""
        self._marks: list[str] = []
        """What the next line begins with, by the lists and quotations that it stands in."""
        self._lists: list[int | None] = []
        self._link: tuple[str, int] | None = None
        self._is_preformatted = False
        self._is_after_line = False
        """Whether what stood last was an entry of a list or a row of a table, which go without a line between."""

    def paragraphs(self) -> list[str]:
        self._end()
        return self._done

    def opened(self, tag: str, given: dict[str, str]) -> None:
        match tag:
            case "br":
                self._now += "\n"
            case "hr":
                self._end()
                self._done.append("* * *")
                self._is_after_line = False
            case "img" if given.get("alt"):
                self._now += f"[{given['alt']}]"
            case "a":
                self._link = given.get("href", ""), len(self._now)
            case "ul" | "ol":
                self._end()
                self._lists.append(int(given.get("start", "1")) if tag == "ol" else None)
            case "li":
                self._end()
                self._marks.append(self._mark())
            case "blockquote":
                self._end()
                self._marks.append("> ")
            case "h2" | "h3" | "h4":
                self._end()
                self._now = f"{'#' * (int(tag[1]) - 1)} "
            case "pre":
                self._end()
                self._is_preformatted = True
            case "p" | "tr" | "aside" | "figure" | "figcaption" | "div":
                self._end()
            case "td" | "th" if self._now:
                self._now = f"{self._now.rstrip()} | "

    def closed(self, tag: str) -> None:
        match tag:
            case "a" if self._link is not None:
                (href, begins), self._link = self._link, None
                if self._now[begins:].strip() != href:
                    self._now += f" <{href.removeprefix('mailto:')}>"
            case "ul" | "ol":
                self._end()
                self._lists.pop()
            case "li" | "blockquote":
                self._end()
                if self._marks:
                    self._marks.pop()
            case "pre":
                self._end()
                self._is_preformatted = False
            case "tr":
                self._end(is_line=True)
            case "p" | "h2" | "h3" | "h4" | "figcaption" | "div":
                self._end()

    def said(self, text: str) -> None:
        if self._is_preformatted:
            self._now += text
        elif text.strip() or self._now:
            said = " ".join(f".{text}.".split())[1:-1].replace("\xa0", " ")
            self._now += said.lstrip() if self._now.endswith("\n") else said

    def _mark(self) -> str:
        number = self._lists[-1] if self._lists else None
        if number is None:
            return "- "
        self._lists[-1] = number + 1
        return f"{number}. "

    def _end(self, *, is_line: bool = False) -> None:
        """Ends the paragraph. Each line of it stands behind a quotation's mark, and the first one behind a list's."""
        text, self._now = self._now.strip(), ""
        if text:
            quote = "".join(mark for mark in self._marks if mark == "> ")
            item = next((mark for mark in reversed(self._marks) if mark not in {"> ", ""}), "")
            self._marks = [mark if mark == "> " else "" for mark in self._marks]
            is_line = is_line or bool(item)
            said = quote + item + text.replace("\n", f"\n{quote}")
            if is_line and self._is_after_line:
                said = f"{self._done.pop()}\n{said}"
            self._done.append(said)
            self._is_after_line = is_line
