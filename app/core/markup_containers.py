"""The ::: containers of an article: their options, and the HTML of callouts, figures and video cards."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from urllib.parse import parse_qs, urlsplit


class MarkupError(ValueError):
    """What an editor has to change in a text; `line` counts from 1 in that text, None where no line is to blame."""

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.line = line


@dataclass(frozen=True)
class Container:
    name: str
    options: Mapping[str, str]
    body: str
    line: int
    body_line: int


_NEEDED = {"callout": ("title",), "figure": (), "video": ("title",)}
_OPTIONAL = {"callout": (), "figure": ("drawing", "image", "alt", "credit"), "video": ("publisher", "url")}
_OPTION = re.compile(r"([a-z]+):[ \t]+(.*\S)[ \t]*")


def read_container(info: str, content: str, line: int) -> Container:
    """What stands after the opening ::: on `line`, and the lines up to the closing one."""
    name = info.strip()
    if name not in _NEEDED:
        known = ", ".join(sorted(_NEEDED))
        if not name:
            raise MarkupError(f"::: needs a name here ({known}); a closing ::: needs a block to close", line)
        raise MarkupError(f"there is no container {name!r}; the containers are {known}", line)
    lines = content.split("\n")
    count = next((number for number, text in enumerate(lines) if not text.strip()), len(lines))
    options = _read_options(name, lines[:count], line + 1)
    return Container(name, options, "\n".join(lines[count + 1 :]), line, line + count + 2)


def _read_options(name: str, lines: list[str], first_line: int) -> dict[str, str]:
    options: dict[str, str] = {}
    allowed = (*_NEEDED[name], *_OPTIONAL[name])
    for line, text in enumerate(lines, first_line):
        option = _OPTION.fullmatch(text)
        if option is None:
            raise MarkupError(f"{text!r} is no line 'option: value'; the text comes after an empty line", line)
        key, value = option.groups()
        if key not in allowed:
            raise MarkupError(f"{name} has no option {key!r}; its options are {', '.join(allowed)}", line)
        if key in options:
            raise MarkupError(f"{name} has {key!r} twice", line)
        options[key] = value
    for key in _NEEDED[name]:
        if key not in options:
            raise MarkupError(f"{name} needs '{key}: …'", first_line - 1)
    return options


def callout_html(callout: Container, body: str, title_id: str) -> str:
    title = escape(callout.options["title"])
    return (
        f'<aside class="callout" aria-labelledby="{title_id}">'
        f'<p class="callout-title" id="{title_id}">{title}</p>\n{body}</aside>\n'
    )


def figure_html(figure: Container, alt: str, caption: str, number: int) -> str:
    """The figure with an empty place for its drawing or picture, which DRAWING_PLACE finds again."""
    credit = figure.options.get("credit")
    parts = [caption] if caption else []
    if credit:
        parts.append(f'<span class="credit">{escape(credit)}</span>')
    shown = f"<figcaption>{' '.join(parts)}</figcaption>" if parts else ""
    place = f'<div class="drawing" role="img" aria-label="{escape(alt)}" data-drawing="{number}"></div>'
    return f'<figure class="figure">{place}{shown}</figure>\n'


DRAWING_PLACE = re.compile(r'(<div class="drawing" role="img" aria-label="[^"]*") data-drawing="(\d+)">(</div>)')
"""No text can look like it: quotation marks in attributes and < in text are written as entities."""


def video_html(video: Container, body: str) -> str:
    title = escape(video.options["title"])
    publisher = video.options.get("publisher")
    source = f"Video: {escape(publisher)}" if publisher else "Video"
    url = video.options.get("url")
    player = player_address(url) if url else None
    opening, note = '<div class="video">', ""
    if player:
        opening = f'<div class="video" data-embed="{escape(player)}">'
        note = f'<p class="video-note">Plays from {urlsplit(player).hostname}, which will see your address</p>'
    shown = f'<a href="{escape(url)}">{title}</a>' if url else f"<cite>{title}</cite>"
    return f'{opening}<p class="video-title">{shown}</p><p class="video-source">{source}</p>{note}\n{body}</div>\n'


_YOUTUBE = "https://www.youtube-nocookie.com/embed/{}"
_VIMEO = "https://player.vimeo.com/video/{}?dnt=1"
_WATCH = re.compile(r"/watch\?v=([\w-]{11})", re.ASCII)
_SHORT = re.compile(r"/([\w-]{11})", re.ASCII)
_SHORTS = re.compile(r"/(?:shorts|embed|live)/([\w-]{11})", re.ASCII)
_NUMBER = re.compile(r"/(?:video/)?([0-9]{1,12})")

# Host, what its pages' addresses look like, and the player that keeps the least about who watches.
_PLAYERS = (
    ("youtube.com", _WATCH, _YOUTUBE),
    ("youtube.com", _SHORTS, _YOUTUBE),
    ("youtube-nocookie.com", _SHORTS, _YOUTUBE),
    ("youtu.be", _SHORT, _YOUTUBE),
    ("vimeo.com", _NUMBER, _VIMEO),
    ("player.vimeo.com", _NUMBER, _VIMEO),
)


def player_address(url: str) -> str | None:
    """Where the video at `url` can be played inside a page; None if its host is not one we know how to ask."""
    parts = urlsplit(url)
    host = (parts.hostname or "").removeprefix("www.").removeprefix("m.")
    video = parse_qs(parts.query).get("v", [""])[0]
    page = f"{parts.path}?v={video}" if video else parts.path.rstrip("/")
    for known, pattern, player in _PLAYERS:
        found = pattern.fullmatch(page) if host == known else None
        if found:
            return player.format(found[1])
    return None


def player_host(url: str) -> str | None:
    """The host that a page has to let into its frames to play the video at `url`."""
    player = player_address(url)
    return urlsplit(player).hostname if player else None
