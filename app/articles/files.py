"""Reading an article file: Markdown with YAML front matter, checked field by field."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import yaml
from frontmatter.default_handlers import YAMLHandler

from app.articles.content import (
    DRAWING_NAME,
    IMAGE_NAME,
    SOURCE_FIELDS,
    ArticleContent,
    Problem,
    Question,
    body_of,
    checked_body,
    checked_email,
    checked_line,
    checked_lines,
    checked_link,
    checked_part,
    checked_question,
    checked_slug,
    checked_source,
    checked_tags,
    checked_time,
    checked_uid,
)
from app.articles.describing import NAME_LIMIT, Description, Kind
from app.articles.models import Author, CommentsState, Source
from app.core.drawings import DrawingError, drawing_svg
from app.core.markup import ArticleMarkup, normalise
from app.core.pictures import Picture
from app.media.cleaning import BYTES_LIMIT, Cleaned, Refused, cleaned

Value = TypeVar("Value")

FIELDS = {
    "authors",
    "byline",
    "comments",
    "draft",
    "faq",
    "formerly",
    "id",
    "part",
    "published",
    "related",
    "sample",
    "series",
    "slug",
    "sources",
    "standfirst",
    "tags",
    "title",
    "withdrawn",
}
SIZE_LIMIT = 2_000_000
"""Bytes in an article file."""


class ArticleFileError(ValueError):
    """What is wrong in an article file, and where."""

    def __init__(self, path: Path, line: int, where: str, message: str) -> None:
        super().__init__(f"{path}:{line}: {where}: {message}")


def read_article_file(path: Path) -> ArticleContent:
    """Reads a file and the drawings beside it. Raises ArticleFileError naming file, line and field."""
    return _Reader(path).read()


def read_description_file(path: Path, kind: Kind) -> Description:
    """Reads the file of an author or a series. Raises ArticleFileError naming file, line and field."""
    return _DescriptionReader(path, of_author=kind is Author).read()


class _Loader(yaml.SafeLoader):
    """Reads a date as text, so that a wrong one can be named, and one among the tags is a tag."""

    yaml_implicit_resolvers = {  # noqa: RUF012
        first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


class _File:
    """A file's front matter, and the lines in which its fields stand."""

    fields: set[str]

    def __init__(self, path: Path) -> None:
        self.path = path
        self.lines: dict[str, int] = {}
        self.data: dict[str, Any] = {}

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
        for name in self.lines:
            if name not in self.fields:
                raise self._error(name, f"there is no such field; the fields are {', '.join(sorted(self.fields))}")
        lines_before = text[: text.rindex(body)].count("\n") if body else text.count("\n")
        return body_of(body), 1 + lines_before + _blank_lines(body)

    def _checked(self, where: str, check: Callable[..., Value], *given: Any) -> Value:
        try:
            return check(*given)
        except Problem as problem:
            raise self._error(where, str(problem)) from None

    def _text(self, name: str) -> str:
        if name not in self.data:
            raise self._error(name, "it is missing")
        value = self.data[name]
        return self._checked(name, checked_line, value if isinstance(value, str) else "")

    def _body(
        self, body: str, first_line: int, drawings: Mapping[str, str], images: Mapping[str, Cleaned]
    ) -> ArticleMarkup:
        pictures = {name: picture_of(image) for name, image in images.items()}
        try:
            return checked_body(body, drawings, pictures)
        except Problem as problem:
            raise self._error("body", str(problem), first_line + (problem.line or 1) - 1) from None


