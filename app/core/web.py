"""What holds for every request: who may call an endpoint, from which site, and the headers of each answer."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import quote, urlsplit

from flask import Flask, Request, Response, current_app, g, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from werkzeug.exceptions import Forbidden
from werkzeug.routing import BaseConverter, IntegerConverter, Map, ValidationError
from werkzeug.wrappers import Response as BaseResponse

from app.config import Config
from app.core.db import MAX_ID
from app.core.tokens import TOKEN_LENGTH

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

View = TypeVar("View", bound=Callable[..., Any])
AnyResponse = TypeVar("AnyResponse", bound=BaseResponse)

SLUG = r"[a-z0-9]+(?:-[a-z0-9]+)*"
SLUG_LIMIT = 200
UPLOAD_LIMIT = 32 * 1024 * 1024
"""Bytes in a request with a file, which is refused in words when it is somewhat too large; nginx.conf says the same."""
SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
_SECURE = [
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "strict-origin-when-cross-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=()"),
]
_PARTS_OF_PAGES = {"text/css", "text/javascript", "font/woff2"}
"""What is never a document, so that rules for documents say nothing of it and only weigh."""
_ON_HTTPS = [("Strict-Transport-Security", "max-age=31536000; includeSubDomains")]
_QUERY_CHARACTERS = "".join(map(chr, range(0x21, 0x7F)))


class Permission(StrEnum):
    """What an endpoint asks of an editor."""

    MODERATE = "moderate"
    OWN_ACCOUNT = "own account"
    SETTINGS = "settings"
    WRITE = "write"


def requires(permission: Permission) -> Callable[[View], View]:
    """Lets only editors with the permission call the endpoint; others are led to the login."""

    def mark(view: View) -> View:
        view.access = permission  # type: ignore[attr-defined]
        return view

    return mark


def takes_files(view: View) -> View:
    """Lets an editor's request to the endpoint be as large as UPLOAD_LIMIT."""
    view.body_limit = UPLOAD_LIMIT  # type: ignore[attr-defined]
    return view


def public(view: View) -> View:
    """Lets anyone call the endpoint."""
    view.access = None  # type: ignore[attr-defined]
    return view


def cacheable(*params: str) -> Callable[[View], View]:
    """Says that the page is the same for everyone, and differs only by these query parameters."""

    def mark(view: View) -> View:
        view.page_params = params  # type: ignore[attr-defined]
        return view

    return mark


def params_of_page(view: Callable[..., Any]) -> tuple[str, ...] | None:
    """The query parameters of a page that is the same for everyone; None for any other."""
    params: tuple[str, ...] | None = getattr(view, "page_params", None)
    return params


def access_of(view: Callable[..., Any]) -> Permission | None:
    """What the endpoint asks for; None for anyone. Raises AttributeError if it is marked neither way."""
    permission: Permission | None = view.access  # type: ignore[attr-defined]
    return permission


def body_limit_of(view: Callable[..., Any]) -> int | None:
    """Bytes in a request to the endpoint; None for the application's own limit."""
    limit: int | None = getattr(view, "body_limit", None)
    return limit


def settings() -> Config:
    """The installation's Config, in an application context."""
    config: Config = current_app.config["BROADSHEET"]
    return config


def absolute(path: str) -> str:
    """The address of a path of this site for use elsewhere: BASE_URL, never the request's Host."""
    return settings().base_url + path


class IdConverter(IntegerConverter):
    """A database key: a number too large for one is no such page, rather than an error in the database."""

    regex = "[1-9][0-9]*"

    def __init__(self, url_map: Map) -> None:
        super().__init__(url_map, min=1, max=MAX_ID)


class SlugConverter(BaseConverter):
    regex = SLUG

    def to_python(self, value: str) -> str:
        if len(value) > SLUG_LIMIT:
            raise ValidationError
        return value


