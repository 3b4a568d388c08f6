"""How threads stand on an article's page."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from app.accounts.queries import Identity
from tests.factories import Factory
from tests.pages import Page

COMMENT = "//*[@class='thread']/article"


@pytest.fixture
def editor(factory: Factory) -> Identity:
    return factory.editor()


def shown_ids(page: Page) -> list[int]:
    return [int(element.get("id").removeprefix("comment-")) for element in page.find(COMMENT)]


def pages_of_thread(client: FlaskClient, path: str, rel: str = "next") -> Iterator[Page]:
    """The page at `path` and those that its links lead to."""
    following: str | None = path
    while following:
        answer = client.get(following)
        assert answer.status_code == 200
        page = Page(answer)
        yield page
        following = page.link(f"//a[@rel='{rel}']")


def a_long_thread(seed: int = 7) -> list[int | None]:
    """Parents of 260 comments: some begin a thread, most answer an earlier one, some threads being long."""
    chance = random.Random(seed)
    parents: list[int | None] = [None]
    for number in range(1, 260):
        parents.append(None if chance.random() < 0.15 else chance.choice([0, number - 1, chance.randrange(number)]))
    return parents


def test_without_comments_the_thread_invites_the_first(client: FlaskClient, factory: Factory) -> None:
    factory.article("news")
    assert (
        Page(client.get("/articles/news")).text("//*[@class='thread']") == "No comments yet. Yours would be the first."
    )


def test_a_reply_stands_below_its_parent_and_before_the_next_thread(
    client: FlaskClient, factory: Factory, editor: Identity
) -> None:
    article = factory.article("news")
    first, second, reply_to_first, answer, later_reply = factory.published_many(
        article, [None, None, 0, 2, 0], editor=editor
    )
    page = Page(client.get("/articles/news"))
    assert shown_ids(page) == [first, reply_to_first, answer, later_reply, second]


def test_three_levels_are_shown_and_deeper_replies_stand_on_the_third_naming_whom_they_answer(
    client: FlaskClient, factory: Factory, editor: Identity
) -> None:
    article = factory.article("news")
    ids = [factory.published(article, editor=editor, author="A")]
    for author in "BCDE":
        ids.append(factory.published(article, editor=editor, author=author, parent_id=ids[-1]))
    page = Page(client.get("/articles/news"))
    classes = [element.get("class").split()[1] for element in page.find(COMMENT)]
    assert classes == ["depth-0", "depth-1", "depth-2", "depth-2", "depth-2"]
    assert shown_ids(page) == ids
    assert page.texts(f"{COMMENT}/*[@class='in-reply']") == [f"In reply to {name}" for name in "ABCD"]
    links = [element.get("href") for element in page.find(f"{COMMENT}/*[@class='in-reply']/a")]
    assert links == [f"#comment-{parent}" for parent in ids[:-1]]


def test_a_reply_stays_when_its_parent_is_taken_down_and_names_nobody(
    client: FlaskClient, factory: Factory, editor: Identity
) -> None:
    article = factory.article("news")
    parent, reply = factory.published_many(article, [None, 0], editor=editor)
    factory.decide(editor, parent, "reject")
    page = Page(client.get("/articles/news"))
    assert shown_ids(page) == [reply]
    assert page.text(f"{COMMENT}/*[@class='in-reply']") == "In reply to a comment that is no longer shown"


def test_an_articles_thread_holds_no_comment_on_another(
    client: FlaskClient, factory: Factory, editor: Identity
) -> None:
    mine = factory.published(factory.article("news"), editor=editor)
    factory.published(factory.article("other"), editor=editor)
    assert shown_ids(Page(client.get("/articles/news"))) == [mine]


def test_exactly_one_hundred_comments_are_one_page(client: FlaskClient, factory: Factory, editor: Identity) -> None:
    article = factory.article("news")
    factory.published_many(article, [None] * 100, editor=editor)
    assert not Page(client.get("/articles/news")).find("//nav[@class='pages']")
    factory.published_many(article, [None], editor=editor)
    assert [len(shown_ids(page)) for page in pages_of_thread(client, "/articles/news")] == [100, 1]


def test_following_the_links_shows_every_comment_of_a_long_thread_once(
    client: FlaskClient, factory: Factory, editor: Identity
) -> None:
    ids = factory.published_many(factory.article("news"), a_long_thread(), editor=editor)
    there = list(pages_of_thread(client, "/articles/news"))
    in_order = [comment for page in there for comment in shown_ids(page)]
    assert sorted(in_order) == ids
    assert len(there) == 3
    back = list(pages_of_thread(client, there[-1].answer.request.full_path, rel="prev"))
    assert [shown_ids(page) for page in reversed(back)] == [shown_ids(page) for page in there]


def test_every_comments_own_address_leads_to_the_page_on_which_it_stands(
    client: FlaskClient, factory: Factory, editor: Identity
) -> None:
    ids = factory.published_many(factory.article("news"), a_long_thread(), editor=editor)
    pages: dict[str, list[int]] = {}
    for comment in ids:
        answer = client.get(f"/comments/{comment}")
        assert answer.status_code == 302
        place, _hash, anchor = answer.headers["Location"].partition("#")
        assert anchor == f"comment-{comment}"
        if place not in pages:
            pages[place] = shown_ids(Page(client.get(place)))
        assert comment in pages[place]


def test_from_any_comments_page_the_links_lead_to_all_the_others(
    client: FlaskClient, factory: Factory, editor: Identity
) -> None:
    ids = factory.published_many(factory.article("news"), a_long_thread(), editor=editor)
    for comment in (ids[0], ids[120], ids[255]):
        start = client.get(f"/comments/{comment}").headers["Location"].partition("#")[0]
        pages = [*pages_of_thread(client, start), *pages_of_thread(client, start, rel="prev")]
        assert {shown for page in pages for shown in shown_ids(page)} == set(ids)


def test_a_reply_on_a_later_page_leads_to_its_parents_own_address(
    client: FlaskClient, factory: Factory, editor: Identity
) -> None:
    ids = factory.published_many(factory.article("news"), [None] + [0] * 120, editor=editor)
    *_others, last = pages_of_thread(client, "/articles/news")
    assert {element.get("href") for element in last.find(f"{COMMENT}/*[@class='in-reply']/a")} == {
        f"/comments/{ids[0]}"
    }


def test_what_is_no_place_in_a_thread_is_no_such_page(client: FlaskClient, factory: Factory) -> None:
    factory.article("news")
    for start in ("x", "1", "0000000", "0000000G", "0" * 25, "0" * 32, "'; --", "%00", "00000001%0A"):
        assert client.get(f"/articles/news?from={start}").status_code == 404, start


def test_a_comment_says_who_wrote_it_when_and_where_to_reply(
    client: FlaskClient, factory: Factory, editor: Identity
) -> None:
    comment = factory.published(factory.article("news"), "A *sound* point.", editor=editor, author="Bo <b>")
    page = Page(client.get("/articles/news"))
    assert page.text(f"{COMMENT}//*[@class='author']") == "Bo <b>"
    assert page.attribute(f"{COMMENT}//time", "datetime") == "2026-11-20T10:00:00+00:00"
    assert page.attribute(COMMENT, "aria-labelledby") == f"comment-{comment}-author"
    assert not page.find(f"{COMMENT}//*[@class='badge']")
    assert page.find(f"{COMMENT}//em")
