"""Loading the samples once in a database's life, so that deleted ones stay deleted."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy.orm import Session

from app.articles.files import read_article_file
from app.articles.loading import store
from app.core import clock
from app.site.models import the_site


def load_samples(session: Session) -> int:
    """Returns how many articles were loaded: none if it was done before."""
    site = the_site(session)
    if site.samples_loaded_at is not None:
        return 0
    files = sorted(Path(__file__).parent.glob("*.md"))
    for file in files:
        store(session, read_article_file(file))
    site.samples_loaded_at = clock.now()
    return len(files)
