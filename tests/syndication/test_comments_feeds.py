"""The feeds of comments: the site's, and each article's."""

from __future__ import annotations

from typing import Any

from flask.testing import FlaskClient
from lxml import etree, html

from app.accounts.queries import Identity
from app.articles.models import CommentsState
from app.comments.editing import replace_text
from app.comments.models import Comment
from app.core.db import transaction
from app.core.markup import comment_html
from tests.conftest import BASE_URL, FrozenClock
from tests.factories import Factory
from tests.pages import Page

ATOM = {"a": "http://www.w3.org/2005/Atom", "thr": "http://purl.org/syndication/thread/1.0"}
ALL, OF_NEWS = "/comments.atom", "/articles/news/comments.atom"


def feed_of(client: FlaskClient, path: str) -> Any:
    answer = client.get(path, headers={"Host": "evil.example"})
    assert answer.status_code == 200
    assert answer.mimetype == "application/atom+xml"
    assert "evil" not in answer.text
    return etree.fromstring(answer.data)


def found(element: Any, path: str) -> list[str]:
    return [str(text) for text in element.xpath(path, namespaces=ATOM)]


def test_each_feed_has_what_rfc_4287_requires_and_threads_by_rfc_4685(
    client: FlaskClient, factory: Factory, edith: Identity, frozen_clock: FrozenClock
) -> None:
    article = factory.article("news", title="Nine <bridges>")
    first = factory.published(article, "*First* & last ]]>.", author="Bo <b>", editor=edith)
    frozen_clock.advance(hours=1)
    answer = factory.published(article, "An answer.", parent_id=first, editor=edith)
    of_article = f"tag:broadsheet.test,2026:articles/{article}"
    for path, page, identity in [
        (ALL, "/", f"{BASE_URL}{ALL}"),
        (OF_NEWS, "/articles/news#comments", f"{of_article}/comments"),
    ]:
        feed = feed_of(client, path)
        assert found(feed, "a:id/text()") == [identity]
        assert found(feed, "a:link[@rel='self']/@href") == [f"{BASE_URL}{path}"]
        assert found(feed, "a:link[@rel='alternate']/@href") == [f"{BASE_URL}{page}"]
        assert found(feed, "a:updated/text()") == ["2026-11-20T11:00:00+00:00"]
        newest, oldest = feed.xpath("a:entry", namespaces=ATOM)
        for entry, comment in [(newest, answer), (oldest, first)]:
            assert found(entry, "a:id/text()") == [f"tag:broadsheet.test,2026:comments/{comment}"]
            assert found(entry, "a:link[@rel='alternate']/@href") == [f"{BASE_URL}/comments/{comment}"]
        assert found(oldest, "a:title/text()") == ["Bo <b> on “Nine <bridges>”"]
        assert found(oldest, "a:author/a:name/text()") == ["Bo <b>"]
        assert found(oldest, "a:published/text() | a:updated/text()") == ["2026-11-20T10:00:00+00:00"] * 2
        words = html.fragment_fromstring(found(oldest, "a:content[@type='html']/text()")[0])
        assert (words.text_content().strip(), len(words.xpath("em"))) == ("First & last ]]>.", 1)
        assert found(oldest, "thr:in-reply-to/@ref") == [of_article]
        assert found(newest, "thr:in-reply-to/@ref") == [f"tag:broadsheet.test,2026:comments/{first}", of_article]
        assert found(newest, "thr:in-reply-to/@href") == [f"{BASE_URL}/comments/{first}", f"{BASE_URL}/articles/news"]
    assert of_article in client.get("/feed.atom").text


def test_a_feed_follows_each_decision_and_edit_at_the_next_request(
    client: FlaskClient, factory: Factory, edith: Identity, frozen_clock: FrozenClock
) -> None:
    article = factory.article("news")
    factory.published(factory.article("other"), "Elsewhere.", editor=edith)
    for path, elsewhere in [(ALL, 1), (OF_NEWS, 0)]:
        comment, _token = factory.comment(article, "A sound point.")
        assert len(found(feed_of(client, path), "a:entry/a:id/text()")) == elsewhere
        factory.decide(edith, comment, "publish")
        first = client.get(path)
        assert "A sound point." in first.text
        assert client.get(path, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
        frozen_clock.advance(hours=1)
        with factory.app.app_context(), transaction() as session:
            text = f"A better point, {frozen_clock.time.isoformat()}."
            replace_text(
                session,
                session.get_one(Comment, comment),
                text=text,
                html=comment_html(text),
                editor_id=edith.editor_id,
            )
        feed = feed_of(client, path)
        assert text in etree.tostring(feed, encoding="unicode")
        assert found(feed, "a:updated/text()") == [frozen_clock.time.isoformat()]
        factory.decide(edith, comment, "reject")
        assert text not in client.get(path).text


def test_nothing_is_told_of_what_readers_are_not_shown(
    client: FlaskClient, factory: Factory, edith: Identity, frozen_clock: FrozenClock
) -> None:
    article = factory.article("news")
    for verb in ("reject", "spam", "return"):
        comment, _token = factory.comment(article, f"Not this: {verb}.")
        factory.decide(edith, comment, verb)
    factory.comment(article, "Not this, either.")
    factory.published(factory.article("kept-back"), "Not on this.", editor=edith)
    factory.article("kept-back", published=frozen_clock.time.replace(year=2027))
    factory.published(factory.article("off"), "Not on that.", editor=edith)
    factory.article("off", comments=CommentsState.OFF)
    factory.published(factory.article("sample", sample=True), "Nor on a sample.", editor=edith)
    for path in (ALL, OF_NEWS):
        assert found(feed_of(client, path), "a:entry") == []
    for slug in ("kept-back", "off", "nowhere"):
        assert client.get(f"/articles/{slug}/comments.atom").status_code == 404


def test_a_feed_holds_the_fifty_newest(client: FlaskClient, factory: Factory, edith: Identity) -> None:
    ids = factory.published_many(factory.article("news"), [None] * 52, editor=edith)
    for path in (ALL, OF_NEWS):
        links = found(feed_of(client, path), "a:entry/a:link/@href")
        assert links == [f"{BASE_URL}/comments/{comment}" for comment in ids[:1:-1]]


def test_pages_lead_to_the_feeds(client: FlaskClient, factory: Factory) -> None:
    factory.article("news")
    page = Page(client.get("/articles/news"))
    for place in ("//head/link[@rel='alternate']", "//section[@aria-labelledby='comments']//a"):
        assert page.find(f"{place}[@href='{OF_NEWS}']"), place
    front = Page(client.get("/"))
    for place in ("//head/link[@rel='alternate']", "//footer//a"):
        assert front.find(f"{place}[@href='{ALL}']"), place
