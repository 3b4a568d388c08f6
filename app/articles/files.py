"""Reading an article file: Markdown with YAML front matter, checked field by field."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml
from frontmatter.default_handlers import YAMLHandler

from app.articles.models import CommentsState, Source
from app.core.drawings import DrawingError, drawing_svg
from app.core.markup import ArticleMarkup, MarkupError, normalise, render_article
from app.core.web import SLUG, SLUG_LIMIT

_DRAWING_NAME = re.compile(r"^drawing:[ \t]*([\w.-]+\.svg)[ \t]*$", re.MULTILINE)
FIELDS = {
    "byline",
    "comments",
    "faq",
    "formerly",
    "published",
    "related",
    "sample",
    "slug",
    "sources",
    "standfirst",
    "tags",
    "title",
}
SIZE_LIMIT = 2_000_000
"""Bytes in an article file."""


class ArticleFileError(ValueError):
    """What is wrong in an article file, and where."""

    def __init__(self, path: Path, line: int, where: str, message: str) -> None:
        super().__init__(f"{path}:{line}: {where}: {message}")


@dataclass(frozen=True)
class Question:
    question: str
    source: str
    html: str
    frame_hosts: tuple[str, ...]


@dataclass(frozen=True)
class ArticleFile:
    """What an article file says, with its HTML made."""

    slug: str
    title: str
    byline: str
    standfirst: str
    published: datetime | None
    source: str
    markup: ArticleMarkup
    sample: bool = False
    comments: CommentsState | None = None
    """None leaves the article's comments as they are."""
    formerly: list[str] = field(default_factory=list)
    """Slugs that the article had."""
    tags: list[str] = field(default_factory=list)
    related: list[str] = field(default_factory=list)
    sources: list[Source] = field(default_factory=list)
    faq: list[Question] = field(default_factory=list)
    drawings: dict[str, str] = field(default_factory=dict)


def read_article_file(path: Path) -> ArticleFile:
    """Reads a file and the drawings beside it. Raises ArticleFileError naming file, line and field."""
    return _Reader(path).read()


