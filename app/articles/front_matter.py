"""Files of Markdown with YAML front matter: read so that a mistake can be named, and written so that they load back."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

import yaml
from frontmatter.default_handlers import YAMLHandler

from app.articles.content import Problem, body_of, checked_body, checked_line, checked_lines, checked_slug
from app.core.markup import ArticleMarkup
from app.core.pictures import Picture
from app.media.cleaning import BYTES_LIMIT, Cleaned, Refused, cleaned

Value = TypeVar("Value")

NO_DRAWINGS: Mapping[str, str] = MappingProxyType({})
SIZE_LIMIT = 2_000_000
"""Bytes in a file."""


class TextFileError(ValueError):
    """What is wrong in a file, and where."""

    def __init__(self, path: Path, line: int, where: str, message: str) -> None:
        super().__init__(f"{path}:{line}: {where}: {message}")


class FiguresDiffer(Exception):
    """Another text has put a different drawing or image of the same name into the folder."""


class _Loader(yaml.SafeLoader):
    """Reads a date as text, so that a wrong one can be named, and one among the tags is a tag."""

    yaml_implicit_resolvers = {  # noqa: RUF012
        first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


class _Dumper(yaml.SafeDumper):
    """Writes a text of several lines as such."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _represented(dumper: _Dumper, value: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style="|" if "\n" in value else None)


_Dumper.add_representer(str, _represented)


