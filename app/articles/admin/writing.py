"""The form in which an editor writes an article."""

from __future__ import annotations

from dataclasses import replace

from flask import Response, abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import format_datetime, ngettext
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from app.accounts.guard import logged_in
from app.articles import writing
from app.articles.admin import blueprint
from app.articles.autosaving import drop_form, unsaved, unsaved_of
from app.articles.checking import content_for
from app.articles.closing import NoSuchArticle
from app.articles.comparing import compared, written
from app.articles.content import ArticleContent
from app.articles.forms import ArticleForm, add_error, article_form, empty_article, posted_article, unsaved_article
from app.articles.history import content_of, revision
from app.articles.models import Article, Author, Series, State
from app.articles.moving import SlugTaken
from app.articles.overview import named, newest_slugs
from app.articles.relating import reasons
from app.articles.storing import NoSuchAuthor, NoSuchSeries
from app.core import clock
from app.core.db import db, transaction
from app.core.web import Permission, as_id, requires, takes_files
from app.media.adding import PictureForm, empty_picture, take_in
from app.media.queries import ImageGone

SUGGESTED = 50
"""Newest articles that are suggested as related."""


@blueprint.route("/articles/new", methods=["GET", "POST"])
@requires(Permission.WRITE)
@takes_files
def new() -> BaseResponse:
    if request.method == "POST":
        return _posted(None)
    if text := request.args.get("unsaved"):
        return _went_on(text, None)
    unsaved = unsaved_of(db.session(), logged_in(), None)
    return _page(empty_article(logged_in().name, named(db.session(), Author)), unsaved=unsaved)


@blueprint.route("/articles/<id:article_id>/edit", methods=["GET", "POST"])
@requires(Permission.WRITE)
@takes_files
def edit(article_id: int) -> BaseResponse:
    article = db.session.get(Article, article_id)
    if request.method == "POST":
        return _posted(article) if article else _gone(posted_article())
    if article is None:
        abort(404)
    if text := request.args.get("unsaved"):
        return _went_on(text, article)
    return _opened(article)


def _went_on(text: str, article: Article | None) -> Response:
    """The form with what the editor had not saved."""
    kept = unsaved(db.session(), logged_in(), as_id(text) or abort(404)) or abort(404)
    if kept.article_id != (article.id if article else None):
        abort(404)
    return _page(unsaved_article(kept), article, went_on=kept)


def _opened(article: Article) -> Response:
    """The form with what the article says or, with its number in the query, an earlier revision to be brought back.

    Address and date stay: they say where the article stands, not what it says.
    """
    content = content_of(article)
    restored = None
    if text := request.args.get("revision"):
        restored = revision(db.session(), article.id, as_id(text) or abort(404)) or abort(404)
        content = {**restored.content, "slug": content["slug"], "published": content["published"]}
    number = restored.number if restored else None
    form = article_form(content, seen=article.revision, restored=number)
    return _page(form, article, restored=restored, unsaved=unsaved_of(db.session(), logged_in(), article.id))


def _posted(article: Article | None) -> BaseResponse:
    form, asked = posted_article(), request.form.get("do", "save")
    picture = PictureForm()
    if not take_in(picture, form.text, logged_in().actor):
        return _page(form, article, 422 if picture.errors else 200, picture)
    if form.rearrange(asked):
        return _page(form, article)
    if asked == "stay":
        form.propose_slug()
        return _page(form, article)
    content = content_for(db.session(), form, article)
    if content is None:
        return _page(form, article, 422)
    if asked == "publish" and (article is None or article.state in {State.DRAFT, State.SCHEDULED}):
        content = replace(content, published=clock.now())
    return _stored(form, article, content)


