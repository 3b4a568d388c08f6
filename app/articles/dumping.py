"""Writing articles as the files that they can be loaded from again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import yaml
from sqlalchemy.orm import Session, selectinload

from app.articles.models import Article, CommentsState
from app.articles.queries import former_slugs


class _Dumper(yaml.SafeDumper):
    """Writes a text of several lines as such."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _text(dumper: _Dumper, value: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style="|" if "\n" in value else None)


_Dumper.add_representer(str, _text)


class DrawingsDiffer(Exception):
    """Another article has put a different drawing of the same name into the folder."""


def articles_to_dump(session: Session, slugs: Sequence[str]) -> Sequence[Article]:
    """Those of the slugs, or all."""
    query = sa.select(Article).order_by(Article.slug)
    query = query.options(selectinload(Article.faq), selectinload(Article.tags), selectinload(Article.drawings))
    return session.scalars(query.where(Article.slug.in_(slugs)) if slugs else query).all()


def dump(session: Session, article: Article, folder: Path, written: dict[str, str]) -> Path:
    """Writes the article and its drawings, and returns the path of its file.

    `written` are the drawings that this run has put there, to which it adds. Raises DrawingsDiffer, OSError.
    """
    drawings = {drawing.name: drawing.svg for drawing in article.drawings}
    if any(written.get(name, svg) != svg for name, svg in drawings.items()):
        raise DrawingsDiffer(article.slug)
    folder.mkdir(parents=True, exist_ok=True)
    for name, svg in drawings.items():
        (folder / "drawings").mkdir(exist_ok=True)
        (folder / "drawings" / name).write_text(svg, encoding="utf-8", newline="\n")
    written |= drawings
    path = folder / f"{article.slug}.md"
    path.write_text(file_text(article, former_slugs(session, article.id)), encoding="utf-8", newline="\n")
    return path


def file_text(article: Article, formerly: Sequence[str] = ()) -> str:
    front = yaml.dump(
        _front_matter(article, formerly), Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=float("inf")
    )
    return f"---\n{front}---\n{article.source}"


def _front_matter(article: Article, formerly: Sequence[str]) -> dict[str, Any]:
    """In the order in which docs/articles.md has them; what says nothing is left out."""
    fields: dict[str, Any] = {
        "id": article.uid,
        "title": article.title,
        "slug": article.slug,
        "formerly": list(formerly),
        "byline": article.byline,
        "published": _moment(article.dated) if article.dated else None,
        "draft": article.dated is None,
        "withdrawn": article.withdrawn_because,
        "standfirst": article.standfirst,
        "tags": [tag.name for tag in article.tags],
        "sample": article.sample,
        "comments": str(article.comments) if article.comments is not CommentsState.OPEN else None,
        "related": article.related,
        "sources": article.sources,
        "faq": [{"question": one.question, "answer": one.source} for one in article.faq],
    }
    return {name: value for name, value in fields.items() if value}


def _moment(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
