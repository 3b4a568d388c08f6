"""An article as an editor filled it in, checked as a file is."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any, TypeVar, cast

from flask_babel import gettext
from sqlalchemy.orm import Session
from wtforms import Field, FieldList

from app.articles.content import (
    ArticleContent,
    Problem,
    Question,
    body_of,
    checked_body,
    checked_line,
    checked_lines,
    checked_part,
    checked_question,
    checked_slug,
    checked_source,
    checked_tags,
    checked_time,
    drawings_in,
    images_in,
    with_alternatives,
)
from app.articles.forms import NOTE_LIMIT, ArticleForm, add_error
from app.articles.history import revision
from app.articles.images import images_for
from app.articles.models import Article, Source, State
from app.articles.overview import unknown_slugs
from app.core.days import as_local, from_local
from app.core.forms import too_long
from app.core.markup import ArticleMarkup
from app.core.pictures import Picture
from app.core.web import as_id
from app.media.models import Image

Value = TypeVar("Value")


def content_for(session: Session, form: ArticleForm, article: Article | None) -> ArticleContent | None:
    """What was filled in about the article, or a new one; None if something is wrong, which its field then says."""
    form.propose_slug()
    _check_beside_the_content(session, form)
    body = body_of(form.text.data or "")
    texts = [body, *(row.answer.data or "" for row in _filled(form.faq))]
    drawings, images = _figures(session, article, texts, _restored(session, form, article))
    pictures = {name: image.picture for name, image in images.items()}
    authors = checked_lines(entry.data for entry in form.authors if entry.data)
    title = _checked(form.title, checked_line)
    byline = _byline(form, authors)
    series, part = _place(form)
    tags = _said(form.tags, lambda: checked_tags(filter(str.strip, re.split("[,\n]", form.tags.data or ""))))
    standfirst = _checked(form.standfirst, checked_line)
    slug = _slug(form, article)
    published = _published(form, article)
    markup = _said(form.text, lambda: checked_body(body, drawings, pictures))
    sources, faq = _sources(form), _questions(form, drawings, pictures)
    if form.problems():
        return None
    return ArticleContent(
        slug=slug or "",
        title=title or "",
        byline=byline or "",
        standfirst=standfirst or "",
        published=published,
        source=with_alternatives(body, pictures),
        markup=cast(ArticleMarkup, markup),
        sample=article.sample if article else False,
        authors=authors,
        series=series,
        part=part,
        tags=tags or [],
        related=form.related_slugs(),
        sources=sources,
        faq=faq,
        drawings={name: drawings[name] for name in drawings_in(*texts)},
        images={name: image.hash for name, image in images.items()},
    )


def _check_beside_the_content(session: Session, form: ArticleForm) -> None:
    if unknown := unknown_slugs(session, form.related_slugs()):
        add_error(form.related, gettext("There is no article with the address %(it)s.", it=", ".join(unknown)))
    if len(form.note.data or "") > NOTE_LIMIT:
        add_error(form.note, too_long(len(form.note.data or ""), NOTE_LIMIT))


def _restored(session: Session, form: ArticleForm, article: Article | None) -> dict[str, Any]:
    """What the revision said that is brought back, if one is."""
    restored = revision(session, article.id, as_id(form.restored.data) or 0) if article else None
    return restored.content if restored else {}


def _figures(
    session: Session, article: Article | None, texts: list[str], earlier: Mapping[str, Any]
) -> tuple[dict[str, str], dict[str, Image]]:
    """Drawings and images that the texts may show: the article's, and those of the revision that is brought back."""
    own = {drawing.name: drawing.svg for drawing in article.drawings} if article else {}
    shown = article.images if article else []
    images = images_for(session, shown, images_in(*texts), earlier.get("images", {}))
    return {**earlier.get("drawings", {}), **own}, images


def _byline(form: ArticleForm, authors: list[str]) -> str | None:
    """It may be left out where there are authors."""
    is_needed = bool((form.byline.data or "").strip()) or not authors
    return _checked(form.byline, checked_line) if is_needed else ""


def _place(form: ArticleForm) -> tuple[str | None, int | None]:
    """The series, and the number in it."""
    series, part = form.series.data or None, (form.part.data or "").strip()
    return series, _checked(form.part, checked_part) if series and part else None


def _slug(form: ArticleForm, article: Article | None) -> str | None:
    """What readers have seen is moved on a page of its own."""
    if article and article.state in {State.LIVE, State.WITHDRAWN}:
        return article.slug
    if not form.slug.data:
        if (form.title.data or "").strip():
            sentence = gettext(
                "None can be made of this headline. Write one in lower-case letters, digits and hyphens."
            )
            form.slug.errors = [sentence]
        return None
    return _checked(form.slug, checked_slug)


def _published(form: ArticleForm, article: Article | None) -> datetime | None:
    if not (form.published.data or "").strip():
        return None
    return _checked(form.published, _time_in, article.dated if article else None)


def _sources(form: ArticleForm) -> list[Source]:
    said = [_checked_record(row, checked_source, _texts(row)) for row in _filled(form.sources)]
    return [source for source in said if source]


def _questions(form: ArticleForm, drawings: Mapping[str, str], pictures: Mapping[str, Picture]) -> list[Question]:
    check = partial(checked_question, drawings=drawings, pictures=pictures)
    said = [
        _checked_record(row, check, row.question.data or "", row.answer.data or "", row.anchor.data or None)
        for row in _filled(form.faq)
    ]
    return [question for question in said if question]


def _filled(rows: FieldList[Any]) -> list[Any]:
    """The rows in which something stands."""
    given = [[value or "" for name, value in row.data.items() if name != "anchor"] for row in rows]
    return [row.form for row, texts in zip(rows, given, strict=True) if "".join(texts).strip()]


def _texts(row: Any) -> dict[str, str]:
    return {name: value or "" for name, value in row.data.items()}


def _time_in(text: str, dated: datetime | None) -> datetime:
    """A minute by the site's clock. What was not changed keeps its seconds. Raises Problem."""
    if dated is not None and text == as_local(dated):
        return dated
    try:
        moment = datetime.fromisoformat(text).replace(tzinfo=None)
        return checked_time(from_local(moment).isoformat())
    except (ValueError, OverflowError) as error:
        if isinstance(error, Problem):
            raise
        raise Problem(gettext("it takes a date and a time such as 2026-11-20 09:00")) from None


def _checked(field: Field, check: Callable[..., Value], *given: Any) -> Value | None:
    return _said(field, lambda: check((field.data or "").strip(), *given))


def _checked_record(row: Any, check: Callable[..., Value], *given: Any) -> Value | None:
    return _said(row, lambda: check(*given))


def _said(where: Any, make: Callable[[], Value]) -> Value | None:
    """What `make` makes, or None and what is wrong said at the field, or at the part of a row that is to blame."""
    try:
        return make()
    except Problem as problem:
        words = str(problem)
        sentence = f"{words[:1].upper()}{words[1:]}."
        if problem.line is not None:
            sentence = gettext("Line %(line)d: %(problem)s.", line=problem.line, problem=words)
        add_error(where[problem.part] if problem.part else where, sentence)
        return None
