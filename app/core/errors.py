"""The page that says what went wrong, for every wrong turn and every fault."""

from __future__ import annotations

import errno
import logging

from flask import Flask, Response, make_response, render_template, request
from flask_babel import gettext as _
from sqlalchemy.exc import DBAPIError, InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException, InternalServerError
from werkzeug.routing import RequestRedirect

from app.core.db import db

RETRY_SECONDS = 5
"""What Retry-After says when the database was busy: locks are held for milliseconds."""

UNAVAILABLE = (OperationalError, InternalError, PoolTimeout)
"""What is raised when the database is locked, full, read-only (on PostgreSQL an InternalError) or away."""

NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS}
"""Of an OSError: the disk, or this site's share of it, is full, or takes no files."""

_log = logging.getLogger(__name__)


def init_app(app: Flask) -> None:
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(DBAPIError, _database_error)
    app.register_error_handler(PoolTimeout, _database_error)
    app.register_error_handler(OSError, _disk_error)
    app.register_error_handler(Exception, _fault)


def error_page(status: int, heading: str, message: str, kept: str | None = None) -> Response:
    """A page that needs no database. `kept` is text that the reader typed, given back."""
    page = render_template("error.html", status=status, heading=heading, message=message, kept=kept)
    response = make_response(page, status)
    response.headers["Cache-Control"] = "no-store"
    return response


def retry_later(response: Response, seconds: int) -> Response:
    response.headers["Retry-After"] = str(max(1, seconds))
    return response


def typed_text() -> str | None:
    """The longest thing that stood in the form of a request that failed."""
    try:
        fields = request.form.items()
        texts = [value for name, value in fields if name != "csrf_token" and "password" not in name]
    except HTTPException:
        return None
    longest = max(texts, key=len, default="")
    return longest if len(longest) > 20 else None


def _http_error(error: HTTPException) -> Response | HTTPException:
    if isinstance(error, RequestRedirect) or (error.response is not None and error.code is None):
        return error
    if error.response is not None:
        return error
    status = error.code or 500
    heading, message = _words(status)
    response = error_page(status, heading, message, typed_text() if status in {400, 403, 404, 405, 410} else None)
    for name, value in error.get_headers(request.environ):
        if name not in {"Content-Type", "Content-Length"}:
            response.headers[name] = value
    return response


def _database_error(error: Exception) -> Response:
    db.session.rollback()
    if not isinstance(error, UNAVAILABLE):
        return _fault(error)
    _log.error("the database did not answer: %s", error)
    heading, message = _words(503)
    return retry_later(error_page(503, heading, message, typed_text()), RETRY_SECONDS)


def _disk_error(error: OSError) -> Response:
    if error.errno not in NO_ROOM:
        return _fault(error)
    _log.error("a file could not be written: %s", error)
    heading, message = _words(507)
    return error_page(507, heading, message, typed_text())


def _fault(error: Exception) -> Response:
    _log.exception("a request failed", exc_info=error)
    heading, message = _words(InternalServerError.code)
    return error_page(500, heading, message, typed_text())


def _words(status: int) -> tuple[str, str]:
    words = {
        400: (_("We could not read that request"), _("Something in it was not in the form that the site expects.")),
        403: (
            _("This form was sent from another site"),
            _("Nothing was saved. Open the page here and send the form from it."),
        ),
        404: (_("There is no page here"), _("The address may be mistyped, or the page may have gone.")),
        405: (_("That cannot be done at this address"), _("Open the page anew and try from there.")),
        410: (_("This page is gone"), _("It was here, and has been taken away for good.")),
        413: (_("That is more than we can take at once"), _("Go back, cut it, and send it again.")),
        414: (_("That address is too long"), _("Start again from the front page.")),
        415: (_("We cannot read that kind of form"), _("Open the page anew and send its own form.")),
        429: (_("Too many tries"), _("Wait a little, then try again.")),
        500: (_("We made a mistake"), _("The fault is ours and has been noted. Sorry. Try again in a minute.")),
        507: (
            _("There is no room for that here"),
            _("Nothing was saved: the disk is full, or takes no files. Tell whoever runs this site."),
        ),
        503: (_("We could not reach our records"), _("It is our fault. Sorry. Try again in a minute.")),
    }
    return words.get(status, (_("That did not work"), _("Go back and try again.")))