def _stored(form: ArticleForm, article: Article | None, content: ArticleContent) -> BaseResponse:
    article_id = article.id if article else None
    change = writing.Change(
        seen=as_id(form.seen.data) or 0,
        restored=as_id(form.restored.data),
        note=form.note.data or "",
        is_typo=bool(form.typo.data),
    )
    db.session.rollback()  # What was read for the checks; the transaction reads anew.
    try:
        with transaction() as session:
            if article_id is None:
                saved = writing.create(session, logged_in(), content)
            else:
                saved = writing.save(session, logged_in(), article_id, content, change)
            drop_form(session, logged_in(), form.form_name.data or "")
    except NoSuchArticle:
        return _gone(form)
    except writing.ChangedMeanwhile:
        return _conflict(form, article_id, content)
    except SlugTaken:
        add_error(form.slug, _("Another article has this address, or had it. Choose another."))
    except NoSuchAuthor:
        add_error(form.authors, _("There is no such author any more. Choose another."))
    except NoSuchSeries:
        add_error(form.series, _("There is no such series any more. Choose another."))
    except ImageGone as gone:
        add_error(form.text, _("The image %(name)s has been deleted meanwhile.", name=str(gone)))
    except writing.IsOut:
        add_error(form.published, _("Readers can see it, so its date has to be one that has passed."))
    except writing.NoteNeeded:
        add_error(form.note, _("Readers have seen this article. Say what is new, or tick that only a typo is mended."))
    except writing.NoTypo as too_much:
        add_error(form.note, _no_typo(too_much.characters))
    else:
        flash(_what_was_done(saved))
        return redirect(url_for("articles.edit", article_id=saved.article.id), 303)
    return _page(form, _there(article_id), 422)


def _conflict(form: ArticleForm, article_id: int | None, content: ArticleContent) -> Response:
    """What was filled in, beside what someone else has saved since; sent again, it is saved over that."""
    article = _there(article_id) or abort(404)
    base = revision(db.session(), article.id, max(1, as_id(form.seen.data) or 0))
    now = revision(db.session(), article.id, article.revision) or abort(404)
    before = base.content if base else now.content
    mine = {one.name: one for one in compared(before, written(content))}
    theirs = [(one, mine.get(one.name)) for one in compared(before, now.content)]
    form.seen.data = str(article.revision)
    return _page(form, article, 409, conflict=now, theirs=theirs)


def _gone(form: ArticleForm) -> Response:
    """What was filled in about an article that someone has deleted meanwhile; saved again, it is a new one."""
    return _page(form, None, 404, is_gone=True)


def _no_typo(characters: int) -> str:
    changed = ngettext("%(num)s character is changed", "%(num)s characters are changed", characters)
    return str(_("%(changed)s; a typo is %(limit)s at most. Say what is new.", changed=changed, limit=writing.TYPO))


def _there(article_id: int | None) -> Article | None:
    return db.session.get(Article, article_id) if article_id else None


def _what_was_done(saved: writing.Saved) -> str:
    article, state = saved.article, saved.article.state
    if not saved.is_changed:
        return str(_("Nothing was changed, so nothing was saved."))
    if state is State.SCHEDULED and article.published_at is not None:
        when = format_datetime(article.published_at, "d MMMM y, HH:mm")
        return str(_("“%(title)s” is saved. It goes live on %(when)s, by itself.", title=article.title, when=when))
    said = {
        State.DRAFT: _("“%(title)s” is saved as a draft. Readers can’t see it.", title=article.title),
        State.WITHDRAWN: _("“%(title)s” is saved. It stays withdrawn.", title=article.title),
        State.LIVE: _("“%(title)s” is live.", title=article.title),
    }
    if saved.was is State.LIVE:
        return str(_("The change to “%(title)s” is live.", title=article.title))
    return str(said[state])


def _page(
    form: ArticleForm,
    article: Article | None = None,
    status: int = 200,
    picture: PictureForm | None = None,
    **shown: object,
) -> Response:
    form.offer(named(db.session(), Author), named(db.session(), Series))
    picture = picture or empty_picture()
    page = render_template(
        "articles/edit.html",
        form=form,
        article=article,
        picture=picture,
        problems=[*form.problems(), *((one.id, one.label.text, str(said)) for one in picture for said in one.errors)],
        alike=reasons(db.session(), article.id) if article else [],
        suggested=newest_slugs(db.session(), SUGGESTED),
        typo_limit=writing.TYPO,
        is_wrong=status >= 400,
        **shown,
    )
    return make_response(page, status)
