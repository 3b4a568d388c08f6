"""`flask pages`."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import AppGroup

from app.articles.front_matter import FiguresDiffer, TextFileError
from app.core.command_line import work_through
from app.core.db import db, transaction
from app.pages.destinations import destination
from app.pages.editing import SlugTaken
from app.pages.files import MENUS_FILE, dump_menus, dump_page, read_menus_file, read_page_file
from app.pages.loading import ChangedSince, store_menu, store_page
from app.pages.models import StandingPage
from app.pages.queries import former_slugs, pages_to_dump, put_menus

group = AppGroup("pages", help="Pages beside the articles, and menus, as files.")


@group.command("load")
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--force", is_flag=True, help="Overwrite what an editor has changed since the last load.")
def load(paths: tuple[Path, ...], force: bool) -> None:
    """Load files of pages, or all in a folder with its menus.yaml; each file whole or not at all."""
    found = dict.fromkeys(found for given in paths for found in _files_to_load(given))

    def load_one(path: Path) -> str:
        return f"{path}: {_load_menus(path, force) if path.name == MENUS_FILE else _load_page(path, force)}"

    if not work_through(found, load_one, _not_loaded):
        raise SystemExit(1)


@group.command("dump")
@click.argument("slugs", nargs=-1)
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def dump_pages(slugs: tuple[str, ...], folder: Path) -> None:
    """Write all pages and the menus, or the pages of the slugs given, as files; loaded again, they change nothing."""
    session = db.session()
    pages = pages_to_dump(session, slugs)
    unknown = sorted(set(slugs) - {page.slug for page in pages})
    for slug in unknown:
        click.echo(f"{slug}: there is no such page", err=True)
    images: dict[Path, str] = {}

    def dump_one(page: StandingPage) -> str:
        return str(dump_page(page, former_slugs(session, page), folder, images))

    all_well = work_through(pages, dump_one, _not_dumped) and not unknown
    try:
        path = dump_menus(put_menus(session), folder) if not slugs else None
    except OSError as error:
        click.echo(f"{error.filename}: {error.strerror}", err=True)
        raise SystemExit(1) from None
    if path:
        click.echo(str(path))
    if not all_well:
        raise SystemExit(1)


def _files_to_load(given: Path) -> list[Path]:
    """A folder's pages, and then its menus, which lead to them; or one file."""
    if not given.is_dir():
        return [given]
    return [*sorted(given.glob("*.md")), *given.glob(MENUS_FILE)]


def _load_page(path: Path, force: bool) -> str:
    """Raises what reading and storing the file raise."""
    file = read_page_file(path)
    with transaction() as session:
        return store_page(session, file, force=force)


def _load_menus(path: Path, force: bool) -> str:
    """A link that leads nowhere yet is told of, and kept: what it leads to may come later."""
    menus = read_menus_file(path)
    with transaction() as session:
        outcomes = {str(place): store_menu(session, place, rows, force=force) for place, rows in menus.items()}
    for place, rows in menus.items():
        for row in rows:
            problem, _title = destination(db.session(), row["address"])
            if problem:
                click.echo(f"{path}: {place}: {row['address']}: {problem}", err=True)
    db.session.rollback()
    return ", ".join(f"{place} {outcome}" for place, outcome in outcomes.items()) or "unchanged"


def _not_loaded(path: Path, error: Exception) -> str | None:
    match error:
        case TextFileError():
            return str(error)
        case SlugTaken():
            return f"{path}: another page has, or had, the slug {error}"
        case ChangedSince():
            return f"{path}: an editor has changed this since; --force overwrites the change"
    return None


def _not_dumped(page: StandingPage, error: Exception) -> str | None:
    match error:
        case FiguresDiffer():
            return f"{page.slug}: another page has a different image of the same name; dump it alone"
        case OSError():
            return f"{page.slug}: {error.filename}: {error.strerror}"
    return None
