"""Each change is kept; two editors on one article lose nothing."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import sqlalchemy as sa
from flask.testing import FlaskClient

from app.accounts.queries import Identity
from app.articles.models import Article, ArticleRevision
from app.audit.models import AuditEntry
from app.core.db import transaction
from tests.articles import test_writing
from tests.articles.test_writing import filled
from tests.conftest import ON_SQLITE, FrozenClock
from tests.factories import Factory, csrf_token, send_form
from tests.pages import Page

EDIT = "/admin/articles/1/edit"
REVISIONS = "/admin/articles/1/revisions"


def form_of(browser: FlaskClient, query: str = "") -> dict[str, str]:
    return {**filled(Page(browser.get(EDIT + query))), "note": "It is new."}


def write_again(browser: FlaskClient, **changed: str) -> None:
    test_writing.write_again(browser, **{"note": "It is new.", **changed})  # type: ignore[arg-type]


def changes(factory: Factory) -> list[str]:
    return factory.ask(sa.select(ArticleRevision.verb).order_by(ArticleRevision.number))


def test_each_change_is_kept_with_who_and_when_and_compared_side_by_side(
    browser: FlaskClient, factory: Factory, edith: Identity, frozen_clock: FrozenClock
) -> None:
    factory.article("news", "Nine bridges.\n\nThe rest.\n")
    frozen_clock.advance(hours=1)
    write_again(browser, text="Ten bridges.\n\nThe rest.\n", tags="City")
    page = Page(browser.get(REVISIONS))
    rows = [row[3:6] for row in ([cell.text_content().strip() for cell in tr] for tr in page.find("//tbody/tr[td[7]]"))]
    assert rows == [
        ["Changed", "Edith Ward", "20 November 2026, 11:00"],
        ["Loaded from a file", "command line", "20 November 2026, 10:00"],
    ]
    assert page.texts("//table[@class='compared']//th[@colspan]") == ["Text", "Tags"]
    before, after, *_tags = page.texts("//table[@class='compared']//td")
    assert (before, after) == ("Nine bridges. The rest.", "Ten bridges. The rest.")
    assert page.texts("//del") == ["Nine"]
    assert page.texts("//ins") == ["Ten", "City"]
    write_again(browser, title="Another")
    page = Page(browser.get(f"{REVISIONS}?from=1&to=3"))
    assert page.texts("//table[@class='compared']//th[@colspan]") == ["Headline", "Text", "Tags"]
    assert [browser.get(f"{REVISIONS}?{query}").status_code for query in ("from=9", "to=x")] == [404, 404]


def test_bringing_back_makes_a_new_revision_and_leaves_address_and_date(
    browser: FlaskClient, client: FlaskClient, factory: Factory
) -> None:
    factory.article("news", "First words.\n", faq=[{"question": "Why?", "answer": "So."}])
    write_again(browser, text="Second words.", **{"faq-0-question": "", "faq-0-answer": ""})
    assert "Why?" not in client.get("/articles/news").text
    page = Page(browser.get(f"{EDIT}?revision=1"))
    assert page.texts("//*[@class='slip']")[-1].startswith("This is revision 1, of 20 November 2026, 10:00.")
    send_form(browser, EDIT, form_of(browser, "?revision=1"))
    story = Page(client.get("/articles/news"))
    assert story.text("//*[contains(@class, 'story-body')]") == "First words."
    assert story.text("//*[@class='faq prose']/h3") == "Why?"
    assert changes(factory) == ["load", "save", "restore 1"]
    assert "Revision 1 brought back" in Page(browser.get(REVISIONS)).text()
    assert factory.ask(sa.select(AuditEntry.verb).order_by(AuditEntry.id))[-1] == "restore article"
    assert browser.get(f"{EDIT}?revision=9").status_code == 404


def test_a_later_save_is_shown_what_changed_and_is_saved_over_it_only_knowingly(
    browser: FlaskClient, factory: Factory, frozen_clock: FrozenClock
) -> None:
    factory.article("news", "One.\n\nTwo.\n")
    hers = form_of(browser)
    zoe = factory.logged_in(factory.editor("Zoe Hart", "zoe@example.org"))
    frozen_clock.advance(minutes=5)
    write_again(zoe, text="One.\n\nTwo and a half.\n", byline="Zoe Hart")
    refused = send_form(browser, EDIT, {**hers, "text": "One, mine.\n\nTwo.\n"})
    page = Page(refused)
    assert refused.status_code == 409
    assert "Zoe Hart saved this article on 20 November 2026, 10:05, while you were writing." in page.text(
        "//*[@role='alert']"
    )
    assert page.texts("//table[@class='compared']//td")[2:] == ["ChiefZoe EditorHart", "As it was before."]
    assert page.texts("//td[1]//ins") == ["Two and a half.", "Zoe", "Hart"]
    assert page.texts("//td[2]//ins") == ["One, mine."]
    again = filled(page)
    assert (again["text"], again["byline"]) == ("One, mine.\n\nTwo.\n", "Chief Editor")
    assert factory.ask(sa.select(Article.source)) == ["One.\n\nTwo and a half.\n"]
    send_form(browser, EDIT, again)
    assert factory.ask(sa.select(Article.source)) == ["One, mine.\n\nTwo.\n"]
    assert changes(factory) == ["load", "save", "save"]


def test_of_two_saves_at_the_same_moment_one_is_refused(browser: FlaskClient, factory: Factory) -> None:
    factory.article("news")
    zoe = factory.logged_in(factory.editor("Zoe Hart", "zoe@example.org"))
    forms = [(one, {**form_of(one), "csrf_token": csrf_token(one.get(EDIT).text)}) for one in (browser, zoe)]

    def send(of: tuple[FlaskClient, dict[str, str]]) -> int:
        return of[0].post(EDIT, data={**of[1], "text": f"Words of {of[1]['csrf_token']}."}).status_code

    with ThreadPoolExecutor(2) as both:
        assert sorted(both.map(send, forms)) == [303, 409]
    assert changes(factory) == ["load", "save"]


@ON_SQLITE
def test_an_answer_to_a_reader_that_came_in_meanwhile_is_not_lost_either(
    browser: FlaskClient, factory: Factory, edith: Identity
) -> None:
    article = factory.article("news")
    hers = form_of(browser)
    comment = factory.published(article, "How many?", editor=edith)
    fields = {"seen": "published.1", "question": "How many?", "answer": "Nine."}
    send_form(browser, f"/admin/comments/{comment}/faq", fields)
    refused = send_form(browser, EDIT, {**hers, "title": "Another"})
    assert refused.status_code == 409
    assert "How many? Nine." in Page(refused).text("//td[1]")
    assert changes(factory) == ["load", "answer"]


@ON_SQLITE
def test_an_article_from_before_there_were_revisions_begins_with_what_it_said(
    browser: FlaskClient, factory: Factory
) -> None:
    factory.article("news", "Old words.\n")
    with factory.app.app_context(), transaction() as session:
        session.execute(sa.delete(ArticleRevision))
        session.execute(sa.update(Article).values(revision=0))
    assert "has not been changed" in Page(browser.get(REVISIONS)).text()
    hers = form_of(browser)
    write_again(browser, text="New words.")
    assert [content["source"] for content in factory.ask(sa.select(ArticleRevision.content))] == [
        "Old words.\n",
        "New words.\n",
    ]
    assert send_form(browser, EDIT, {**hers, "text": "Other words."}).status_code == 409
