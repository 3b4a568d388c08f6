"""Taking an article from its readers with a word on why, and giving it back."""

from __future__ import annotations

import sqlalchemy as sa
from flask.testing import FlaskClient

from app.accounts.queries import Identity
from app.articles.models import Article
from app.audit.models import AuditEntry
from app.comments.models import Comment
from tests.articles.test_writing import filled
from tests.conftest import ON_SQLITE, FrozenClock
from tests.factories import Factory, send_form
from tests.pages import Page

WITHDRAW = "/admin/articles/1/withdraw"
REASON = "A court has forbidden it.\n\nWe appeal."
LISTS = ["/", "/faq", "/feed.atom", "/comments.atom", "/sitemaps/articles-1.xml", "/corrections"]


def withdraw(browser: FlaskClient, reason: str = REASON) -> Page:
    return Page(send_form(browser, WITHDRAW, {"reason": reason}))


def told(browser: FlaskClient) -> str:
    return Page(browser.get("/admin/articles")).text("//*[@role='status']")


def test_a_withdrawn_article_says_why_is_listed_nowhere_and_comes_back_with_its_comments(
    browser: FlaskClient, client: FlaskClient, factory: Factory, edith: Identity, frozen_clock: FrozenClock
) -> None:
    article = factory.article("news", formerly=["olds"], faq=[{"question": "Why?", "answer": "So."}])
    comment = factory.published(article, "A letter.", editor=edith)
    send_form(browser, f"/admin/comments/{comment}/feature", {"on": "yes"})
    send_form(browser, "/admin/corrections/new?article=news", {"text": "Nine, not ten."})
    before = {path: client.get(path).text for path in LISTS}
    assert all("/articles/news" in text for text in before.values())

    withdraw(browser)
    assert told(browser) == "“About news” is withdrawn. In its place readers read why."
    gone = client.get("/articles/news")
    assert gone.status_code == client.get("/articles/olds").status_code == 410
    assert Page(gone).text("//*[@class='slip']").endswith("10:00, and says why: A court has forbidden it. We appeal.")
    assert [path for path in LISTS if "/articles/news" in client.get(path).text] == []
    assert "A letter." not in client.get("/").text
    for page in ("", "/reply", "/report"):
        assert client.get(f"/comments/{comment}{page}").status_code == 404
    assert client.post("/articles/news/comments", data={"name": "Ann", "body": "Still here?"}).status_code == 404
    assert "A letter." in browser.get("/admin/?tab=published").text

    frozen_clock.advance(hours=1)
    send_form(browser, "/admin/articles/1/republish")
    assert told(browser) == "“About news” is live again, with its comments."
    assert "A letter." in client.get("/articles/news").text
    assert {path: client.get(path).text for path in LISTS} == before
    assert factory.ask(sa.select(Comment.status)) == ["published"]
    verbs = factory.ask(sa.select(AuditEntry.verb).order_by(AuditEntry.id))
    assert verbs[-2:] == ["withdraw article", "republish article"]


def test_what_is_withdrawn_can_be_changed_and_keeps_its_date(
    browser: FlaskClient, client: FlaskClient, factory: Factory
) -> None:
    factory.article("news")
    withdraw(browser)
    path = "/admin/articles/1/edit"
    form = filled(Page(browser.get(path)))
    assert form["published"] == "2026-11-20T10:00"
    send_form(browser, path, {**form, "text": "Other words."})
    assert told(browser) == "“About news” is saved. It stays withdrawn."
    assert client.get("/articles/news").status_code == 410
    send_form(browser, "/admin/articles/1/republish")
    assert "Other words." in client.get("/articles/news").text


@ON_SQLITE
def test_what_cannot_be_withdrawn_or_republished_stays_as_it_is(
    browser: FlaskClient, client: FlaskClient, factory: Factory
) -> None:
    factory.article("news")
    page = withdraw(browser, " ")
    assert page.text("//*[@id='reason-error']") == "Give the reason; readers read it in the article’s place."
    send_form(browser, "/admin/articles/1/republish")
    assert told(browser) == "The article is not withdrawn."
    assert client.get("/articles/news").status_code == 200
    withdraw(browser)
    withdraw(browser, "Another reason.")
    assert told(browser) == "Someone had withdrawn the article already."
    assert factory.ask(sa.select(Article.withdrawn_because)) == [REASON]
    assert Page(browser.get(WITHDRAW)).answer.status_code == 303
    assert send_form(browser, "/admin/articles/9/withdraw", {"reason": "x"}).status_code == 404
    assert send_form(browser, "/admin/articles/9/republish").status_code == 404
