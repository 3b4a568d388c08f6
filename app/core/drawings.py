"""A newsroom's SVG drawing, made safe to stand inside a page."""

import re
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from app.core.markup_text import normalise

SIZE_LIMIT = 64 * 1024
"""Bytes of UTF-8 in a drawing."""

DEPTH_LIMIT = 32
"""Elements within one another; drawings that people make stay below 10."""

_SVG = "http://www.w3.org/2000/svg "
_SHAPES = frozenset({"path", "rect", "circle", "ellipse", "line", "polyline", "polygon"})
_WORDS = frozenset({"text", "tspan", "title", "desc"})

_COLOURS = ("ink", "ink2", "line", "rule", "paper", "stock", "pencil", "mark", "alarm")
CLASSES = frozenset(f"{kind}-{colour}" for kind in "ds" for colour in _COLOURS) | {"t-sans", "t-serif"}
"""d- fills, s- strokes, t- sets type; the stylesheet gives each the page's present colour."""


def _is(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.ASCII)


# Every pattern is closed over what it lists, so that url(), entities and names of other things can't occur in a value.
_NUMBERS = _is(r"[\d\s,.eE+%-]+(px)?")
_PATTERNS: dict[str, re.Pattern[str]] = {
    **dict.fromkeys(("x", "y", "width", "height", "rx", "ry", "cx", "cy", "r", "x1", "y1", "x2", "y2"), _NUMBERS),
    **dict.fromkeys(("dx", "dy", "points", "pathLength", "textLength", "font-size", "letter-spacing"), _NUMBERS),
    **dict.fromkeys(("stroke-width", "stroke-miterlimit", "stroke-dasharray", "stroke-dashoffset"), _NUMBERS),
    **dict.fromkeys(("opacity", "fill-opacity", "stroke-opacity"), _NUMBERS),
    "viewBox": _is(r"-?[\d.]+[ ,]+-?[\d.]+(?:[ ,]+[\d.]{0,9}[1-9][\d.]{0,9}){2}"),
    "d": _is(r"[MmZzLlHhVvCcSsQqTtAa\d\s,.eE+-]+"),
    "transform": _is(r"(?:(?:matrix|translate|scale|rotate|skewX|skewY) ?\([\d\s,.eE+-]+\)[\s,]*)+"),
    "fill": _is("none|currentColor"),
    "stroke": _is("none|currentColor"),
    "fill-rule": _is("nonzero|evenodd"),
    "stroke-linecap": _is("butt|round|square"),
    "stroke-linejoin": _is("miter|round|bevel"),
    "text-anchor": _is("start|middle|end"),
    "dominant-baseline": _is("auto|middle|central|hanging|alphabetic"),
    "font-weight": _is("normal|bold|[1-9]00"),
    "font-style": _is("normal|italic"),
    "lengthAdjust": _is("spacing|spacingAndGlyphs"),
    "vector-effect": _is("non-scaling-stroke"),
    "preserveAspectRatio": _is(r"(none|x(Min|Mid|Max)Y(Min|Mid|Max))( (meet|slice))?"),
}

# Left out without a word: they mean nothing once the drawing stands in a page, and drawing programs write them.
_DROPPED = re.compile(r"id|version|role|focusable|enable-background|(data|aria)-[\w-]+|.* .+")
_DROPPED_FROM_SVG = frozenset({"width", "height", "x", "y"})


class DrawingError(ValueError):
    """What is refused in a drawing, said for the editor who sent it."""


def drawing_svg(source: str) -> str:
    """The drawing as one <svg> element that a label around it describes.

    Only listed shapes, text, geometry and classes pass; its own output passes unchanged. Raises DrawingError.
    """
    if len(source.encode("utf-8", "replace")) > SIZE_LIMIT:
        raise DrawingError(f"the drawing is larger than {SIZE_LIMIT // 1024} KB")
    return _Reader().read(source)


