"""Who is logged in, asked before each request, and what happens when nobody is."""

from __future__ import annotations

import json
import re
from urllib.parse import unquote

from flask import (
    Flask,
    Response,
    abort,
    current_app,
    g,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError, CSRFProtect
from werkzeug.wrappers import Response as BaseResponse

from app.accounts.forms import LoginForm
from app.accounts.logging_in import SEEN_STEP, mark_seen
from app.accounts.queries import Identity, identity_of
from app.core import clock
from app.core.db import transaction
from app.core.web import SAFE_METHODS, access_of, body_limit_of, keep_private

DESK = "/admin"
"""Everything of the editors', and the only path that their cookie is sent to."""

csrf = CSRFProtect()


def init_app(app: Flask) -> None:
    csrf.init_app(app)
    app.before_request(_guard)
    app.after_request(_keep_desk_private)
    app.jinja_env.globals["current_editor"] = current_editor


def current_editor() -> Identity | None:
    """The editor who is logged in; always None outside /admin, where no cookie is looked at."""
    editor: Identity | None = g.get("editor")
    return editor


def logged_in() -> Identity:
    """The editor on an endpoint that `@requires` one."""
    editor: Identity = g.editor
    return editor


def safe_next(target: str | None) -> str:
    """Where to go after the log-in: a path of the desk, or the queue for anything else."""
    target = target or ""
    steps = re.split("[?#]", target)[0].split("/")
    # A browser follows `..` and `%2e%2e` before it asks.
    strays = "\\" in target or not target.isprintable() or {".", ".."} & set(map(unquote, steps))
    return url_for("moderation.queue") if steps[:2] != DESK.split("/") or strays else target


def carried_post() -> str:
    """The form of this request, to be carried through the log-in in a hidden field; passwords are left behind."""
    fields = [
        (name, value)
        for name, value in request.form.items(multi=True)
        if name != "csrf_token" and "password" not in name
    ]
    return json.dumps({"path": request.full_path.rstrip("?"), "fields": fields})


def login_page(form: LoginForm, problem: str | None = None, status: int = 200) -> Response:
    page = render_template("accounts/login.html", form=form, problem=problem, is_carrying=bool(form.carried.data))
    return make_response(page, status)


def resume_page(carried: str) -> Response | None:
    """A form that was carried through the log-in, to be looked at and sent again; None if it is no such thing."""
    try:
        post = json.loads(carried)
        path, fields = str(post["path"]), [(str(name), str(value)) for name, value in post["fields"]]
        # A lone surrogate can be written in JSON, but not on a page.
        "".join([path, *(name + value for name, value in fields)]).encode()
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    if safe_next(path) != path:
        return None
    return make_response(render_template("accounts/resume.html", path=path, fields=fields))


def _guard() -> BaseResponse | None:
    if request.endpoint is None:
        return None
    view = current_app.view_functions[request.endpoint]
    permission = access_of(view)
    if not request.path.startswith(DESK):
        return None
    if "token" in session and (limit := body_limit_of(view)):
        # Before anything reads the form; and for one whose session has ended, too, so that what is written is carried.
        request.max_content_length = limit
    g.editor = identity_of(session["token"]) if "token" in session else None
    if permission is not None and g.editor is None:
        return _ask_to_log_in()
    if request.method not in SAFE_METHODS and request.endpoint != "accounts.login":
        try:
            csrf.protect()
        except CSRFError:
            # The page is this site's own, or the request would have been refused before: its session has changed.
            return resume_page(carried_post()) or abort(400)
    if g.editor is not None and clock.now() - g.editor.last_seen_at > SEEN_STEP:
        with transaction() as db_session:
            mark_seen(db_session, g.editor.session_id)
    return None


def _ask_to_log_in() -> BaseResponse:
    if request.method in SAFE_METHODS:
        return redirect(url_for("accounts.login", next=request.full_path.rstrip("?")), 303)
    form = LoginForm(formdata=None, carried=carried_post())
    return login_page(form, _("You were logged out in the meantime."), 401)


def _keep_desk_private(response: Response) -> Response:
    return keep_private(response) if request.path.startswith(DESK) else response
