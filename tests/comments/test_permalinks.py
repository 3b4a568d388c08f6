"""A comment's own address leads to where it stands, and says on other sites what it is."""

from __future__ import annotations

from flask.testing import FlaskClient

from app.accounts.queries import Identity
from tests.comments.test_threads import a_long_thread, pages_of_thread, shown_ids
from tests.conftest import ON_SQLITE
from tests.factories import Factory
from tests.pages import Page

GONE = "The comment that this link leads to is not shown, or no longer."


def card(page: Page) -> dict[str, str]:
    """What the page says of itself to other sites."""
    return {one.get("property"): one.get("content") for one in page.find("//meta[starts-with(@property, 'og:')]")}


@ON_SQLITE
def test_every_comments_own_address_leads_to_a_page_on_which_it_stands(
    client: FlaskClient, factory: Factory, edith: Identity
) -> None:
    ids = factory.published_many(factory.article("news"), a_long_thread(), editor=edith)
    for comment in ids[::7]:
        answer = client.get(f"/comments/{comment}")
        assert answer.status_code == 302
        assert answer.headers["Location"] == f"/articles/news?comment={comment}#comment-{comment}"
        assert comment in shown_ids(Page(client.get(answer.headers["Location"])))


@ON_SQLITE
def test_from_any_comments_page_the_links_lead_to_all_the_others_that_its_thread_shows(
    client: FlaskClient, factory: Factory, edith: Identity
) -> None:
    factory.published_many(factory.article("news"), a_long_thread(), editor=edith)
    every = [shown for page in pages_of_thread(client, "/articles/news") for shown in shown_ids(page)]
    for comment in (every[0], every[len(every) // 2], every[-1]):
        start = f"/articles/news?comment={comment}"
        pages = [*pages_of_thread(client, start), *pages_of_thread(client, start, rel="prev")]
        assert {shown for page in pages for shown in shown_ids(page)} == set(every)


def test_the_address_of_a_reply_that_is_not_shown_at_first_opens_its_branch(
    client: FlaskClient, factory: Factory, edith: Identity
) -> None:
    ids = factory.published_many(factory.article("news"), [None] + [0] * 220, editor=edith)
    assert shown_ids(Page(client.get(f"/articles/news?comment={ids[5]}"))) == ids[:6]
    assert shown_ids(Page(client.get(f"/articles/news?comment={ids[6]}"))) == ids[:100]
    assert shown_ids(Page(client.get(f"/articles/news?comment={ids[99]}"))) == ids[:100]
    far = Page(client.get(f"/articles/news?comment={ids[100]}"))
    assert shown_ids(far) == [ids[0], *ids[100:200]]
    assert shown_ids(Page(client.get(far.link("//a[@rel='prev']")))) == ids[:101]


def test_the_link_says_whose_words_it_leads_to_and_the_page_stays_the_articles(
    client: FlaskClient, factory: Factory, edith: Identity
) -> None:
    article = factory.article("news", title="Bridges & “tolls”")
    comment = factory.published(article, "A *sound* <point>.\n\nAnd more.", author='Bo "<b>"', editor=edith)
    plain = Page(client.get("/articles/news"))
    page = Page(client.get(f"/articles/news?comment={comment}"))
    assert card(plain)["og:title"] == "Bridges & “tolls”"
    assert card(page) == {
        **card(plain),
        "og:title": 'Bo "<b>" on “Bridges & “tolls””',
        "og:description": "A sound <point>. And more.",
        "og:url": f"http://broadsheet.test/comments/{comment}",
    }
    assert page.link("//link[@rel='canonical']") == "http://broadsheet.test/articles/news"
    assert page.text("//title") == plain.text("//title")


def test_names_and_titles_from_right_to_left_turn_nothing_round_in_a_line_of_plain_text(
    client: FlaskClient, factory: Factory, edith: Identity
) -> None:
    comment = factory.published(factory.article("news", title="גשרים"), author="שרה 7", editor=edith)
    line = "\u2068שרה 7\u2069 on “\u2068גשרים\u2069”"
    assert card(Page(client.get(f"/articles/news?comment={comment}")))["og:title"] == line
    assert f"<title>{line}</title>" in client.get("/comments.atom").text


def test_a_comment_that_is_not_shown_has_no_address_and_its_old_page_says_so_beside_the_thread(
    client: FlaskClient, factory: Factory, edith: Identity
) -> None:
    article = factory.article("news")
    stays, goes = factory.published_many(article, [None, None], editor=edith)
    elsewhere = factory.published(factory.article("other"), editor=edith)
    waiting, _token = factory.comment(article)
    assert goes in shown_ids(Page(client.get(f"/articles/news?comment={goes}")))
    factory.decide(edith, goes, "reject")
    assert client.get(f"/comments/{goes}").status_code == 404
    # What never was public, or never was here, is answered in the same words.
    for comment in (goes, waiting, elsewhere, 99_999):
        answer = client.get(f"/articles/news?comment={comment}")
        page = Page(answer)
        assert answer.status_code == 200
        assert page.text(f"//*[@id='comment-{comment}']") == GONE
        assert shown_ids(page) == [stays]
        assert card(page)["og:title"] == "About news"
    assert GONE not in client.get(f"/articles/news?comment={stays}").text
    for text in ("0", "x", "1e3", "-1", "9" * 11):
        assert client.get(f"/articles/news?comment={text}").status_code == 404
