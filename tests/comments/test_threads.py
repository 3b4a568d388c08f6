"""How threads stand on an article's page."""

from __future__ import annotations

import random
from collections.abc import Iterator
from urllib.parse import urljoin

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.accounts.queries import Identity
from app.core.db import transaction
from app.moderation import marking
from tests.conftest import ON_SQLITE
from tests.factories import Factory
from tests.pages import Page

COMMENT = "//*[@class='thread']//article"
MORE = "//*[@class='more']/a"


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


def branches_of(client: FlaskClient, page: Page) -> Iterator[Page]:
    """The pages of the branches of which the page shows the first few replies, each from its beginning."""
    for element in page.find(MORE):
        more = urljoin(page.answer.request.path, element.get("href"))
        yield from [*reversed(list(pages_of_thread(client, more, "prev"))), *list(pages_of_thread(client, more))[1:]]


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


@ON_SQLITE
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
    found: dict[str, list[int]] = {}
    for order in ("oldest", "newest"):
        pages = list(pages_of_thread(client, f"/articles/news?order={order}"))
        first_replies = [shown for page in pages for shown in shown_ids(page)]
        assert len(set(first_replies)) == len(first_replies)
        in_branches = [shown_ids(branch) for page in pages for branch in branches_of(client, page)]
        assert {*first_replies, *(shown for branch in in_branches for shown in branch)} == set(ids)
        found[order] = first_replies
        back = pages_of_thread(client, pages[-1].answer.request.full_path, rel="prev")
        assert {shown for page in back for shown in shown_ids(page)} == set(first_replies)
    assert sorted(found["oldest"]) == sorted(found["newest"])


def test_newest_first_turns_threads_round_but_not_the_replies_in_them(
    client: FlaskClient, factory: Factory, editor: Identity
) -> None:
    article = factory.article("news")
    first, second, reply, answer, third = factory.published_many(article, [None, None, 0, 2, None], editor=editor)
    assert shown_ids(Page(client.get("/articles/news"))) == [first, reply, answer, second, third]
    page = Page(client.get("/articles/news?order=newest"))
    assert shown_ids(page) == [third, second, first, reply, answer]
    orders = page.find("//*[@aria-label='Order of comments']/a")
    assert [(one.text, one.get("aria-current")) for one in orders] == [("Oldest first", None), ("Newest first", "true")]
    assert orders[0].get("href") == "/articles/news#comments"


def test_there_is_no_order_to_choose_for_a_single_comment_and_none_but_those_offered(
    client: FlaskClient, factory: Factory, editor: Identity
) -> None:
    factory.published(factory.article("news"), editor=editor)
    assert not Page(client.get("/articles/news")).find("//*[@aria-label='Order of comments']")
    for order in ("random", "NEWEST", "newest ", "%00"):
        assert client.get(f"/articles/news?order={order}").status_code == 404


def test_a_branch_of_many_replies_shows_the_first_five_and_a_link_to_the_others(
    client: FlaskClient, factory: Factory, editor: Identity
) -> None:
    article = factory.article("news")
    ids = factory.published_many(article, [None] + [0] * 8, editor=editor)
    last = factory.published(article, editor=editor)
    page = Page(client.get("/articles/news"))
    assert shown_ids(page) == [*ids[:6], last]
    assert page.texts("//summary") == ["8 replies"]
    assert page.texts(MORE) == ["Show 3 more replies"]
    branch = Page(client.get(urljoin("/articles/news", page.link(MORE))))
    assert shown_ids(branch) == [ids[0], *ids[6:]]
    assert not branch.find("//summary | //*[@aria-label='Order of comments']")
    assert shown_ids(Page(client.get(branch.link("//a[@rel='prev']")))) == ids
    assert branch.link("//*[@class='orders']/a") == f"/articles/news?from={ids[0]:08x}#comment-{ids[0]}"
    # One fewer and there is nothing to gain.
    factory.decide(editor, ids[-1], "reject")
    page = Page(client.get("/articles/news"))
    assert shown_ids(page) == [*ids[:-1], last]
    assert not page.find(MORE)


def test_what_stands_below_a_comment_that_was_taken_down_is_counted_without_it(
    client: FlaskClient, factory: Factory, editor: Identity
) -> None:
    article = factory.article("news")
    ids = factory.published_many(article, [None] + [0] * 10, editor=editor)
    factory.decide(editor, ids[0], "reject")
    page = Page(client.get("/articles/news"))
    assert shown_ids(page) == ids[1:6]
    assert page.texts(MORE) == ["Show 5 more replies"]
    for comment in ids[1:]:
        factory.decide(editor, comment, "reject")
    assert "Yours would be the first." in Page(client.get("/articles/news")).text("//*[@class='thread']")
    factory.decide(editor, ids[7], "publish")
    assert shown_ids(Page(client.get("/articles/news"))) == [ids[7]]


def test_editors_picks_first_shows_them_by_themselves_and_then_all_from_the_oldest(
    app: Flask, client: FlaskClient, factory: Factory, editor: Identity
) -> None:
    article = factory.article("news")
    ids = factory.published_many(article, [None, None] + [1] * 20 + [None] * 100, editor=editor)
    assert "picks" not in str(Page(client.get("/articles/news")).find("//*[@aria-label='Order of comments']/a/@href"))
    with app.app_context(), transaction() as session:
        for comment in ids[:22]:
            marking.pick(session, editor, comment, on=True)
    picks = Page(client.get(Page(client.get("/articles/news")).link("//a[.='Editor’s picks first']")))
    copies = [element.get("id") for element in picks.find(COMMENT)]
    assert copies == [f"pick-{comment}" for comment in ids[:20]]
    assert picks.link(f"//*[@id='pick-{ids[0]}']//a[time]") == f"/comments/{ids[0]}"
    last = Page(client.get(picks.link("//a[@rel='next']")))
    assert [element.get("id") for element in last.find(COMMENT)][:4] == [
        *(f"pick-{comment}" for comment in ids[20:22]),
        f"comment-{ids[0]}",
        f"comment-{ids[1]}",
    ]
    assert last.link("//a[@rel='prev']") == "/articles/news?order=picks#comments"
    rest = Page(client.get(last.link("//a[@rel='next']")))
    assert shown_ids(rest)[-1] == ids[-1]
    assert not rest.find("//*[starts-with(@id, 'pick-')]")


@ON_SQLITE
def test_a_reply_on_a_later_page_leads_to_its_parents_own_address(
    client: FlaskClient, factory: Factory, editor: Identity
) -> None:
    ids = factory.published_many(factory.article("news"), [None, 0] + [1] * 120, editor=editor)
    start = f"/articles/news?from={ids[0]:08x}{ids[1]:08x}"
    *_others, last = pages_of_thread(client, start)
    assert shown_ids(last) == [ids[0], *ids[101:]]
    assert {element.get("href") for element in last.find(f"{COMMENT}/*[@class='in-reply']/a")} == {
        f"/comments/{ids[1]}"
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
