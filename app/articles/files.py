"""Reading an article file: Markdown with YAML front matter, checked field by field."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from functools import partial
from pathlib import Path

from app.articles.content import (
    DRAWING_NAME,
    IMAGE_NAME,
    SOURCE_FIELDS,
    ArticleContent,
    Question,
    checked_email,
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
from app.articles.front_matter import TextFile, picture_of
from app.articles.models import Author, CommentsState, Source
from app.core.drawings import DrawingError, drawing_svg
from app.core.markup import normalise
from app.core.pictures import Picture

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


def read_article_file(path: Path) -> ArticleContent:
    """Reads a file with its drawings and images. Raises TextFileError naming file, line and field."""
    return _Reader(path).read()


def read_description_file(path: Path, kind: Kind) -> Description:
    """Reads the file of an author or a series. Raises TextFileError naming file, line and field."""
    return _DescriptionReader(path, of_author=kind is Author).read()


class _Reader(TextFile):
    fields = FIELDS

    def read(self) -> ArticleContent:
        body, body_line = self.front_matter()
        slug = self.checked("slug", checked_slug, self.text("slug"))
        drawings = self._drawings(self._in_all(DRAWING_NAME, body, body_line))
        images = self.images(self._in_all(IMAGE_NAME, body, body_line))
        pictures = {name: picture_of(image) for name, image in images.items()}
        return ArticleContent(
            slug=slug,
            title=self.text("title"),
            byline=self.text("byline") if "byline" in self.data or not self.entries("authors") else "",
            standfirst=self.text("standfirst"),
            published=self._time("published"),
            source=body,
            markup=self.body(body, body_line, pictures, drawings),
            sample=self.flag("sample"),
            comments=self._comments(),
            formerly=[former for former in self.slugs("formerly") if former != slug],
            authors=self.slugs("authors"),
            series=self.checked("series", checked_slug, self.text("series")) if "series" in self.data else None,
            part=self._part(),
            tags=self.checked("tags", checked_tags, self.texts("tags")),
            related=self.texts("related"),
            sources=self._sources(),
            faq=self._questions(drawings, pictures),
            drawings=drawings,
            images={name: image.hash for name, image in images.items()},
            files=images,
            uid=self.checked("id", checked_uid, self.text("id")) if "id" in self.data else None,
            is_draft=self.flag("draft"),
            withdrawn=self._reason("withdrawn"),
        )

    def _reason(self, name: str) -> str | None:
        value = self.data.get(name)
        text = normalise(value).strip() if isinstance(value, str) else ""
        if name in self.data and not text:
            raise self.error(name, "it takes some text")
        return text or None

    def _comments(self) -> CommentsState | None:
        value = self.data.get("comments")
        # To YAML an `off` without quotes is a false.
        value = CommentsState.OFF if value is False else value
        if value is None or value in list(CommentsState):
            return CommentsState(value) if value else None
        raise self.error("comments", f"it takes one of {', '.join(CommentsState)}")

    def _part(self) -> int | None:
        if "part" not in self.data:
            return None
        if "series" not in self.data:
            raise self.error("part", "it takes a series beside it")
        return self.checked("part", checked_part, str(self.data["part"]))

    def _time(self, name: str) -> datetime | None:
        value = self.data.get(name)
        return None if value is None else self.checked(name, checked_time, value)

    def _sources(self) -> list[Source]:
        return [self.checked(where, checked_source, said) for where, said in self.records("sources", SOURCE_FIELDS)]

    def _questions(self, drawings: Mapping[str, str], pictures: Mapping[str, Picture]) -> list[Question]:
        check = partial(checked_question, drawings=drawings, pictures=pictures)
        return [
            self.checked(where, check, said.get("question", ""), said.get("answer", ""))
            for where, said in self.records("faq", ("question", "answer"))
        ]

    def _in_all(self, pattern: re.Pattern[str], body: str, first_line: int) -> Iterator[tuple[str, int]]:
        """What the pattern finds in the body and, as if each began where the questions do, in the answers."""
        yield from self.named(pattern, body, first_line)
        for item in self.entries("faq"):
            answer = item.get("answer") if isinstance(item, dict) else None
            for found in pattern.finditer(normalise(answer) if isinstance(answer, str) else ""):
                yield found[1], self.lines["faq"]

    def _drawings(self, named: Iterable[tuple[str, int]]) -> dict[str, str]:
        """The drawings of those names, from beside the file or from a folder `drawings` there."""
        drawings = {}
        for name, line in named:
            for file in (self.path.parent / name, self.path.parent / "drawings" / name):
                if file.is_file():
                    try:
                        drawings[name] = drawing_svg(file.read_text(encoding="utf-8"))
                    except (DrawingError, UnicodeDecodeError) as error:
                        raise self.error(f"drawing {name}", str(error), line) from None
                    break
        return drawings


class _DescriptionReader(TextFile):
    def __init__(self, path: Path, *, of_author: bool) -> None:
        super().__init__(path)
        self.fields = {"name", "slug"} | ({"email", "link"} if of_author else set())

    def read(self) -> Description:
        body, body_line = self.front_matter()
        return Description(
            slug=self.checked("slug", checked_slug, self.text("slug")),
            name=self._name(),
            source=body if body.strip() else "",
            markup=self.body(body, body_line, {}),
            link=self.checked("link", checked_link, self.text("link")) if "link" in self.data else None,
            email=self.checked("email", checked_email, self.text("email")) if "email" in self.data else None,
        )

    def _name(self) -> str:
        name = self.text("name")
        if len(name) > NAME_LIMIT:
            raise self.error("name", f"it takes {NAME_LIMIT} characters at most")
        return name
