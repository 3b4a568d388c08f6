"""Pages and menus as files: read with each field checked, and written so that they load back."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask_babel import gettext as _

from app.articles.content import IMAGE_NAME, Problem, checked_line, checked_slug
from app.articles.front_matter import TextFile, as_yaml, picture_of, with_front_matter, write_figures, write_text
from app.media.cleaning import Cleaned
from app.media.folder import original
from app.pages.destinations import LABEL_LIMIT, LINKS_LIMIT, is_address, words_of_the_site
from app.pages.editing import TITLE_LIMIT, PageContent
from app.pages.models import Menu, MenuRow, PageState, Place, StandingPage

MENUS_FILE = "menus.yaml"


@dataclass(frozen=True)
class PageFile:
    content: PageContent
    formerly: list[str]
    """Slugs that the page had."""
    images: dict[str, Cleaned]
    """Those that the text names, which may be new."""


def read_page_file(path: Path) -> PageFile:
    """Reads a file with its images. Raises TextFileError naming file, line and field."""
    return _PageReader(path).read()


def read_menus_file(path: Path) -> dict[Place, list[MenuRow]]:
    """The menus that the file names, wherever their links lead. Raises TextFileError naming file, line and menu."""
    return _MenusReader(path).read()


class _PageReader(TextFile):
    fields = {"draft", "formerly", "slug", "title"}  # noqa: RUF012

    def read(self) -> PageFile:
        body, body_line = self.front_matter()
        slug = self.checked("slug", _page_slug, self.text("slug"))
        images = self.images(self.named(IMAGE_NAME, body, body_line))
        if not body.strip():
            raise self.error("body", "it takes some text", body_line)
        content = PageContent(
            slug=slug,
            title=self.checked("title", _page_title, self.text("title")),
            state=PageState.DRAFT if self.flag("draft") else PageState.LIVE,
            source=body,
            markup=self.body(body, body_line, {name: picture_of(image) for name, image in images.items()}),
            images={name: image.hash for name, image in images.items()},
        )
        return PageFile(content, [former for former in self.slugs("formerly") if former != slug], images)


class _MenusReader(TextFile):
    fields = set(Place)  # noqa: RUF012
    part = "file"

    def read(self) -> dict[Place, list[MenuRow]]:
        self.read_fields(self.whole(), 1)
        return {place: self._rows(place) for place in Place if place in self.data}

    def _rows(self, place: Place) -> list[MenuRow]:
        rows = [self.checked(where, _menu_row, said) for where, said in self.records(place, ("label", "address"))]
        if len(rows) > LINKS_LIMIT:
            raise self.error(place, f"it takes {LINKS_LIMIT} links at most")
        return rows


def _page_slug(value: str) -> str:
    """Raises Problem."""
    if checked_slug(value) in words_of_the_site():
        raise Problem(_("the site itself uses this address"))
    return value


def _page_title(value: str) -> str:
    """Raises Problem."""
    if len(value) > TITLE_LIMIT:
        raise Problem(_("it takes %(limit)d characters at most", limit=TITLE_LIMIT))
    return value


def _menu_row(said: dict[str, str]) -> MenuRow:
    """Raises Problem."""
    label, address = checked_line(said.get("label", "")), said.get("address", "").strip()
    if len(label) > LABEL_LIMIT:
        raise Problem(_("a label takes %(limit)d characters at most", limit=LABEL_LIMIT))
    if not is_address(address):
        raise Problem(_("the address is a path of this site, such as /about, or begins with https://"))
    return {"label": label, "address": address}


def dump_page(page: StandingPage, formerly: list[str], folder: Path, written: dict[Path, str]) -> Path:
    """Writes the page and its images, and returns the path of its file.

    `written` is as `write_figures` has it. Raises FiguresDiffer, OSError.
    """
    write_figures({Path("images", one.name): original(one.image) for one in page.images}, folder, written)
    path = folder / f"{page.slug}.md"
    write_text(path, page_text(page, formerly))
    return path


def page_text(page: StandingPage, formerly: list[str]) -> str:
    """In the order in which docs/site.md has the fields; what says nothing is left out."""
    fields: dict[str, Any] = {
        "title": page.title,
        "slug": page.slug,
        "formerly": formerly,
        "draft": page.state is PageState.DRAFT,
    }
    return with_front_matter({name: value for name, value in fields.items() if value}, page.source)


def dump_menus(menus: list[Menu], folder: Path) -> Path | None:
    """Writes those that editors have put links into; None if there is none. Raises OSError."""
    rows = {str(menu.place): menu.rows for place in Place for menu in menus if menu.place is place}
    if not rows:
        return None
    path = folder / MENUS_FILE
    write_text(path, as_yaml(rows))
    return path
