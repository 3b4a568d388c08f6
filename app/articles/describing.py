"""Writing who authors are and what series are about, from the desk or from a file."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.articles.history import content_of, keep
from app.articles.models import LISTS, Article, ArticleAuthor, Author, Described, Series, SeriesPart, article_subject
from app.articles.naming import AuthorName
from app.articles.storing import hold_names
from app.audit.recording import record
from app.core.lookalikes import skeleton
from app.core.markup import RULES_VERSION, ArticleMarkup
from app.core.revisions import bump

Kind = type[Described]
ADOPTED = 200
NAME_LIMIT = 200
"""Characters in a name."""
NOUNS: dict[Kind, str] = {Author: "author", Series: "series"}
"""What the audit record calls them."""


@dataclass(frozen=True)
class Description:
    """What is said of an author or a series, with its HTML made; only of an author there is a link or an e-mail."""

    slug: str
    name: str
    source: str
    markup: ArticleMarkup
    link: str | None = None
    email: str | None = None


class NoSuchOne(LookupError):
    """It was never there, or is no longer."""


class SlugTaken(ValueError):
    """Another one has the address."""


class ChangedMeanwhile(Exception):
    """Someone has changed it since the editor began with it, or since the file was loaded."""


class InUse(Exception):
    """Articles name it."""


def create(session: Session, kind: Kind, said: Description, *, actor: str) -> Described:
    """Raises SlugTaken."""
    if found(session, kind, said.slug) is not None:
        raise SlugTaken(said.slug)
    one = kind(slug=said.slug)
    session.add(one)
    _fill(one, said)
    session.flush()
    bump(session, LISTS)
    record(session, actor=actor, verb=f"write {NOUNS[kind]}", subject=f"{NOUNS[kind]}:{one.id}")
    return one


def save(session: Session, kind: Kind, one_id: int, said: Description, *, seen: str, actor: str) -> bool:
    """Changes what is said, but for its address. `seen` is the digest of what the editor began with.

    Says whether that changed anything. Raises NoSuchOne, ChangedMeanwhile.
    """
    one = _locked(session, kind, one_id)
    if digest(one) != seen:
        raise ChangedMeanwhile(one.slug)
    return _change(session, one, said, actor=actor)


def store(session: Session, kind: Kind, file: Description, *, actor: str, force: bool) -> str:
    """Adds what a file describes, or brings the one of its slug up to date, and says which.

    Raises ChangedMeanwhile if an editor has changed it since it was loaded, unless `force` is given or the file says
    what stands.
    """
    one = found(session, kind, file.slug)
    outcome = "unchanged"
    if one is None:
        one, outcome = create(session, kind, file, actor=actor), "added"
    elif digest(one) != digest_of(file):
        if one.loaded_digest != digest(one) and not force:
            raise ChangedMeanwhile(one.slug)
        _change(session, one, file, actor=actor)
        outcome = "updated"
    one.loaded_digest = digest(one)
    return outcome


def delete(session: Session, kind: Kind, one_id: int, *, actor: str) -> str:
    """Returns the name. Raises NoSuchOne, InUse."""
    one = _locked(session, kind, one_id)
    if articles_of(session, one):
        raise InUse(one.slug)
    session.delete(one)
    bump(session, LISTS)
    record(session, actor=actor, verb=f"delete {NOUNS[kind]}", subject=f"{NOUNS[kind]}:{one_id}")
    return one.name


def adopt(session: Session, author_id: int, *, actor: str) -> int:
    """Has articles whose byline is the author's name and no more be the author's, 200 at a time. Returns how many.

    Raises NoSuchOne.
    """
    author = _locked(session, Author, author_id)
    query = sa.select(Article).where(*_would_be_adopted(author)).order_by(Article.id).limit(ADOPTED)
    articles = session.scalars(query.with_for_update()).all()
    for article in articles:
        earlier = content_of(article)
        article.byline_text, article.byline_skeleton = "", ""
        article.authors = (AuthorName(author.slug, author.name),)
        article.authorships = [ArticleAuthor(author_id=author.id, position=0)]
        article.date(article.published_at)
        keep(session, article, earlier=earlier, actor=actor, verb="name author")
    if articles:
        bump(session, LISTS, *(article_subject(article.id) for article in articles))
        record(
            session, actor=actor, verb="name author", subject=f"author:{author_id}", detail=f"{len(articles)} articles"
        )
    return len(articles)


def to_adopt(session: Session, author: Author) -> int:
    """How many articles have the author's name for a byline, and no author."""
    return session.scalar(sa.select(sa.func.count()).where(*_would_be_adopted(author))) or 0


def _would_be_adopted(author: Described) -> tuple[sa.ColumnElement[bool], ...]:
    # The skeleton has an index.
    named = Article.byline_skeleton == skeleton(author.name), Article.byline_text == author.name
    return (*named, ~sa.exists().where(ArticleAuthor.article_id == Article.id))


def found(session: Session, kind: Kind, slug: str) -> Described | None:
    hold_names(session)
    return session.scalar(sa.select(kind).where(kind.slug == slug))


def articles_of(session: Session, one: Described) -> int:
    """How many articles name it, out or not."""
    of_author = sa.select(sa.func.count()).where(ArticleAuthor.author_id == one.id)
    of_series = sa.select(sa.func.count()).where(SeriesPart.series_id == one.id)
    return session.scalar(of_author if isinstance(one, Author) else of_series) or 0


def digest(one: Described) -> str:
    """SHA-256 in hex over what is said of it."""
    link, email = (one.link, one.email) if isinstance(one, Author) else (None, None)
    return _digest(one.name, one.source, link, email)


def digest_of(said: Description) -> str:
    return _digest(said.name, said.source, said.link, said.email)


def _locked(session: Session, kind: Kind, one_id: int) -> Described:
    """Raises NoSuchOne."""
    hold_names(session)
    one = session.scalar(sa.select(kind).where(kind.id == one_id).with_for_update())
    if one is None:
        raise NoSuchOne(one_id)
    return one


def _digest(*said: str | None) -> str:
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()


def _change(session: Session, one: Described, said: Description, *, actor: str) -> bool:
    is_renamed = one.name != said.name
    if digest(one) == digest_of(said):
        return False
    _fill(one, said)
    if is_renamed and isinstance(one, Author):
        _rename(session, one)
    bump(session, LISTS)
    noun = NOUNS[type(one)]
    record(session, actor=actor, verb=f"save {noun}", subject=f"{noun}:{one.id}")
    return True


def _fill(one: Described, said: Description) -> None:
    one.name, one.source, one.html = said.name, said.source, said.markup.html
    one.markup_version = RULES_VERSION
    if isinstance(one, Author):
        one.link, one.email, one.name_skeleton = said.link, said.email, skeleton(said.name)


def _rename(session: Session, author: Author) -> None:
    """The articles' own copies of the name."""
    named = sa.select(Article.id, Article.authors).join(ArticleAuthor, ArticleAuthor.article_id == Article.id)
    for row in session.execute(named.where(ArticleAuthor.author_id == author.id)).all():
        names = tuple(AuthorName(author.slug, author.name) if one.slug == author.slug else one for one in row.authors)
        session.execute(sa.update(Article).where(Article.id == row.id).values(authors=names))