class _Reader:
    def __init__(self) -> None:
        self._parts: list[str] = []
        self._open: list[str] = []
        self._text: list[str] = []
        self._unclosed = False
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text.append
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._parser.ProcessingInstructionHandler = self._instruction

    def read(self, source: str) -> str:
        try:
            self._parser.Parse(source.encode("utf-8"), True)
        except expat.ExpatError as error:
            raise DrawingError(f"it is not well-formed XML: {error}") from None
        except UnicodeEncodeError:
            raise DrawingError("it holds characters that are not Unicode text") from None
        return "".join(self._parts)

    def _refuse(self, what: str) -> DrawingError:
        return DrawingError(f"line {self._parser.CurrentLineNumber}: {what}")

    def _doctype(self, *_declaration: object) -> None:
        raise self._refuse("a DOCTYPE is not allowed")

    def _instruction(self, target: str, _data: str) -> None:
        raise self._refuse(f"the processing instruction <?{target}?> is not allowed")

    def _start(self, qualified: str, attributes: dict[str, str]) -> None:
        self._flush(child_follows=True)
        name = qualified.removeprefix(_SVG)
        self._check_place(name)
        kept = self._attributes(name, {key: " ".join(value.split()) for key, value in attributes.items()})
        shown = "".join(f" {key}={quoteattr(value)}" for key, value in kept.items())
        if name == "svg":
            shown += ' aria-hidden="true" focusable="false"'
        self._parts.append(f"<{name}{shown}")
        self._open.append(name)
        self._unclosed = True

    def _check_place(self, name: str) -> None:
        parent = self._open[-1] if self._open else None
        shown = name.rpartition(" ")[2]
        if parent is None:
            if name != "svg":
                raise self._refuse(f"a drawing is an <svg>, not a <{shown}>")
            return
        if name not in _SHAPES | _WORDS | {"g"}:
            raise self._refuse(f"<{shown}> is not allowed")
        if parent in ("title", "desc") or (name == "tspan") != (parent in ("text", "tspan")):
            raise self._refuse(f"<{shown}> can't stand inside <{parent}>")
        if len(self._open) >= DEPTH_LIMIT:
            raise self._refuse(f"more than {DEPTH_LIMIT} elements stand inside one another")

    def _attributes(self, name: str, given: dict[str, str]) -> dict[str, str]:
        kept: dict[str, str] = {}
        for key, value in given.items():
            if _DROPPED.fullmatch(key) and not key.endswith(" href"):
                continue
            if name == "svg" and key in _DROPPED_FROM_SVG:
                continue
            if key == "class":
                self._check_classes(value)
            elif key not in _PATTERNS:
                raise self._refuse(f"the attribute {key.rpartition(' ')[2]} of <{name}> is not allowed")
            elif not _PATTERNS[key].fullmatch(value):
                hint = "; colours are classes such as d-ink and s-ink" if key in ("fill", "stroke") else ""
                raise self._refuse(f'{key}="{value[:60]}" of <{name}> is not allowed{hint}')
            kept[key] = value
        if name == "svg" and "viewBox" not in kept:
            raise self._refuse('the <svg> needs a viewBox, such as viewBox="0 0 720 405"')
        return kept

    def _check_classes(self, value: str) -> None:
        for word in value.split():
            if word not in CLASSES:
                raise self._refuse(f"there is no class {word!r}; the classes are {', '.join(sorted(CLASSES))}")

    def _end(self, _name: str) -> None:
        self._flush(child_follows=False)
        name = self._open.pop()
        self._parts.append("/>" if self._unclosed else f"</{name}>")
        self._unclosed = False

    def _flush(self, *, child_follows: bool) -> None:
        """Writes the text met since the last tag, and ends that tag if anything stands inside it."""
        text = "".join(self._text)
        self._text.clear()
        if self._open and self._open[-1] in _WORDS:
            shown = escape(normalise(text))
        elif text.strip():
            raise self._refuse(f"the text {text.strip()[:40]!r} stands outside <text>")
        else:
            shown = ""
        if self._unclosed and (shown or child_follows):
            shown = ">" + shown
            self._unclosed = False
        self._parts.append(shown)
