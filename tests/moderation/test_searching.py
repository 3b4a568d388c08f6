"""Finding comments at the desk: what narrows the queue, its other orders, and how far a search looks."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
import sqlalchemy as sa

from app.comments.models import Comment
from app.core.db import transaction
from app.moderation import searching
from app.moderation.models import Finding, Verdict
from tests.conftest import FrozenClock
from tests.factories import Factory, send_form
from tests.moderation.conftest import Desk, ids_in
from tests.pages import Page


def search(desk: Desk, **arguments: str) -> Page:
    answer = desk.browser.get(f"/admin/?{urlencode(arguments)}")
    assert answer.status_code == 200
    return Page(answer)


def refused(desk: Desk, **arguments: str) -> Page:
    answer = desk.browser.get(f"/admin/?{urlencode(arguments)}")
    assert answer.status_code == 422
    return Page(answer)


def all_pages(desk: Desk, **arguments: str) -> list[list[int]]:
    """The comments on each page of a search, by following its links."""
    pages = [search(desk, **arguments)]
    while following := pages[-1].link("//a[@rel='next']"):
        pages.append(Page(desk.browser.get(following)))
    return [ids_in(page) for page in pages]


def score(factory: Factory, scores: dict[int, float | None]) -> None:
    """Gives comments what the filter would have given them."""
    with factory.app.app_context(), transaction() as session:
        session.execute(sa.update(Comment).values(spam_score=None))
        for comment_id, value in scores.items():
            session.execute(sa.update(Comment).where(Comment.id == comment_id).values(spam_score=value))


def test_an_article_is_named_by_its_address_or_its_number(factory: Factory, desk: Desk) -> None:
    news, other = factory.article("news"), factory.article("other")
    here = [factory.comment(news)[0] for _ in range(2)]
    factory.comment(other)
    assert ids_in(search(desk, article="news")) == here
    assert ids_in(search(desk, article=str(news))) == here


def test_an_article_that_there_is_not_is_said_beside_its_field_with_what_was_typed(
    factory: Factory, desk: Desk
) -> None:
    factory.comment(factory.article("news"))
    for name in ("olds", "999", "0", "News", "\x00", "a" * 3_000):
        page = refused(desk, article=name, text="kept")
        assert page.error_at("article").startswith("There is no such article.")
        assert page.field("text") == "kept"
        assert ids_in(page) == []


def test_words_are_found_in_any_case_and_alphabet_as_part_of_longer_ones(factory: Factory, desk: Desk) -> None:
    article = factory.article()
    texts = ["Das ÄRGERLICHE Wort.", "ärgerlich ist es.", "Nothing of it.", "100% of *it*."]
    ids = [factory.comment(article, text)[0] for text in texts]
    assert ids_in(search(desk, text="ÄRGER")) == ids[:2]
    assert ids_in(search(desk, text="ärger")) == ids[:2]
    assert ids_in(search(desk, text="%")) == ids[3:]
    assert ids_in(search(desk, text="_")) == []
    assert "Nothing matches." in search(desk, text="absent").text()


def test_a_phase_finds_what_it_spoke_against(factory: Factory, desk: Desk) -> None:
    article = factory.article()
    against, neutral, other = (factory.comment(article)[0] for _ in range(3))
    with factory.app.app_context(), transaction() as session:
        session.execute(sa.delete(Finding))
        for comment_id, phase, verdict in (
            (against, "links", Verdict.HOLD),
            (neutral, "links", Verdict.PUBLISH),
            (other, "flood", Verdict.HOLD),
        ):
            session.add(Finding(comment_id=comment_id, phase=phase, verdict=verdict, reason="Because.", marks=[]))
    assert ids_in(search(desk, phase="links")) == [against]
    assert desk.browser.get("/admin/?phase=nosuch").status_code == 404


def test_days_begin_at_midnight_in_the_sites_zone(factory: Factory, desk: Desk, frozen_clock: FrozenClock) -> None:
    article = factory.article()
    ids = []
    for _ in range(3):
        ids.append(factory.comment(article)[0])
        frozen_clock.advance(days=1)
    assert ids_in(search(desk, **{"from": "2026-11-21"})) == ids[1:]
    assert ids_in(search(desk, to="2026-11-21")) == ids[:2]
    assert ids_in(search(desk, **{"from": "2026-11-21", "to": "2026-11-21"})) == [ids[1]]
    assert ids_in(search(desk, **{"from": "2026-11-22", "to": "2026-11-21"})) == []


@pytest.mark.parametrize("day", ["tomorrow", "2026-13-01", "2026-02-30", "9999-12-31", "0", "\x00"])
def test_what_is_no_day_is_said_beside_its_field(desk: Desk, day: str) -> None:
    page = refused(desk, to=day)
    assert page.error_at("to") == "Write the date as year, month and day: 2026-11-20."


def test_likely_spam_comes_first_or_last_and_what_has_no_score_comes_after_either(factory: Factory, desk: Desk) -> None:
    article = factory.article()
    ids = [factory.comment(article)[0] for _ in range(6)]
    score(factory, {ids[0]: 0.5, ids[1]: 0.97, ids[2]: 0.97, ids[3]: 1e-7})
    assert ids_in(search(desk, order="spam-first")) == [ids[2], ids[1], ids[0], ids[3], ids[5], ids[4]]
    assert ids_in(search(desk, order="spam-last")) == [ids[3], ids[0], ids[1], ids[2], ids[4], ids[5]]
    assert desk.browser.get("/admin/?order=random").status_code == 404


@pytest.mark.parametrize("order", ["spam-first", "spam-last"])
def test_pages_by_score_show_each_comment_once_across_those_that_have_none(
    factory: Factory, desk: Desk, order: str
) -> None:
    article = factory.article()
    ids = [factory.comment(article)[0] for _ in range(130)]
    score(factory, {one: (one % 7) / 7 for one in ids[:70]})
    pages = all_pages(desk, order=order)
    assert [len(page) for page in pages] == [50, 50, 30]
    shown = [one for page in pages for one in page]
    assert sorted(shown) == ids
    assert set(shown[:70]) == set(ids[:70])


@pytest.mark.parametrize(
    "cursor",
    ["0" * 15 + "-1", "7ff0000000000000-1", "7ff8000000000000-1", "3FE0000000000000-1", "x", "0", "1-1-1"],
)
def test_a_broken_cursor_by_score_is_no_page(desk: Desk, cursor: str) -> None:
    assert desk.browser.get(f"/admin/?order=spam-first&after={cursor}").status_code == 404


def test_all_that_narrows_works_together_and_stays_on_the_next_page(factory: Factory, desk: Desk) -> None:
    news, other = factory.article("news"), factory.article("other")
    wanted = [factory.comment(news, f"A bridge, number {number}.")[0] for number in range(60)]
    factory.comment(news, "A ferry.")
    factory.comment(other, "A bridge elsewhere.")
    arguments = {"article": "news", "text": "bridge", "from": "2026-11-20", "to": "2026-11-20"}
    assert all_pages(desk, **arguments) == [wanted[:50], wanted[50:]]
    score(factory, dict.fromkeys(wanted, 0.5))
    assert all_pages(desk, **arguments, order="spam-last") == [wanted[:50], wanted[50:]]


def test_a_search_looks_so_far_says_so_and_goes_on_from_there(
    factory: Factory, desk: Desk, monkeypatch: pytest.MonkeyPatch, frozen_clock: FrozenClock
) -> None:
    monkeypatch.setattr(searching, "LOOK", 10)
    article = factory.article()
    ids = []
    for number in range(25):
        text = "A needle." if number in {3, 17} else f"Straw {number}."
        ids.append(factory.comment(article, text)[0])
        frozen_clock.advance(minutes=1)
    first = search(desk, text="needle")
    assert ids_in(first) == [ids[3]]
    assert "were looked at, as far as 20 November 2026, 10:09." in first.text("//li[@class='further']")
    assert all_pages(desk, text="needle") == [[ids[3]], [ids[17]], []]
    nothing_here = search(desk, text="Straw 24")
    assert ids_in(nothing_here) == []
    assert nothing_here.texts("//a[@rel='next']") == ["Look further"]


def test_a_text_that_is_too_long_is_not_looked_for(desk: Desk) -> None:
    page = refused(desk, text="x" * 201)
    assert page.error_at("text") == "Look for 200 characters at most."
    assert page.field("text") == "x" * 201


def test_after_a_decision_the_editor_is_back_at_the_search(factory: Factory, desk: Desk) -> None:
    article = factory.article("news")
    ids = [factory.comment(article, "A bridge.")[0] for _ in range(2)]
    page = search(desk, article="news", text="bridge")
    form = f"//li[@id='row-{ids[0]}']//form[.//button[@value='publish']]"
    fields = {one.get("name"): one.get("value") for one in page.find(f"{form}//input")}
    answer = desk.browser.post(page.attribute(form, "action"), data={**fields, "decision": "publish"})
    assert answer.headers["Location"] == "/admin/?article=news&text=bridge"
    assert ids_in(Page(desk.browser.get(answer.headers["Location"]))) == ids[1:]


@pytest.mark.parametrize("back", ["https://example.org/", "//example.org", "/articles/news", "/admin/../", "\x00", ""])
def test_the_way_back_leads_nowhere_but_to_the_desk(factory: Factory, desk: Desk, back: str) -> None:
    comment, _token = factory.comment(factory.article())
    fields = {"decision": "publish", "seen": "pending.1", "back": back}
    answer = send_form(desk.browser, f"/admin/comments/{comment}/decide", fields)
    assert answer.headers["Location"] == "/admin/"


def test_what_narrows_the_queue_is_said_in_one_line_with_the_form_folded(factory: Factory, desk: Desk) -> None:
    factory.comment(factory.article("news"), "A long sentence.")
    page = Page(desk.browser.get("/admin/?tab=pending&article=news&text=long&order=spam-first"))
    assert page.text("//p[@class='narrowed']/span") == "Shown: article news, with “long”, likely spam first"
    assert page.link("//p[@class='narrowed']/a") == "/admin/?tab=pending"
    assert not page.find("//details[@class='filters'][@open]")