class TextFile:
    """A file's front matter, and the lines in which its fields stand."""

    fields: set[str]
    part = "front matter"
    """What the fields are called in an error."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.lines: dict[str, int] = {}
        self.data: dict[str, Any] = {}

    def error(self, where: str, message: str, line: int | None = None) -> TextFileError:
        return TextFileError(self.path, line or self.lines.get(where.partition(" ")[0], 1), where, message)

    def whole(self) -> str:
        try:
            if self.path.stat().st_size > SIZE_LIMIT:
                raise self.error("file", f"it is larger than {SIZE_LIMIT:,} bytes")
            return self.path.read_text(encoding="utf-8").replace("\r\n", "\n").removeprefix("\ufeff")
        except UnicodeDecodeError as error:
            raise self.error("file", f"it is not UTF-8 (byte {error.start})") from None
        except OSError as error:
            raise self.error("file", error.strerror or "it cannot be read") from None

    def front_matter(self) -> tuple[str, int]:
        """Reads the fields, and returns the body with the line in which it begins."""
        text = self.whole()
        try:
            front, body = YAMLHandler().split(text)
        except ValueError:
            raise self.error("front matter", "the file has to begin with a block between two lines of ---") from None
        self.read_fields(front, 1 + text[: text.index(front)].count("\n") if front else 1)
        lines_before = text[: text.rindex(body)].count("\n") if body else text.count("\n")
        return body_of(body), 1 + lines_before + _blank_lines(body)

    def read_fields(self, front: str, first: int) -> None:
        """`first` is the line of the file in which this YAML begins."""
        try:
            root = yaml.compose(front, Loader=_Loader)
            self.data = yaml.load(front, Loader=_Loader) or {}  # noqa: S506 (a SafeLoader)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark
            raise self.error(self.part, error.problem or "not YAML", mark.line + 1 if mark else 1) from None
        except yaml.reader.ReaderError as error:
            line = 1 + front.count("\n", 0, error.position)
            raise self.error(self.part, f"the character U+{error.character:04X} is not allowed", line) from None
        except (yaml.YAMLError, ValueError, RecursionError) as error:
            raise self.error(self.part, str(error)) from None
        if not isinstance(root, yaml.MappingNode) or not isinstance(self.data, dict):
            raise self.error(self.part, "it takes lines of `field: value`")
        for key, _value in root.value:
            name, line = str(key.value), first + key.start_mark.line
            if name in self.lines:
                raise self.error(name, f"it stands in line {self.lines[name]} already", line)
            self.lines[name] = line
        for name in self.lines:
            if name not in self.fields:
                raise self.error(name, f"there is no such field; the fields are {', '.join(sorted(self.fields))}")

    def checked(self, where: str, check: Callable[..., Value], *given: Any) -> Value:
        try:
            return check(*given)
        except Problem as problem:
            raise self.error(where, str(problem)) from None

    def text(self, name: str) -> str:
        if name not in self.data:
            raise self.error(name, "it is missing")
        value = self.data[name]
        return self.checked(name, checked_line, value if isinstance(value, str) else "")

    def body(
        self, body: str, first_line: int, pictures: Mapping[str, Picture], drawings: Mapping[str, str] = NO_DRAWINGS
    ) -> ArticleMarkup:
        try:
            return checked_body(body, drawings, pictures)
        except Problem as problem:
            raise self.error("body", str(problem), first_line + (problem.line or 1) - 1) from None

    def flag(self, name: str) -> bool:
        value = self.data.get(name, False)
        if not isinstance(value, bool):
            raise self.error(name, "it takes true or false")
        return value

    def entries(self, name: str) -> list[Any]:
        value = self.data.get(name) or []
        if not isinstance(value, list):
            raise self.error(name, "it takes a list")
        return value

    def texts(self, name: str) -> list[str]:
        values = self.entries(name)
        if not all(isinstance(value, str) and value.strip() for value in values):
            raise self.error(name, "each entry has to be some text; quote what YAML takes for something else")
        return checked_lines(values)

    def records(self, name: str, fields: tuple[str, ...]) -> Iterator[tuple[str, dict[str, str]]]:
        """Each with what it is called in an error."""
        for number, item in enumerate(self.entries(name), 1):
            where = f"{name} {number}"
            if not isinstance(item, dict) or not all(isinstance(value, str) for value in item.values()):
                raise self.error(where, "it takes lines of `field: text`")
            for key in item:
                if key not in fields:
                    raise self.error(where, f"there is no field {key!r}; the fields are {', '.join(sorted(fields))}")
            yield where, item

    def slugs(self, name: str) -> list[str]:
        return [self.checked(name, checked_slug, slug) for slug in self.texts(name)]

    def named(self, pattern: re.Pattern[str], body: str, first_line: int) -> Iterator[tuple[str, int]]:
        """What the pattern finds in the body, with the line of the file in which it stands."""
        for found in pattern.finditer(body):
            yield found[1], first_line + body.count("\n", 0, found.start())

    def images(self, named: Iterable[tuple[str, int]]) -> dict[str, Cleaned]:
        """The images of those names, from beside the file or from a folder `images` there."""
        images: dict[str, Cleaned] = {}
        for name, line in named:
            for file in (self.path.parent / name, self.path.parent / "images" / name):
                if name not in images and file.is_file():
                    try:
                        images[name] = cleaned(_beginning(file))
                    except (OSError, Refused) as error:
                        raise self.error(f"image {name}", str(error), line) from None
        return images


def picture_of(image: Cleaned) -> Picture:
    """As it is shown before anything smaller is made of it."""
    return Picture(image.hash, image.extension, image.width, image.height)


def as_yaml(fields: Mapping[str, Any]) -> str:
    return str(yaml.dump(fields, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=float("inf")))


def with_front_matter(fields: Mapping[str, Any], source: str) -> str:
    return f"---\n{as_yaml(fields)}---\n{source}"


def write_text(path: Path, text: str) -> None:
    """Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")


def write_figures(figures: Mapping[Path, bytes], folder: Path, written: dict[Path, str]) -> None:
    """Writes drawings and images, whose paths are below the folder.

    `written` are those that this run has put there, with their hashes, to which it adds. Raises FiguresDiffer, and then
    has written none; OSError.
    """
    hashes = {name: sha256(data).hexdigest() for name, data in figures.items()}
    if any(written.get(name, known) != known for name, known in hashes.items()):
        raise FiguresDiffer
    for name, data in figures.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    written |= hashes


def _beginning(file: Path) -> bytes:
    with file.open("rb") as opened:
        return opened.read(BYTES_LIMIT + 1)


def _blank_lines(body: str) -> int:
    """How many lines stand before the first that is not blank."""
    return body[: len(body) - len(body.lstrip())].count("\n")
