"""Articles whose address changes, and what was at the old one."""

from __future__ import annotations

from urllib.parse import urlsplit

import sqlalchemy as sa
from flask.testing import FlaskClient

from app.accounts.queries import Identity
from app.articles.models import Article
from app.audit.models import AuditEntry
from app.comments.models import Comment
from tests.articles.conftest import WHOLE, Load, WriteFile
from tests.comments.sending import Fields, receipt_token, send
from tests.conftest import FrozenClock
from tests.factories import Factory, send_form
from tests.pages import Page


def move(browser: FlaskClient, slug: str, article: int = 1) -> Page:
    """At the desk; what it answers."""
    return Page(send_form(browser, f"/admin/articles/{article}/address", {"slug": slug}))


def slugs(factory: Factory) -> list[str]:
    return factory.ask(sa.select(Article.slug).order_by(Article.id))


def leads_to(client: FlaskClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 301, path
    assert answer.headers["Cache-Control"] == "no-cache"
    return answer.headers["Location"]


def test_what_was_at_an_old_address_leads_to_the_new_one_for_ever(
    client: FlaskClient, factory: Factory, edith: Identity, browser: FlaskClient
) -> None:
    article = factory.article("news", title="Nine new bridges")
    comment = factory.published(article, "A sound point.", editor=edith)
    for page in ("/articles/news", "/articles/news/comments.atom", f"/comments/{comment}/reply"):
        assert client.get(page).status_code == 200
    answer = move(browser, "nine-bridges").answer
    assert (answer.status_code, answer.headers["Location"]) == (303, "/admin/articles")
    move(browser, "ten-bridges")
    for old in ("news", "nine-bridges"):
        assert leads_to(client, f"/articles/{old}") == "/articles/ten-bridges"
        assert leads_to(client, f"/articles/{old}/comments.atom") == "/articles/ten-bridges/comments.atom"
    assert "A sound point." in client.get("/articles/ten-bridges").text
    assert urlsplit(client.get(f"/comments/{comment}").headers["Location"]).path == "/articles/ten-bridges"
    form = Page(client.get(f"/comments/{comment}/reply"))
    assert form.attribute("//form", "action") == "/articles/ten-bridges/comments"
    verbs = factory.ask(sa.select(AuditEntry.verb).where(AuditEntry.subject == f"article:{article}"))
    assert verbs.count("rename") == 2


def test_a_comment_that_was_being_written_when_the_article_moved_arrives(
    client: FlaskClient, factory: Factory, browser: FlaskClient
) -> None:
    factory.article("news")
    move(browser, "olds")
    answers: list[tuple[Fields, int]] = [({}, 303), ({"name": ""}, 422)]
    for fields, status in answers:
        first = send(client, **fields)
        assert (first.status_code, first.headers["Location"]) == (308, "/articles/olds/comments")
        assert send(client, "olds", **fields).status_code == status
    preview = client.post("/articles/news/comments/preview", data={"name": "Ann", "body": "A point."})
    assert (preview.status_code, preview.headers["Location"]) == (308, "/articles/olds/comments/preview")
    assert len(factory.ask(sa.select(Comment))) == 1


def test_an_article_gets_its_old_address_back_and_no_other_article_gets_it(
    client: FlaskClient, factory: Factory, browser: FlaskClient
) -> None:
    factory.article("news")
    factory.article("other")
    move(browser, "olds")
    for taken in ("news", "olds"):
        page = move(browser, taken, article=2)
        assert page.answer.status_code == 422
        assert page.error_at("slug") == "Another article has this address, or had it."
        assert page.field("slug") == taken
    move(browser, "news")
    assert slugs(factory) == ["news", "other"]
    assert client.get("/articles/news").status_code == 200
    assert leads_to(client, "/articles/olds") == "/articles/news"
    for wrong in ("", "No Slug", "a--b", "a/b", "../admin", "x" * 201):
        assert move(browser, wrong).answer.status_code == 422
    assert Page(browser.get("/admin/articles/1/address")).texts("//ul[@class='former']/li") == ["/articles/olds"]
    assert browser.get("/admin/articles/9/address").status_code == 404
    assert move(browser, "news").answer.status_code == 303


def test_an_article_that_is_not_out_is_not_led_to(
    client: FlaskClient, factory: Factory, browser: FlaskClient, frozen_clock: FrozenClock
) -> None:
    factory.article("news", published=frozen_clock.time.replace(day=21))
    move(browser, "olds")
    assert client.get("/articles/news").status_code == 404
    frozen_clock.advance(days=1)
    assert leads_to(client, "/articles/news") == "/articles/olds"


def test_what_a_query_adds_changes_nothing_and_leads_nowhere_else(
    client: FlaskClient, factory: Factory, edith: Identity, browser: FlaskClient
) -> None:
    comment = factory.published(factory.article("news"), "A sound point.", editor=edith)
    tracked = "?utm_source=x&fbclid=1&utm_medium=%2F%2Fevil.example"
    plain = client.get("/articles/news")
    assert client.get(f"/articles/news{tracked}").data == plain.data
    assert client.get(f"/articles/news{tracked}").headers["ETag"] == plain.headers["ETag"]
    for path in ("/", "/faq", f"/comments/{comment}/reply"):
        assert client.get(f"{path}{tracked}").data == client.get(path).data
    permalink = f"/comments/{comment}"
    assert client.get(f"{permalink}{tracked}").headers["Location"] == client.get(permalink).headers["Location"]
    move(browser, "olds")
    strange = {"Host": "evil.example", "X-Forwarded-Host": "evil.example"}
    assert leads_to(client, f"/articles/news{tracked}") == "/articles/olds"
    assert leads_to(client, f"/articles/news{tracked}&from=0000000a") == "/articles/olds?from=0000000a"
    for value in ("//evil.example", "https://evil.example/", "%0d%0aSet-Cookie:%20a=1", "\\\\evil.example"):
        refused = client.get("/articles/news", query_string=f"from={value}", headers=strange)
        assert refused.status_code == 404
        assert "Location" not in refused.headers
        answer = client.get("/articles/news", query_string=f"next={value}&url={value}", headers=strange)
        assert answer.headers["Location"] == "/articles/olds"
        assert "Set-Cookie" not in answer.headers
    for path in ("/articles/news//evil.example", "/articles/%2F%2Fevil.example"):
        assert client.get(path, headers=strange).status_code == 404


def test_the_article_on_moderation_is_linked_from_everywhere_wherever_it_is(
    client: FlaskClient, factory: Factory, browser: FlaskClient
) -> None:
    factory.article("how-comments-are-moderated")
    move(browser, "our-rules")
    (link,) = Page(client.get("/")).find("//footer//a[contains(., 'How comments are moderated')]/@href")
    assert leads_to(client, link) == "/articles/our-rules"


def test_a_file_moves_its_article_with_its_comments(
    client: FlaskClient, load: Load, write: WriteFile, factory: Factory
) -> None:
    load(write(WHOLE))
    receipt_token(send(client, "bridges"))
    path = write(WHOLE.replace("slug: bridges", "slug: nine-bridges\nformerly: [bridges, from-the-old-site]"))
    assert load(path).output == f"{path}: updated\n"
    assert slugs(factory) == ["nine-bridges"]
    for old in ("bridges", "from-the-old-site"):
        assert leads_to(client, f"/articles/{old}") == "/articles/nine-bridges"
    assert load(path).output == f"{path}: unchanged\n"
    assert factory.ask(sa.select(Article.updated_at)) == [None]
    assert len(factory.ask(sa.select(Comment))) == 1


def test_a_file_that_knows_only_the_old_address_leaves_the_article_where_the_desk_put_it(
    load: Load, write: WriteFile, factory: Factory, browser: FlaskClient
) -> None:
    load(write(WHOLE))
    move(browser, "olds")
    assert load(write(WHOLE)).output.endswith(": unchanged\n")
    assert load(write(WHOLE.replace("They are old.", "They are new."))).output.endswith(": updated\n")
    assert slugs(factory) == ["olds"]


def test_a_file_takes_no_address_of_another_article(
    load: Load, write: WriteFile, factory: Factory, browser: FlaskClient
) -> None:
    load(write(WHOLE))
    move(browser, "olds")
    factory.article("other")
    for front in (
        "slug: other\nformerly: [bridges]",
        "slug: olds\nformerly: [other]",
        "slug: new\nformerly: [olds, other]",
    ):
        outcome = load(write(WHOLE.replace("slug: bridges", front)))
        assert outcome.exit_code == 1
        assert "another article has, or had, the slug" in outcome.output
    assert slugs(factory) == ["olds", "other"]
    wrong = load(write(WHOLE.replace("slug: bridges", "slug: bridges\nformerly: [No Slug]")))
    assert ":4: formerly: it takes lower-case letters" in wrong.output


def test_what_an_editor_chose_as_related_is_found_where_it_has_moved(
    client: FlaskClient, factory: Factory, browser: FlaskClient
) -> None:
    factory.article("far", title="Far away")
    for number in range(4):
        factory.article(f"newer-{number}")
    factory.article("news", related=["far"])
    move(browser, "farther")
    first = Page(client.get("/articles/news")).find("//section[contains(@class, 'related')]//h3/a")[0]
    assert (first.text_content(), first.get("href")) == ("Far away", "/articles/farther")
