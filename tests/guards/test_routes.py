"""The map of the site, and who may go where."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import Any

import sqlalchemy as sa
from flask import Flask

from app.accounts.guard import DESK
from app.articles.models import Author, Series
from app.comments.models import Comment
from app.core.db import db, transaction
from app.core.web import Permission, access_of
from app.following.models import Follow
from app.moderation.links import issue
from tests.accounts.conftest import rows_of
from tests.conftest import ON_SQLITE
from tests.factories import Factory, send_form
from tests.images import encoded
from tests.media.test_images import upload
from tests.newsletter.mailroom import draft, send, subscribers

pytestmark = ON_SQLITE

ROUTES = [
    ("/", "GET", "reading.front", "public"),
    ("/.well-known/change-password", "GET", "syndication.change_password", "public"),
    ("/.well-known/security.txt", "GET", "syndication.security", "public"),
    ("/<slug:slug>", "GET", "pages.page", "public"),
    ("/admin/", "GET", "moderation.queue", "moderate"),
    ("/admin/account", "GET", "accounts.account", "own account"),
    ("/admin/account/digest", "POST", "accounts.change_digest", "own account"),
    ("/admin/account/password", "POST", "accounts.change_password", "own account"),
    ("/admin/account/profile", "POST", "accounts.change_profile", "own account"),
    ("/admin/account/sessions/<id:session_id>/end", "POST", "accounts.end_session", "own account"),
    ("/admin/appeals/<id:appeal_id>", "POST", "moderation.decide_appeal", "moderate"),
    ("/admin/articles", "GET", "articles.index", "write"),
    ("/admin/articles/<id:article_id>/address", "GET POST", "articles.address", "moderate"),
    ("/admin/articles/<id:article_id>/comments", "POST", "articles.comments_state", "moderate"),
    ("/admin/articles/<id:article_id>/delete", "GET POST", "articles.delete", "write"),
    ("/admin/articles/<id:article_id>/edit", "GET POST", "articles.edit", "write"),
    ("/admin/articles/<id:article_id>/lead", "POST", "articles.lead", "write"),
    ("/admin/articles/<id:article_id>/republish", "POST", "articles.republish", "write"),
    ("/admin/articles/<id:article_id>/revisions", "GET", "articles.revisions", "write"),
    ("/admin/articles/<id:article_id>/share", "POST", "articles.share", "write"),
    ("/admin/articles/<id:article_id>/withdraw", "GET POST", "articles.withdraw", "write"),
    ("/admin/articles/new", "GET POST", "articles.new", "write"),
    ("/admin/articles/preview", "POST", "previews.preview", "write"),
    ("/admin/articles/unsaved", "POST", "articles.keep_unsaved", "write"),
    ("/admin/articles/unsaved/<id:unsaved_id>/drop", "POST", "articles.drop_unsaved", "write"),
    ("/admin/audit", "GET", "audit.entries", "moderate"),
    ("/admin/authors", "GET", "articles.authors", "write"),
    ("/admin/authors/<id:one_id>", "GET POST", "articles.author", "write"),
    ("/admin/authors/<id:one_id>/adopt", "POST", "articles.adopt", "write"),
    ("/admin/authors/<id:one_id>/delete", "GET POST", "articles.delete_author", "write"),
    ("/admin/authors/new", "GET POST", "articles.new_author", "write"),
    ("/admin/bans", "GET POST", "moderation.bans", "moderate"),
    ("/admin/bulk", "GET", "moderation.bulk", "moderate"),
    ("/admin/bulk", "POST", "moderation.start_bulk", "moderate"),
    ("/admin/bulk/<id:bulk_id>", "GET", "moderation.progress", "moderate"),
    ("/admin/comments/<id:comment_id>", "GET", "moderation.comment", "moderate"),
    ("/admin/comments/<id:comment_id>/ban", "GET POST", "moderation.ban", "moderate"),
    ("/admin/comments/<id:comment_id>/correction", "GET POST", "moderation.into_correction", "moderate"),
    ("/admin/comments/<id:comment_id>/decide", "POST", "moderation.decide", "moderate"),
    ("/admin/comments/<id:comment_id>/edit", "GET POST", "moderation.edit", "moderate"),
    ("/admin/comments/<id:comment_id>/faq", "GET POST", "moderation.into_faq", "moderate"),
    ("/admin/comments/<id:comment_id>/feature", "POST", "moderation.feature", "moderate"),
    ("/admin/comments/<id:comment_id>/keep", "POST", "moderation.keep", "moderate"),
    ("/admin/comments/<id:comment_id>/lock", "POST", "moderation.lock", "moderate"),
    ("/admin/comments/<id:comment_id>/new-text", "POST", "moderation.decide_edit", "moderate"),
    ("/admin/comments/<id:comment_id>/new-text/undo", "POST", "moderation.undo_edit", "moderate"),
    ("/admin/comments/<id:comment_id>/reply", "GET POST", "moderation.reply", "moderate"),
    ("/admin/corrections", "GET", "moderation.corrections", "moderate"),
    ("/admin/corrections/<id:correction_id>/remove", "GET POST", "moderation.remove_correction", "moderate"),
    ("/admin/corrections/new", "GET POST", "moderation.new_correction", "moderate"),
    ("/admin/decide", "POST", "moderation.decide_many", "moderate"),
    ("/admin/editors", "GET", "accounts.editors", "settings"),
    ("/admin/editors", "POST", "accounts.invite", "settings"),
    ("/admin/editors/<id:editor_id>", "GET", "accounts.editor", "settings"),
    ("/admin/editors/<id:editor_id>/link", "POST", "accounts.mail_link", "settings"),
    ("/admin/editors/<id:editor_id>/shut-out", "POST", "accounts.shut_out", "settings"),
    ("/admin/editors/invitations/<id:invitation_id>/take-back", "POST", "accounts.take_back", "settings"),
    ("/admin/house-rules", "GET POST", "site.rules", "settings"),
    ("/admin/house-rules/<id:rule_id>", "GET POST", "site.rule", "settings"),
    ("/admin/house-rules/<id:rule_id>/restore", "POST", "site.restore_rule", "settings"),
    ("/admin/house-rules/<id:rule_id>/retire", "POST", "site.retire_rule", "settings"),
    ("/admin/images", "GET", "media.index", "write"),
    ("/admin/images", "POST", "media.upload", "write"),
    ("/admin/images/<id:image_id>", "GET POST", "media.image", "write"),
    ("/admin/images/<id:image_id>/delete", "POST", "media.delete", "write"),
    ("/admin/login", "GET POST", "accounts.login", "public"),
    ("/admin/logout", "POST", "accounts.logout", "own account"),
    ("/admin/mail", "GET", "mail.letters", "moderate"),
    ("/admin/mail/again", "POST", "mail.again", "moderate"),
    ("/admin/menu", "GET POST", "standing.menu", "settings"),
    ("/admin/newsletter", "GET", "issues.index", "write"),
    ("/admin/newsletter/<id:issue_id>", "GET", "issues.issue", "write"),
    ("/admin/newsletter/<id:issue_id>/act", "POST", "issues.act", "write"),
    ("/admin/newsletter/<id:issue_id>/delete", "GET POST", "issues.delete", "write"),
    ("/admin/newsletter/<id:issue_id>/edit", "GET POST", "issues.edit", "write"),
    ("/admin/newsletter/<id:issue_id>/letter", "GET", "issues.letter", "write"),
    ("/admin/newsletter/<id:issue_id>/schedule", "POST", "issues.schedule", "write"),
    ("/admin/newsletter/<id:issue_id>/schedule-with", "POST", "issues.schedule_with", "write"),
    ("/admin/newsletter/<id:issue_id>/test", "POST", "issues.test", "write"),
    ("/admin/newsletter/imports/<id:import_id>", "GET", "subscribers.show_import", "write"),
    ("/admin/newsletter/imports/<id:import_id>/discard", "POST", "subscribers.discard_import", "write"),
    ("/admin/newsletter/imports/<id:import_id>/take", "POST", "subscribers.take_import", "write"),
    ("/admin/newsletter/imports/new", "GET", "subscribers.new_import", "write"),
    ("/admin/newsletter/imports/new", "POST", "subscribers.start_import", "write"),
    ("/admin/newsletter/new", "GET POST", "issues.new", "write"),
    ("/admin/newsletter/preview", "POST", "issues.preview", "write"),
    ("/admin/newsletter/subscribers", "GET", "subscribers.index", "write"),
    ("/admin/newsletter/subscribers/<id:subscription_id>", "GET", "subscribers.one", "write"),
    ("/admin/newsletter/subscribers/<id:subscription_id>/end", "POST", "subscribers.end", "write"),
    ("/admin/newsletter/subscribers/export", "POST", "subscribers.export", "write"),
    ("/admin/pages", "GET", "standing.index", "write"),
    ("/admin/pages/<id:page_id>/delete", "GET POST", "standing.delete", "write"),
    ("/admin/pages/<id:page_id>/edit", "GET POST", "standing.edit", "write"),
    ("/admin/pages/new", "GET POST", "standing.new", "write"),
    ("/admin/pages/preview", "POST", "standing.preview", "write"),
    ("/admin/phrases", "GET POST", "moderation.phrases", "settings"),
    ("/admin/phrases/remove", "POST", "moderation.remove_phrases", "settings"),
    ("/admin/phrases/try", "POST", "moderation.try_phrases", "settings"),
    ("/admin/questions/<id:entry_id>/remove", "GET POST", "moderation.remove_question", "moderate"),
    ("/admin/series", "GET", "articles.all_series", "write"),
    ("/admin/series/<id:one_id>", "GET POST", "articles.series", "write"),
    ("/admin/series/<id:one_id>/delete", "GET POST", "articles.delete_series", "write"),
    ("/admin/series/new", "GET POST", "articles.new_series", "write"),
    ("/admin/settings", "GET POST", "site.settings", "settings"),
    ("/admin/settings/pause", "POST", "site.pause", "settings"),
    ("/admin/settings/resume", "POST", "site.resume", "settings"),
    ("/admin/shortcuts", "POST", "moderation.shortcuts", "own account"),
    ("/admin/today", "GET", "moderation.dashboard", "moderate"),
    ("/admin/undo", "POST", "moderation.undo", "moderate"),
    ("/admin/welcome/<token:token>", "GET POST", "accounts.welcome", "public"),
    ("/apple-touch-icon.png", "GET", "media.touch_icon", "public"),
    ("/archive", "GET", "reading.archive", "public"),
    ("/archive/<month:month>", "GET", "reading.month", "public"),
    ("/articles/<slug:slug>", "GET", "reading.article", "public"),
    ("/articles/<slug:slug>/card.png", "GET", "reading.card", "public"),
    ("/articles/<slug:slug>/comments", "POST", "comments.send", "public"),
    ("/articles/<slug:slug>/comments.atom", "GET", "syndication.comments_on", "public"),
    ("/articles/<slug:slug>/comments/preview", "POST", "comments.preview", "public"),
    ("/articles/<slug:slug>/follow", "GET", "following.thread", "public"),
    ("/articles/<slug:slug>/follow", "POST", "following.follow_thread", "public"),
    ("/authors", "GET", "reading.authors", "public"),
    ("/authors/<slug:slug>", "GET", "reading.author", "public"),
    ("/authors/<slug:slug>/feed.atom", "GET", "syndication.of_author", "public"),
    ("/authors/<slug:slug>/feed.json", "GET", "syndication.of_author_json", "public"),
    ("/comments.atom", "GET", "syndication.comments", "public"),
    ("/comments/<id:comment_id>", "GET", "reading.permalink", "public"),
    ("/comments/<id:comment_id>/reply", "GET", "comments.reply", "public"),
    ("/comments/<id:comment_id>/report", "GET", "comments.report", "public"),
    ("/comments/<id:comment_id>/report", "POST", "comments.send_report", "public"),
    ("/corrections", "GET", "reading.corrections", "public"),
    ("/corrections.atom", "GET", "syndication.corrections", "public"),
    ("/desk-links/<token:token>", "GET", "desk_links.ask", "public"),
    ("/desk-links/<token:token>", "POST", "desk_links.act", "public"),
    ("/drafts/<token:token>", "GET", "reading.draft", "public"),
    ("/faq", "GET", "reading.faq", "public"),
    ("/feed.atom", "GET", "syndication.feed", "public"),
    ("/feed.json", "GET", "syndication.feed_json", "public"),
    ("/follows/<id:subscriber_id>/<token:token>", "GET", "following.page", "public"),
    ("/follows/<id:subscriber_id>/<token:token>/confirm", "POST", "following.confirm", "public"),
    ("/follows/<id:subscriber_id>/<token:token>/download", "GET", "following.download", "public"),
    ("/follows/<id:subscriber_id>/<token:token>/end", "GET", "following.end_page", "public"),
    ("/follows/<id:subscriber_id>/<token:token>/end", "POST", "following.end", "public"),
    ("/follows/<id:subscriber_id>/<token:token>/newsletter", "POST", "following.add_newsletter", "public"),
    ("/follows/<id:subscriber_id>/<token:token>/threads", "POST", "following.add_thread", "public"),
    ("/follows/<token:token>/stop", "GET", "following.stop_page", "public"),
    ("/follows/<token:token>/stop", "POST", "following.stop", "public"),
    ("/follows/asked", "GET", "following.asked", "public"),
    ("/house-rules", "GET", "site.house_rules", "public"),
    ("/icon-192.png", "GET", "media.icon_192", "public"),
    ("/icon-512.png", "GET", "media.icon_512", "public"),
    ("/media/<image_hash>/<variant>", "GET", "media.file", "public"),
    ("/moderation-report", "GET", "report.page", "public"),
    ("/moderation-report.json", "GET", "report.figures", "public"),
    ("/newsletter", "GET", "newsletter.page", "public"),
    ("/newsletter", "POST", "newsletter.ask", "public"),
    ("/newsletter/<slug:slug>", "GET", "newsletter.issue", "public"),
    ("/newsletter/issues", "GET", "newsletter.issues", "public"),
    ("/opensearch.xml", "GET", "search.description", "public"),
    ("/passes", "GET", "passes.about", "public"),
    ("/passes", "POST", "passes.start", "public"),
    ("/passes/<token:token>", "GET", "passes.show", "public"),
    ("/passes/<token:token>/comment", "GET", "passes.comment", "public"),
    ("/passes/<token:token>/comments", "POST", "passes.add", "public"),
    ("/passes/<token:token>/delete", "GET", "passes.delete_page", "public"),
    ("/passes/<token:token>/delete", "POST", "passes.delete", "public"),
    ("/passes/<token:token>/download", "GET", "passes.download", "public"),
    ("/passes/<token:token>/erase", "GET", "passes.erase_page", "public"),
    ("/passes/<token:token>/erase", "POST", "passes.erase", "public"),
    ("/passes/<token:token>/pending/<slug:slug>", "GET", "passes.pending", "public"),
    ("/receipts/<token:token>", "GET", "receipts.receipt", "public"),
    ("/receipts/<token:token>/appeal", "POST", "receipts.appeal", "public"),
    ("/receipts/<token:token>/credit", "POST", "receipts.credit", "public"),
    ("/receipts/<token:token>/download", "GET", "receipts.download", "public"),
    ("/receipts/<token:token>/edit", "POST", "receipts.edit", "public"),
    ("/receipts/<token:token>/erase", "GET", "receipts.erase_page", "public"),
    ("/receipts/<token:token>/erase", "POST", "receipts.erase", "public"),
    ("/receipts/<token:token>/follow", "POST", "following.follow_comment", "public"),
    ("/receipts/<token:token>/pass", "POST", "passes.join", "public"),
    ("/receipts/<token:token>/withdraw", "GET", "receipts.withdraw_page", "public"),
    ("/receipts/<token:token>/withdraw", "POST", "receipts.withdraw", "public"),
    ("/reports/<token:token>", "GET", "comments.reported", "public"),
    ("/robots.txt", "GET", "syndication.robots", "public"),
    ("/search", "GET", "search.search", "public"),
    ("/series/<slug:slug>", "GET", "reading.series", "public"),
    ("/site.webmanifest", "GET", "syndication.manifest", "public"),
    ("/sitemap.xml", "GET", "syndication.sitemap", "public"),
    ("/sitemaps/articles-<id:number>.xml", "GET", "syndication.sitemap_of_articles", "public"),
    ("/sitemaps/news.xml", "GET", "syndication.sitemap_of_news", "public"),
    ("/sitemaps/pages.xml", "GET", "syndication.sitemap_of_pages", "public"),
    ("/static/<path:path>", "GET", "assets.static_file", "public"),
    ("/tags", "GET", "reading.tags", "public"),
    ("/tags/<tag>", "GET", "reading.tag", "public"),
    ("/tags/<tag>/feed.atom", "GET", "syndication.of_tag", "public"),
    ("/tags/<tag>/feed.json", "GET", "syndication.of_tag_json", "public"),
]

NOT_HERE = {"assets.static_file", "media.file", "syndication.security"}
"""There is no file of that name in a test, and no contact."""


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
    factory.described("news", Author)
    factory.described("news", Series)
    named: dict[str, Any] = {"tags": ["News"], "authors": ["news"], "series": "news"}
    article = factory.article("news", faq=[{"question": "Why?", "answer": "So."}], **named)
    comment = factory.published(article, editor=edith)
    pending, receipt = factory.comment(1)
    link = app.test_cli_runner().invoke(args=["editors", "invite", "new@example.org"]).output.strip()
    browser = factory.logged_in(edith)
    send_form(browser, "/admin/corrections/new?article=news", {"text": "Nine, not ten."})
    values = {"slug": "news", "comment_id": comment, "session_id": 1, "path": "icon.svg"}
    values |= {"article_id": article, "entry_id": 1, "correction_id": 1, "rule_id": 1, "bulk_id": 1}
    values |= {"subscriber_id": 1, "one_id": 1, "tag": "news", "month": date(2026, 11, 1), "page_id": 1, "number": 1}
    send_form(browser, "/admin/pages/new", {"title": "News", "text": "Some.", "state": "live"})
    values |= {"image_id": 1, "image_hash": "0" * 32, "variant": "original.jpg"}
    upload(browser, encoded())
    values |= {"subscription_id": 1, "import_id": 1, "editor_id": factory.editor("Bo", "bo@example.org").editor_id}
    send_form(browser, "/admin/newsletter/imports/new", {"file": (BytesIO(b"cleo@example.org"), "list.csv")})
    send_form(browser, "/admin/bulk", {"decision": "publish", "newest": pending})
    reader = app.test_client()
    reader.post(f"/receipts/{receipt}/follow", data={"email": "ann@example.org", "kind": "replies"})
    reader.post("/newsletter", data={"email": "ann@example.org"})
    report = reader.post(f"/comments/{comment}/report", data={"reason": "abuse"}).headers["Location"]
    with app.app_context():
        follow = db.session.scalars(sa.select(Follow).where(Follow.comment_id.is_not(None))).one()
        stop, page = follow.token, follow.subscriber.token
        db.session.rollback()
        with transaction() as session:
            by_mail = issue(session, edith.editor_id, session.get_one(Comment, pending))
    kept = reader.post("/passes", data={"receipt": receipt}).headers["Location"].rpartition("/")[2]
    shared = send_form(browser, f"/admin/articles/{article}/share").text
    tokens = {
        "reading.draft": shared.partition("/drafts/")[2][:22],
        "accounts.welcome": link.rpartition("/")[2],
        "comments.reported": report.rpartition("/")[2],
        "desk_links.ask": by_mail,
        **{f"passes.{page}": kept for page in ("comment", "delete_page", "download", "erase_page", "pending", "show")},
        "following.download": page,
        "following.end_page": page,
        "following.page": page,
        "receipts.download": receipt,
        "receipts.erase_page": receipt,
        "receipts.receipt": receipt,
        "receipts.withdraw_page": receipt,
        "following.stop_page": stop,
    }
    values["issue_id"] = draft(app, edith)
    subscribers(app, ["bob@example.org"])
    send(app, edith, draft(app, edith))
    before = rows_of(app)
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or set()):
            given = {**values, "token": tokens.get(rule.endpoint, "")}
            if rule.endpoint == "newsletter.issue":
                given["slug"] = "2026-11-20"
            path = adapter.build(rule.endpoint, {name: given[name] for name in rule.arguments})
            assert browser.get(path).status_code < 400 or rule.endpoint in NOT_HERE, path
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
