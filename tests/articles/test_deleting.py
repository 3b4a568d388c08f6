"""A draft can be deleted; what readers have seen cannot."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from app.articles.models import Article, ArticleRevision, ArticleTag, FaqEntry
from app.audit.models import AuditEntry
from app.comments.models import Comment
from app.core.jobs import Job
from tests.articles.test_writing import FIELDS, filled, write, write_again
from tests.conftest import ON_SQLITE, FrozenClock
from tests.factories import Factory, send_form
from tests.pages import Page

DELETE = "/admin/articles/1/delete"


def delete(browser: FlaskClient, **fields: str) -> str:
    """Opens the page that asks, and says yes. Returns what is said then."""
    page = Page(browser.get(DELETE))
    if page.answer.status_code == 200:
        send_form(browser, DELETE, {"seen": page.field("seen"), **fields})
    return Page(browser.get("/admin/articles")).texts("//*[@role='status']")[-1]


@pytest.mark.parametrize("date", ["", "2026-12-01T09:00"])
def test_a_draft_or_a_scheduled_article_is_deleted_with_all_that_is_its_own(
    browser: FlaskClient, client: FlaskClient, factory: Factory, date: str
) -> None:
    write(browser, published=date)
    link = Page(send_form(browser, "/admin/articles/1/share")).attribute("//input[@id='link']", "value")
    path = "/drafts/" + link.rpartition("/")[2]
    assert client.get(path).status_code == 200
    assert "Its private link leads nowhere" in Page(browser.get(DELETE)).text()
    assert delete(browser) == "“Nine new bridges” is deleted."
    assert client.get(path).status_code == browser.get("/admin/articles/1/edit").status_code == 404
    assert browser.get(DELETE).status_code == send_form(browser, DELETE).status_code == 404
    for model in (Article.id, ArticleRevision.id, ArticleTag.name, FaqEntry.id):
        assert factory.ask(sa.select(model)) == []
    assert factory.ask(sa.select(Job.id).where(Job.kind == "announce an article")) == []
    newest = sa.select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)
    assert [(one.verb, one.subject) for one in factory.ask(newest)] == [("delete article", "article:1")]
    assert write(browser).headers["Location"] == "/admin/articles/2/edit"


def test_what_readers_have_seen_is_not_deleted_whatever_it_is_now(
    browser: FlaskClient, factory: Factory, frozen_clock: FrozenClock
) -> None:
    refusal = "Readers have seen this article, so it is not deleted. While it is live it can be withdrawn."
    write(browser, published="2026-11-21T09:00")
    frozen_clock.advance(days=2)
    assert delete(browser) == refusal
    send_form(browser, "/admin/articles/1/withdraw", {"reason": "A court."})
    assert delete(browser).endswith(refusal)
    write_again(browser, published="")
    send_form(browser, "/admin/articles/1/republish")
    assert "so it is a draft now." in Page(browser.get("/admin/articles")).text("//*[@role='status']")
    assert delete(browser) == refusal
    send_form(browser, DELETE, {"seen": "2"})
    assert factory.ask(sa.select(Article.slug)) == ["nine-new-bridges"]


@ON_SQLITE
def test_a_draft_that_was_changed_while_someone_looked_at_it_stays(browser: FlaskClient, factory: Factory) -> None:
    write(browser)
    write_again(browser, text="More words.")
    assert delete(browser, seen="1").startswith("It was changed while you looked at it")
    assert factory.ask(sa.select(Article.id)) == [1]


def test_a_sample_is_deleted_though_readers_have_seen_it_unless_somebody_has_commented_on_it(
    browser: FlaskClient, client: FlaskClient, factory: Factory
) -> None:
    factory.article("a-sample", sample=True)
    comment, _receipt = factory.comment(1)
    assert "Sample" in Page(browser.get("/admin/articles")).text()
    assert delete(browser).startswith("There are comments on this article")
    send_form(browser, DELETE, {"seen": "1"})
    assert factory.ask(sa.select(Comment.id)) == [comment]
    factory.article("another", sample=True)
    assert client.get("/articles/another").status_code == 200
    answer = send_form(browser, DELETE.replace("1", "2"), {"seen": "1"})
    assert answer.headers["Location"] == "/admin/articles"
    assert client.get("/articles/another").status_code == 404
    assert "another" not in client.get("/").text


@ON_SQLITE
def test_what_another_wrote_in_a_form_of_a_deleted_article_is_all_there_and_is_saved_as_a_new_one(
    browser: FlaskClient, factory: Factory
) -> None:
    write(browser)
    fields = filled(Page(browser.get("/admin/articles/1/edit")))
    delete(browser)
    answer = send_form(browser, "/admin/articles/1/edit", {**fields, "text": "Hours of work.", "do": "save"})
    page = Page(answer)
    assert answer.status_code == 404
    assert "Someone has deleted this article" in page.text("//*[@role='alert']")
    assert (page.field("text").strip(), page.field("title")) == ("Hours of work.", FIELDS["title"])
    send_form(browser, page.attribute("//div[@class='manuscript']/form", "action"), {**filled(page), "do": "save"})
    assert factory.ask(sa.select(Article.source)) == ["Hours of work.\n"]
