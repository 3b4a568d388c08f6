"""The list of pages beside articles, and the form in which an editor writes one."""

from __future__ import annotations

from types import SimpleNamespace

from flask import Response, abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from app.accounts.guard import logged_in
from app.articles.forms import add_error
from app.core.db import db, transaction
from app.core.differences import text_difference
from app.core.web import Permission, allow_frames, as_id, requires, takes_files
from app.media.adding import PictureForm, empty_picture, take_in
from app.media.queries import ImageGone
from app.pages import editing
from app.pages.admin import blueprint
from app.pages.forms import PageForm
from app.pages.models import PageRevision, PageState, StandingPage
from app.pages.queries import all_pages, earlier_revisions, menus, revision


@blueprint.get("/pages")
@requires(Permission.WRITE)
def index() -> str:
    session = db.session()
    linked = {row["address"] for menu in menus(session) for row in menu}
    return render_template("pages/index.html", rows=all_pages(session), linked=linked)


@blueprint.route("/pages/new", methods=["GET", "POST"])
@requires(Permission.WRITE)
@takes_files
def new() -> BaseResponse:
    return _opened(None) if request.method == "GET" else _posted(None)


@blueprint.route("/pages/<id:page_id>/edit", methods=["GET", "POST"])
@requires(Permission.WRITE)
@takes_files
def edit(page_id: int) -> BaseResponse:
    page = _there(page_id)
    return _opened(page) if request.method == "GET" else _posted(page)


@blueprint.post("/pages/preview")
@requires(Permission.WRITE)
@takes_files
def preview() -> BaseResponse:
    """What stands in the form, which is stored nowhere; or what has to be changed before it can be shown."""
    text = request.args.get("page")
    form = _sent(_there(as_id(text) or abort(404)) if text else None)
    if not form.validate():
        problems = [(field.id, str(field.label.text), str(error)) for field in form for error in field.errors]
        return make_response(render_template("no_preview.html", problems=problems), 422)
    content = form.content()
    allow_frames(list(content.markup.frame_hosts))
    shown = SimpleNamespace(title=content.title, html=content.markup.html, frame_hosts=content.markup.frame_hosts)
    words = _("Preview: nothing of this is saved. Your text is in the tab that you came from.")
    return make_response(render_template("pages/page.html", page=shown, preview=words))


@blueprint.route("/pages/<id:page_id>/delete", methods=["GET", "POST"])
@requires(Permission.WRITE)
def delete(page_id: int) -> BaseResponse:
    if request.method == "GET":
        return make_response(render_template("pages/delete.html", page=_there(page_id)))
    try:
        with transaction() as session:
            deleted = editing.delete(session, logged_in(), page_id)
    except editing.NoSuchPage:
        abort(404)
    flash(_("“%(title)s” is deleted.", title=deleted.title))
    return redirect(url_for("standing.index"), 303)


def _opened(page: StandingPage | None) -> Response:
    """The form with what the page says or, with its number in the query, an earlier revision to be brought back."""
    if page is None:
        return _page(PageForm(formdata=None))
    restored = None
    if text := request.args.get("revision"):
        restored = revision(db.session(), page.id, as_id(text) or abort(404)) or abort(404)
    said = restored or page
    form = PageForm(
        formdata=None,
        seen=page.revision,
        restored=restored.number if restored else "",
        title=said.title,
        slug=page.slug,
        text=said.source,
        state=page.state.value,
    )
    return _page(form, page, restored=restored)


def _posted(page: StandingPage | None) -> BaseResponse:
    form, picture = _sent(page), PictureForm()
    if not take_in(picture, form.text, logged_in().actor):
        return _page(form, page, 422 if picture.errors else 200, picture)
    if request.form.get("do") == "stay":
        return _page(form, page)
    return _stored(form, page) if form.validate() else _page(form, page, 422)


def _stored(form: PageForm, page: StandingPage | None) -> BaseResponse:
    content, page_id = form.content(), page.id if page else None
    was = page.state if page else None
    db.session.rollback()  # What was read to show the form again; the transaction reads anew.
    try:
        with transaction() as session:
            if page_id is None:
                saved = editing.create(session, logged_in().actor, content)
            else:
                saved = editing.save(session, logged_in(), page_id, content, as_id(form.seen.data) or 0)
    except editing.NoSuchPage:
        abort(404)
    except editing.SlugTaken:
        add_error(form.slug, _("Another page has this address, or had it. Choose another."))
    except ImageGone as gone:
        form.text.miss(str(gone))
    except editing.ChangedMeanwhile:
        return _conflict(form, _there(page_id or 0))
    else:
        flash(_what_was_done(saved, was))
        return redirect(url_for("standing.edit", page_id=saved.id), 303)
    return _page(form, _there(page_id) if page_id else None, 422)


def _sent(page: StandingPage | None) -> PageForm:
    """The form as it was sent. In its text are first the page's own pictures, and those of what is brought back."""
    form = PageForm()
    form.propose_slug()
    if page is not None:
        restored = revision(db.session(), page.id, as_id(form.restored.data) or 0)
        form.text.shown, form.text.earlier = page.images, (restored.images or {}) if restored else {}
    return form


def _conflict(form: PageForm, page: StandingPage) -> Response:
    """What was filled in, below what someone else has saved since; sent again, it is saved over that."""
    session = db.session()
    base = revision(session, page.id, as_id(form.seen.data) or 0)
    now = revision(session, page.id, page.revision) or abort(404)
    pieces = text_difference(_whole(base or now), _whole(now))
    form.seen.data = str(page.revision)
    return _page(form, page, 409, conflict=now, pieces=pieces)


def _whole(said: PageRevision) -> str:
    return f"{said.title}\n\n{said.source}"


def _there(page_id: int) -> StandingPage:
    page: StandingPage = db.session.get(StandingPage, page_id) or abort(404)
    return page


def _what_was_done(page: StandingPage, was: PageState | None) -> str:
    if page.state is PageState.DRAFT and was is PageState.LIVE:
        return str(_("“%(title)s” is a draft. Readers can’t see it, and no menu leads there.", title=page.title))
    if page.state is PageState.DRAFT:
        return str(_("“%(title)s” is saved as a draft. Readers can’t see it.", title=page.title))
    if was is PageState.LIVE:
        return str(_("“%(title)s” is saved.", title=page.title))
    return str(_("“%(title)s” is live. A menu can lead to it.", title=page.title))


def _page(
    form: PageForm,
    page: StandingPage | None = None,
    status: int = 200,
    picture: PictureForm | None = None,
    **shown: object,
) -> Response:
    html = render_template(
        "pages/edit.html",
        form=form,
        page=page,
        picture=picture or empty_picture(),
        earlier=earlier_revisions(db.session(), page) if page else [],
        is_wrong=status >= 400,
        **shown,
    )
    return make_response(html, status)
