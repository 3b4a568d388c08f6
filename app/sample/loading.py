"""Loading the samples once in a database's life, so that deleted ones stay deleted."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from sqlalchemy.orm import Session

from app.articles.content import body_of
from app.articles.files import read_article_file
from app.articles.history import COMMAND_LINE
from app.articles.loading import store
from app.core import clock
from app.core.markup import render_article
from app.pages.editing import PageContent, SlugTaken, create
from app.pages.models import PageState
from app.site.models import the_site


def load_samples(session: Session) -> int:
    """Returns how many articles were loaded: none if it was done before."""
    site = the_site(session)
    if site.samples_loaded_at is not None:
        return 0
    files = sorted(Path(__file__).parent.glob("*.md"))
    for file in files:
        store(session, read_article_file(file))
    for file in sorted((Path(__file__).parent / "pages").glob("*.md")):
        _begin_page(session, file)
    site.samples_loaded_at = clock.now()
    return len(files)


def _begin_page(session: Session, file: Path) -> None:
    """A draft for an editor to complete: the heading is its title, the name of the file its address."""
    heading, _line_end, text = file.read_text(encoding="utf-8").partition("\n")
    text = body_of(text)
    content = PageContent(file.stem, heading.removeprefix("# "), PageState.DRAFT, text, render_article(text, {}))
    with suppress(SlugTaken):
        create(session, COMMAND_LINE, content)
