"""Authors and series at the desk: written, changed, named by articles, deleted."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from app.articles.models import Article, ArticleRevision, Author, Series
from app.audit.models import AuditEntry
from tests.articles.test_writing import write
from tests.conftest import ON_SQLITE
from tests.factories import Factory, send_form
from tests.pages import Page


def said(answer: object) -> str:
    return Page(answer).text("//*[@role='status']")  # type: ignore[arg-type]


def test_an_author_is_added_named_in_the_form_and_kept_as_long_as_articles_name_one(
    browser: FlaskClient, client: FlaskClient, factory: Factory
) -> None:
    assert "There is no author yet" in Page(browser.get("/admin/authors")).text()
    about = {
        "name": "Rosa  Martin",
        "text": "Writes on *rivers*.",
        "link": "https://rosa.example/me",
        "email": "r@x.org",
    }
    assert send_form(browser, "/admin/authors/new", about).location == "/admin/authors/1"
    send_form(browser, "/admin/authors/new", {"name": "Jo Li", "slug": "jo"})
    send_form(browser, "/admin/series/new", {"name": "Nine bridges"})
    form = Page(browser.get("/admin/articles/new"))
    assert form.texts("//select[@name='authors-0']/option") == ["Nobody", "Jo Li", "Rosa Martin"]
    chosen = {"authors-0": "jo", "authors-1": "rosa-martin", "byline": "", "series": "nine-bridges", "part": "3"}
    assert write(browser, do="publish", **chosen).status_code == 303
    form = Page(browser.get("/admin/articles/1/edit"))
    selected = "//select/option[@selected]"
    assert [str(one.get("value")) for one in form.find(selected)] == ["jo", "rosa-martin", "", "nine-bridges"]
    assert form.field("part") == "3"
    story = Page(client.get("/articles/nine-new-bridges"))
    assert story.text("//header/p[@class='meta'][last()]/span[1]") == "By Jo Li and Rosa Martin"
    page = Page(client.get("/authors/rosa-martin"))
    assert page.text("//*[@class='prose']") == "Writes on rivers."
    assert page.texts("//p[@class='meta ways']/a") == ["rosa.example", "r@x.org"]
    for path in ("/admin/authors/1/delete", "/admin/series/1/delete"):
        assert "so it can’t be deleted" in Page(browser.get(path)).text()
        send_form(browser, path)
    assert len(factory.ask(sa.select(Author))) == 2
    again = {**chosen, "seen": form.field("seen"), "published": form.field("published"), "note": "Jo Li alone."}
    write(browser, "/admin/articles/1/edit", **{**again, "authors-1": "", "series": ""})
    assert client.get("/authors/rosa-martin").status_code == 404
    for path in ("/admin/authors/1/delete", "/admin/series/1/delete"):
        send_form(browser, path)
    assert (len(factory.ask(sa.select(Author))), len(factory.ask(sa.select(Series)))) == (1, 0)
    verbs = factory.ask(sa.select(AuditEntry.verb).order_by(AuditEntry.id))
    assert verbs.count("write author") == 2
    assert verbs[-2:] == ["delete author", "delete series"]


@pytest.mark.parametrize(
    ("fields", "name", "words"),
    [
        ({"name": ""}, "name", "Give the name."),
        ({"name": "北京"}, "slug", "It takes lower-case letters, digits and single hyphens, 200 at most."),
        ({"name": "Rosa Martin"}, "slug", "Another one has this address. Choose another."),
        ({"link": "javascript:x"}, "link", "It takes an address that begins with http:// or https://."),
        ({"email": "nobody"}, "email", "It takes an e-mail address such as name@example.org."),
        (
            {"text": "# Me"},
            "text",
            "Line 1: a heading begins with ##, ### or ####; the headline is the article's title.",
        ),
    ],
)
@ON_SQLITE
def test_what_is_wrong_with_an_author_is_said_at_its_field_and_all_is_kept(
    browser: FlaskClient, factory: Factory, fields: dict[str, str], name: str, words: str
) -> None:
    factory.described("rosa-martin")
    answer = send_form(browser, "/admin/authors/new", {"name": "Jo", "text": "Kept.", **fields})
    page = Page(answer)
    assert (answer.status_code, page.error_at(name)) == (422, words)
    assert page.field("text").strip() == fields.get("text", "Kept.")


@ON_SQLITE
def test_of_two_editors_on_one_author_the_later_is_told_and_loses_nothing(
    browser: FlaskClient, factory: Factory
) -> None:
    factory.described("rosa-martin")
    opened = {name: Page(browser.get("/admin/authors/1")).field(name) for name in ("seen", "name", "text")}
    send_form(browser, "/admin/authors/1", {**opened, "text": "Theirs."})
    answer = send_form(browser, "/admin/authors/1", {**opened, "text": "Mine."})
    page = Page(answer)
    assert answer.status_code == 409
    assert "Theirs." in page.text("//*[@role='alert']")
    assert page.field("text").strip() == "Mine."
    send_form(browser, "/admin/authors/1", {**opened, "seen": page.field("seen"), "text": page.field("text")})
    assert factory.ask(sa.select(Author.source)) == ["Mine.\n"]
    assert said(browser.get("/admin/authors/1")) == "“Rosa Martin” is saved."


def test_articles_signed_with_an_authors_name_become_the_authors_at_a_click(
    browser: FlaskClient, client: FlaskClient, factory: Factory
) -> None:
    for slug, byline in {"one": "Rosa Martin", "two": "Rosa Martin", "agency": "Rosa Martin, Reuters"}.items():
        factory.article(slug, byline=byline)
    send_form(browser, "/admin/authors/new", {"name": "Rosa Martin"})
    assert "2 articles have this name for their byline" in Page(browser.get("/admin/authors/1")).text()
    send_form(browser, "/admin/authors/1/adopt")
    assert said(browser.get("/admin/authors/1")) == "2 articles are this author’s now."
    assert len(Page(client.get("/authors/rosa-martin")).find("//article")) == 2
    assert "By Rosa Martin" in Page(client.get("/articles/one")).text("//header/p[@class='meta']")
    assert factory.ask(sa.select(Article.byline_text).order_by(Article.id)) == ["", "", "Rosa Martin, Reuters"]
    assert factory.ask(sa.select(ArticleRevision.verb).where(ArticleRevision.article_id == 1))[-1] == "name author"
    assert "Its author named" in Page(browser.get("/admin/articles/1/revisions")).text()


@ON_SQLITE
def test_an_author_who_is_gone_when_the_article_is_saved_is_an_error_at_its_field(browser: FlaskClient) -> None:
    answer = write(browser, **{"authors-0": "nobody", "series": "nothing"})
    assert answer.status_code == 422
    assert "There is no such author any more." in Page(answer).text()
    assert Page(write(browser, tags="x" * 101)).error_at("tags") == "A tag takes 100 characters at most."