class MonthConverter(BaseConverter):
    """A month, as the date of its first day."""

    regex = "[0-9]{4}/[0-9]{2}"

    def to_python(self, value: str) -> date:
        try:
            return date.fromisoformat(f"{value.replace('/', '-')}-01")
        except ValueError:
            raise ValidationError from None

    def to_url(self, value: date) -> str:
        return f"{value:%Y/%m}"


class TokenConverter(BaseConverter):
    regex = rf"[A-Za-z0-9_-]{{{TOKEN_LENGTH}}}"


def plain_requests(wsgi_app: WSGIApplication, config: Config) -> WSGIApplication:
    """A layer that takes no request's word for what this site is called, and leaves only ASCII in a query.

    Flask could build no address for a Host that is none, and read no query that is not UTF-8.
    """
    host = urlsplit(config.base_url).netloc

    def serve(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        environ["HTTP_HOST"] = host
        query: str = environ.get("QUERY_STRING", "")
        if not query.isascii():
            environ["QUERY_STRING"] = quote(query.encode("latin-1"), safe=_QUERY_CHARACTERS)
        return wsgi_app(environ, start_response)

    return serve


def as_id(text: str | None) -> int | None:
    """A key out of a form or query, or None for anything else."""
    if text and text.isascii() and text.isdigit() and len(text) <= 10 and 0 < int(text) <= MAX_ID:
        return int(text)
    return None


def as_slug(text: str) -> str:
    """A slug out of a query, or one that no article has for anything else."""
    return text if len(text) <= SLUG_LIMIT and re.fullmatch(SLUG, text) else ""


def allow_frames(hosts: list[str]) -> None:
    """Adds hosts to this answer's Content-Security-Policy frame-src."""
    g.frame_hosts = hosts


def keep_private(response: AnyResponse) -> AnyResponse:
    """Marks an answer as one person's own: kept by no cache, found by no search engine, told to no other site."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    # Not no-referrer: with it a browser posts with `Origin: null`, which says nothing of where the form stood.
    response.headers["Referrer-Policy"] = "same-origin"
    return response


def kept_file(body: bytes, mimetype: str, etag: str, cache_control: str) -> Response:
    """An answer with a file that others may keep, or with 304 for whoever has it."""
    answer = Response(body, mimetype=mimetype)
    answer.set_etag(etag)
    answer.headers["Cache-Control"] = cache_control
    answer.make_conditional(request)
    return answer


def init_app(app: Flask) -> None:
    app.url_map.converters.update(id=IdConverter, slug=SlugConverter, month=MonthConverter, token=TokenConverter)
    app.session_interface = _SessionsOnTheirPath()
    app.before_request(_refuse_cross_site)
    app.after_request(_secure)


def is_same_origin() -> bool:
    """Whether the browser says that a post comes from this site's own pages, or says nothing at all.

    A reader's page holds no token, since it is the same for everyone; and a client that sends neither header carries
    no authority that another site could borrow.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("Origin")
    return origin in {None, "null", settings().origin}


def _refuse_cross_site() -> None:
    if request.method not in SAFE_METHODS and not is_same_origin():
        raise Forbidden("cross-site")


def _secure(response: Response) -> Response:
    if response.mimetype in _PARTS_OF_PAGES:
        response.headers.extend([_SECURE[0], *(_ON_HTTPS if settings().is_https else [])])
        return response
    frames = " ".join(f"https://{host}" for host in g.get("frame_hosts", ())) or "'none'"
    policy = (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; font-src 'self'; "
        f"connect-src 'self'; manifest-src 'self'; frame-src {frames}; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    )
    said = {name for name, _value in response.headers}
    for name, value in [("Content-Security-Policy", policy), *_SECURE, *(_ON_HTTPS if settings().is_https else [])]:
        if name not in said:
            response.headers.add(name, value)
    return response


class _SessionsOnTheirPath(SecureCookieSessionInterface):
    """Editors' sessions. Where their cookie is not sent, on readers' pages, there are none to be read or written."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        return super().open_session(app, request) if request.path.startswith(self.get_cookie_path(app)) else None