class _Reader(_File):
    fields = FIELDS

    def read(self) -> ArticleContent:
        body, body_line = self._front_matter()
        slug = self._checked("slug", checked_slug, self._text("slug"))
        drawings, images = self._drawings(body, body_line), self._images(body, body_line)
        return ArticleContent(
            slug=slug,
            title=self._text("title"),
            byline=self._text("byline") if "byline" in self.data or not self._list("authors") else "",
            standfirst=self._text("standfirst"),
            published=self._time("published"),
            source=body,
            markup=self._body(body, body_line, drawings, images),
            sample=self._flag("sample"),
            comments=self._comments(),
            formerly=[former for former in self._slugs("formerly") if former != slug],
            authors=self._slugs("authors"),
            series=self._checked("series", checked_slug, self._text("series")) if "series" in self.data else None,
            part=self._part(),
            tags=self._checked("tags", checked_tags, self._texts("tags")),
            related=self._texts("related"),
            sources=[self._source(number, item) for number, item in enumerate(self._list("sources"), 1)],
            faq=[self._question(number, item) for number, item in enumerate(self._list("faq"), 1)],
            drawings=drawings,
            images={name: image.hash for name, image in images.items()},
            files=images,
            uid=self._checked("id", checked_uid, self._text("id")) if "id" in self.data else None,
            is_draft=self._flag("draft"),
            withdrawn=self._reason("withdrawn"),
        )

    def _reason(self, name: str) -> str | None:
        value = self.data.get(name)
        text = normalise(value).strip() if isinstance(value, str) else ""
        if name in self.data and not text:
            raise self._error(name, "it takes some text")
        return text or None

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
        return checked_lines(values)

    def _slugs(self, name: str) -> list[str]:
        return [self._checked(name, checked_slug, slug) for slug in self._texts(name)]

    def _part(self) -> int | None:
        if "part" not in self.data:
            return None
        if "series" not in self.data:
            raise self._error("part", "it takes a series beside it")
        return self._checked("part", checked_part, str(self.data["part"]))

    def _time(self, name: str) -> datetime | None:
        value = self.data.get(name)
        return None if value is None else self._checked(name, checked_time, value)

    def _record(self, name: str, number: int, item: Any, fields: tuple[str, ...]) -> dict[str, str]:
        where = f"{name} {number}"
        if not isinstance(item, dict) or not all(isinstance(value, str) for value in item.values()):
            raise self._error(where, "it takes lines of `field: text`")
        for key in item:
            if key not in fields:
                raise self._error(where, f"there is no field {key!r}; the fields are {', '.join(sorted(fields))}")
        return item

    def _source(self, number: int, item: Any) -> Source:
        record = self._record("sources", number, item, SOURCE_FIELDS)
        return self._checked(f"sources {number}", checked_source, record)

    def _question(self, number: int, item: Any) -> Question:
        record = self._record("faq", number, item, ("question", "answer"))
        given = record.get("question", ""), record.get("answer", "")
        return self._checked(f"faq {number}", checked_question, *given)

    def _drawings(self, body: str, first_line: int) -> dict[str, str]:
        """The drawings that the body names, from beside the file or from a folder `drawings` there."""
        drawings = {}
        for found in DRAWING_NAME.finditer(body):
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

    def _images(self, body: str, first_line: int) -> dict[str, Cleaned]:
        """The images that the body names, from beside the file or from a folder `images` there."""
        images: dict[str, Cleaned] = {}
        for found in IMAGE_NAME.finditer(body):
            name = found[1]
            for file in (self.path.parent / name, self.path.parent / "images" / name):
                if name not in images and file.is_file():
                    try:
                        images[name] = cleaned(_beginning(file))
                    except (OSError, Refused) as error:
                        line = first_line + body.count("\n", 0, found.start())
                        raise self._error(f"image {name}", str(error), line) from None
        return images


class _DescriptionReader(_File):
    def __init__(self, path: Path, *, of_author: bool) -> None:
        super().__init__(path)
        self.fields = {"name", "slug"} | ({"email", "link"} if of_author else set())

    def read(self) -> Description:
        body, body_line = self._front_matter()
        return Description(
            slug=self._checked("slug", checked_slug, self._text("slug")),
            name=self._name(),
            source=body if body.strip() else "",
            markup=self._body(body, body_line, {}, {}),
            link=self._checked("link", checked_link, self._text("link")) if "link" in self.data else None,
            email=self._checked("email", checked_email, self._text("email")) if "email" in self.data else None,
        )

    def _name(self) -> str:
        name = self._text("name")
        if len(name) > NAME_LIMIT:
            raise self._error("name", f"it takes {NAME_LIMIT} characters at most")
        return name


def picture_of(image: Cleaned) -> Picture:
    """As it is shown before anything smaller is made of it."""
    return Picture(image.hash, image.extension, image.width, image.height)


def _beginning(file: Path) -> bytes:
    with file.open("rb") as opened:
        return opened.read(BYTES_LIMIT + 1)


def _blank_lines(body: str) -> int:
    """How many lines stand before the first that is not blank."""
    return body[: len(body) - len(body.lstrip())].count("\n")