class _Loader(yaml.SafeLoader):
    """Reads a date as text, so that a wrong one can be named, and one among the tags is a tag."""

    yaml_implicit_resolvers = {  # noqa: RUF012
        first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


class _Reader:
    def __init__(self, path: Path) -> None:
        self.path = path
        self.lines: dict[str, int] = {}
        self.data: dict[str, Any] = {}

    def read(self) -> ArticleFile:
        body, body_line = self._front_matter()
        for name in self.lines:
            if name not in FIELDS:
                raise self._error(name, f"there is no such field; the fields are {', '.join(sorted(FIELDS))}")
        slug = self._slug("slug", self._text("slug"))
        drawings = self._drawings(body, body_line)
        return ArticleFile(
            slug=slug,
            title=self._text("title"),
            byline=self._text("byline"),
            standfirst=self._text("standfirst"),
            published=self._time("published"),
            source=body,
            markup=self._body(body, body_line, drawings),
            sample=self._flag("sample"),
            comments=self._comments(),
            formerly=[self._slug("formerly", former) for former in self._texts("formerly") if former != slug],
            tags=self._texts("tags"),
            related=self._texts("related"),
            sources=[self._source(number, item) for number, item in enumerate(self._list("sources"), 1)],
            faq=[self._question(number, item) for number, item in enumerate(self._list("faq"), 1)],
            drawings=drawings,
        )

    def _error(self, where: str, message: str, line: int | None = None) -> ArticleFileError:
        return ArticleFileError(self.path, line or self.lines.get(where.partition(" ")[0], 1), where, message)

    def _front_matter(self) -> tuple[str, int]:
        try:
            if self.path.stat().st_size > SIZE_LIMIT:
                raise self._error("file", f"it is larger than {SIZE_LIMIT:,} bytes")
            text = self.path.read_text(encoding="utf-8").replace("\r\n", "\n").removeprefix("\ufeff")
        except UnicodeDecodeError as error:
            raise self._error("file", f"it is not UTF-8 (byte {error.start})") from None
        except OSError as error:
            raise self._error("file", error.strerror or "it cannot be read") from None
        try:
            front, body = YAMLHandler().split(text)
        except ValueError:
            raise self._error("front matter", "the file has to begin with a block between two lines of ---") from None
        try:
            root = yaml.compose(front, Loader=_Loader)
            self.data = yaml.load(front, Loader=_Loader) or {}  # noqa: S506 (a SafeLoader)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark
            raise self._error("front matter", error.problem or "not YAML", mark.line + 1 if mark else 1) from None
        except yaml.reader.ReaderError as error:
            line = 1 + front.count("\n", 0, error.position)
            raise self._error("front matter", f"the character U+{error.character:04X} is not allowed", line) from None
        except (yaml.YAMLError, ValueError, RecursionError) as error:
            raise self._error("front matter", str(error)) from None
        if not isinstance(root, yaml.MappingNode) or not isinstance(self.data, dict):
            raise self._error("front matter", "it takes lines of `field: value`")
        first = 1 + text[: text.index(front)].count("\n") if front else 1
        for key, _value in root.value:
            name, line = str(key.value), first + key.start_mark.line
            if name in self.lines:
                raise self._error(name, f"it stands in line {self.lines[name]} already", line)
            self.lines[name] = line
        body = body.strip("\n") + "\n"
        return normalise(body), 1 + text[: text.rindex(body.strip("\n"))].count("\n")

    def _text(self, name: str) -> str:
        value = self.data.get(name)
        text = " ".join(normalise(value).split()) if isinstance(value, str) else ""
        if not text:
            raise self._error(name, "it takes some text" if name in self.data else "it is missing")
        return text

    def _slug(self, name: str, text: str) -> str:
        if not re.fullmatch(SLUG, text) or len(text) > SLUG_LIMIT:
            raise self._error(name, "it takes lower-case letters, digits and single hyphens, 200 at most")
        return text

    def _flag(self, name: str) -> bool:
        value = self.data.get(name, False)
        if not isinstance(value, bool):
            raise self._error(name, "it takes true or false")
        return value

    def _comments(self) -> CommentsState | None:
        value = self.data.get("comments")
        # To YAML an `off` without quotes is a false.
        value = CommentsState.OFF if value is False else value
        if value is None or value in list(CommentsState):
            return CommentsState(value) if value else None
        raise self._error("comments", f"it takes one of {', '.join(CommentsState)}")

    def _list(self, name: str) -> list[Any]:
        value = self.data.get(name) or []
        if not isinstance(value, list):
            raise self._error(name, "it takes a list")
        return value

    def _texts(self, name: str) -> list[str]:
        values = self._list(name)
        if not all(isinstance(value, str) and value.strip() for value in values):
            raise self._error(name, "each entry has to be some text; quote what YAML takes for something else")
        return list(dict.fromkeys(" ".join(normalise(value).split()) for value in values))

    def _time(self, name: str) -> datetime | None:
        value = self.data.get(name)
        if value is None:
            return None
        try:
            time = datetime.fromisoformat(value)
            return time.astimezone(UTC) if time.tzinfo else time.replace(tzinfo=UTC)
        except (TypeError, ValueError, OverflowError):
            raise self._error(name, "it takes a date or a time such as 2026-11-20T09:00:00Z") from None

    def _record(self, name: str, number: int, item: Any, fields: set[str]) -> dict[str, str]:
        where = f"{name} {number}"
        if not isinstance(item, dict) or not all(isinstance(value, str) for value in item.values()):
            raise self._error(where, "it takes lines of `field: text`")
        for key in item:
            if key not in fields:
                raise self._error(where, f"there is no field {key!r}; the fields are {', '.join(sorted(fields))}")
        return {key: normalise(value).strip() for key, value in item.items() if value.strip()}

    def _source(self, number: int, item: Any) -> Source:
        record = self._record("sources", number, item, {"publisher", "title", "url", "note"})
        if "publisher" not in record:
            raise self._error(f"sources {number}", "the publisher is missing")
        if "url" in record and not re.match(r"https?://[^\s/]", record["url"]):
            raise self._error(f"sources {number}", "the url has to begin with http:// or https://")
        source: Source = {"publisher": record["publisher"]}
        for key in ("title", "url", "note"):
            if key in record:
                source[key] = record[key]
        return source

    def _question(self, number: int, item: Any) -> Question:
        record = self._record("faq", number, item, {"question", "answer"})
        if len(record) != 2:
            raise self._error(f"faq {number}", "it takes a question and an answer")
        try:
            markup = render_article(record["answer"], {})
        except MarkupError as error:
            raise self._error(f"faq {number}", str(error)) from None
        return Question(record["question"], record["answer"], markup.html, markup.frame_hosts)

    def _drawings(self, body: str, first_line: int) -> dict[str, str]:
        """The drawings that the body names, from beside the file or from a folder `drawings` there."""
        drawings = {}
        for found in _DRAWING_NAME.finditer(body):
            name = found[1]
            for file in (self.path.parent / name, self.path.parent / "drawings" / name):
                if file.is_file():
                    try:
                        drawings[name] = drawing_svg(file.read_text(encoding="utf-8"))
                    except (DrawingError, UnicodeDecodeError) as error:
                        line = first_line + body.count("\n", 0, found.start())
                        raise self._error(f"drawing {name}", str(error), line) from None
                    break
        return drawings

    def _body(self, body: str, first_line: int, drawings: dict[str, str]) -> ArticleMarkup:
        try:
            return render_article(body, drawings)
        except MarkupError as error:
            raise self._error("body", str(error), first_line + (error.line or 1) - 1) from None
