"""The map of the site, and who may go where."""

from __future__ import annotations

from flask import Flask

from app.accounts.guard import DESK
from app.core.web import Permission, access_of
from tests.accounts.conftest import rows_of
from tests.conftest import ON_SQLITE
from tests.factories import Factory

pytestmark = ON_SQLITE

ROUTES = [
    ("/", "GET", "reading.front", "public"),
    ("/admin/", "GET", "moderation.queue", "moderate"),
    ("/admin/account", "GET", "accounts.account", "own account"),
    ("/admin/account/password", "POST", "accounts.change_password", "own account"),
    ("/admin/account/profile", "POST", "accounts.change_profile", "own account"),
    ("/admin/account/sessions/<id:session_id>/end", "POST", "accounts.end_session", "own account"),
    ("/admin/comments/<id:comment_id>/decide", "POST", "moderation.decide", "moderate"),
    ("/admin/comments/<id:comment_id>/reply", "GET POST", "moderation.reply", "moderate"),
    ("/admin/decide", "POST", "moderation.decide_many", "moderate"),
    ("/admin/login", "GET POST", "accounts.login", "public"),
    ("/admin/logout", "POST", "accounts.logout", "own account"),
    ("/admin/undo", "POST", "moderation.undo", "moderate"),
    ("/admin/welcome/<token:token>", "GET POST", "accounts.welcome", "public"),
    ("/articles/<slug:slug>", "GET", "reading.article", "public"),
    ("/articles/<slug:slug>/comments", "POST", "comments.send", "public"),
    ("/comments/<id:comment_id>", "GET", "reading.permalink", "public"),
    ("/comments/<id:comment_id>/reply", "GET", "comments.reply", "public"),
    ("/faq", "GET", "reading.faq", "public"),
    ("/feed.atom", "GET", "syndication.feed", "public"),
    ("/receipts/<token:token>", "GET", "comments.receipt", "public"),
    ("/robots.txt", "GET", "syndication.robots", "public"),
    ("/sitemap.xml", "GET", "syndication.sitemap", "public"),
    ("/static/<path:path>", "GET", "assets.static_file", "public"),
]


def listed(app: Flask) -> list[tuple[str, str, str, str]]:
    """Method, rule, endpoint and access of everything that can be asked for."""
    rows = []
    for rule in app.url_map.iter_rules():
        permission = access_of(app.view_functions[rule.endpoint])
        methods = " ".join(sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}))
        rows.append((rule.rule, methods, rule.endpoint, permission.value if permission else "public"))
    return sorted(rows)


def test_the_site_has_these_routes_and_no_others(app: Flask) -> None:
    assert listed(app) == ROUTES


def test_every_endpoint_says_who_may_call_it(app: Flask) -> None:
    for view in app.view_functions.values():
        permission = access_of(view)
        assert permission is None or isinstance(permission, Permission)


def test_whatever_asks_for_a_permission_stands_at_the_desk_where_cookies_are_looked_at(app: Flask) -> None:
    for rule in app.url_map.iter_rules():
        if access_of(app.view_functions[rule.endpoint]) is not None:
            assert rule.rule.startswith(f"{DESK}/"), rule


def test_no_page_writes_anything_when_it_is_only_opened(app: Flask, factory: Factory) -> None:
    """Or a preview in a messenger would do it too."""
    edith = factory.editor()
    comment = factory.published(factory.article("news"), editor=edith)
    _pending, receipt = factory.comment(1)
    link = app.test_cli_runner().invoke(args=["editors", "invite", "new@example.org"]).output.strip()
    browser = factory.logged_in(edith)
    values = {"slug": "news", "comment_id": comment, "session_id": 1, "path": "icon.svg"}
    tokens = {"comments.receipt": receipt, "accounts.welcome": link.rpartition("/")[2]}
    before = rows_of(app)
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or set()):
            given = {**values, "token": tokens.get(rule.endpoint, "")}
            path = adapter.build(rule.endpoint, {name: given[name] for name in rule.arguments})
            assert browser.get(path).status_code < 400 or rule.endpoint == "assets.static_file", path
            assert rows_of(app) == before, path


def test_a_stranger_is_led_from_every_page_of_the_desk_to_the_login(app: Flask) -> None:
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        if access_of(app.view_functions[rule.endpoint]) is None:
            continue
        path = adapter.build(rule.endpoint, dict.fromkeys(rule.arguments, 1))
        if "GET" in (rule.methods or set()):
            answer = app.test_client().get(path)
            assert (answer.status_code, answer.location) == (303, f"/admin/login?next={path}"), path
        if "POST" in (rule.methods or set()):
            assert app.test_client().post(path).status_code == 401, path
